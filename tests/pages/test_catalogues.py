"""Every word of the pages has its translation, and no one is left over."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from chude.pages.catalogues import FOLDER, messages

ROOT = Path(__file__).parents[2]
HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
FIELD = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def catalogues():
    pytest.importorskip("babel", reason="catalogues are made with Babel")
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_catalogues_are_up_to_date_and_complete(catalogues, capsys) -> None:
    assert catalogues.main(["--check"]) == 0, capsys.readouterr().err


def test_nothing_escapes_the_extraction() -> None:
    """Babel loses its way in a script without a word: what a plain search finds has to be there."""
    script = (FOLDER.parent / "review.js").read_text(encoding="utf-8")
    template = (FOLDER.parent / "review.html.j2").read_text(encoding="utf-8")
    found = re.findall(r'\b(?:_|N_|ngettext)\("([^"]*)"', script + template)
    assert len(found) > 30
    assert set(found) == set(messages("vi"))


def test_translations_keep_what_is_filled_in_and_are_composed() -> None:
    import unicodedata

    for english, forms in messages("vi").items():
        for form in forms:
            assert form.strip() == form != ""
            assert set(FIELD.findall(form)) == set(FIELD.findall(english))
            assert unicodedata.is_normalized("NFC", form)


def test_a_check_finds_what_is_stale(catalogues, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "a.js").write_text('_("Save"); ngettext("{n} text", "{n} texts", 2);', encoding="utf-8")
    (tmp_path / "locale" / "vi.po").write_text(HEADER + 'msgid "Save"\nmsgstr "Lưu"\n', encoding="utf-8")
    monkeypatch.setattr(catalogues, "PAGES", tmp_path)
    assert catalogues.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "no translation of '{n} text'" in said
    assert "vi.json is not up to date" in said
    catalogues.main([])
    assert json.loads((tmp_path / "locale" / "vi.json").read_text(encoding="utf-8")) == {
        "Save": ["Lưu"],
        "{n} text": [""],
    }
