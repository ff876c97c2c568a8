"""Every word that people read has its translation, and no one is left over."""

import ast
import importlib.util
import json
import re
import unicodedata
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import locale
from chude.locale.sentences import FIELD, Sentences
from chude.pages import messages
from tools.messages import WORDS_OF_CLICK

ROOT = Path(__file__).parents[2]
PAGES, CLI = ROOT / "src/chude/pages", ROOT / "src/chude/cli"
HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
SENTENCES = json.loads((locale.FOLDER / "vi" / "sentences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalogues():
    pytest.importorskip("babel", reason="catalogues are made with Babel")
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_catalogues_are_up_to_date_and_complete(catalogues, capsys) -> None:
    assert catalogues.main(["--check"]) == 0, capsys.readouterr().err


def test_nothing_of_a_page_escapes_the_extraction() -> None:
    """Babel loses its way in a script without a word: what a plain search finds has to be there."""
    script = (PAGES / "review.js").read_text(encoding="utf-8")
    template = (PAGES / "review.html.j2").read_text(encoding="utf-8")
    found = re.findall(r'\b(?:_|N_|ngettext)\("([^"]*)"', script + template)
    assert len(found) > 30
    assert set(found) == set(messages("vi"))


def words_printed(node: ast.AST) -> bool:
    """Whether a text that is printed as it stands has words in it."""
    if isinstance(node, ast.JoinedStr):
        return any(words_printed(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[a-z]{3}", node.value))


@pytest.mark.parametrize("module", sorted(CLI.glob("*.py")), ids=lambda path: path.stem)
def test_the_command_line_prints_no_word_outside_a_message(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    printed = [
        node.args[0] if isinstance(node, ast.Call) else node.value
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == "click.echo") or isinstance(node, ast.Yield)
    ]
    found = [ast.unparse(text) for text in printed if text is not None and words_printed(text)]
    assert [text for text in found if text != "f'chude {chude.__version__}'"] == []


def test_translations_are_composed_and_end_as_the_english_does(catalogues) -> None:
    catalog = catalogues.updated(locale.FOLDER / "vi.po")
    translations = [(message.id, form) for message in catalog if message.id for form in catalogues._forms(message)]
    assert len(translations) > 600
    for message, form in translations:
        english = message if isinstance(message, str) else message[1]
        assert unicodedata.is_normalized("NFC", form)
        assert form.strip()
        assert (form[:1].isspace(), form[-1:].isspace()) == (english[:1].isspace(), english[-1:].isspace()), english
        assert (form[-1] in ".:") == (english[-1] in ".:"), english


def test_a_check_finds_what_is_stale_missing_or_wrong(catalogues, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "review.js").write_text('_("Save"); ngettext("{n} text", "{n} texts", 2);', encoding="utf-8")
    code = """_("a {thing}", thing=1); _("Undo")
raise InputError(f"{self.path} is {'so' if k else 'not'} a file: {k:,}")"""
    (tmp_path / "a.py").write_text(code, encoding="utf-8")
    (tmp_path / "locale" / "vi.po").write_text(
        HEADER
        + 'msgid "Save"\nmsgstr "Lưu"\n\nmsgid "a {thing}"\nmsgstr "một {vật}"\n\n'
        + '#, fuzzy\nmsgid "Undo"\nmsgstr "Làm lại"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogues, "CHUDE", tmp_path)
    monkeypatch.setattr(catalogues, "WORDS_OF_CLICK", ())
    assert catalogues.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "no translation of '{n} text'" in said
    assert "other fields than in English: 'a {thing}'" in said
    assert "not checked, marked as fuzzy: 'Undo'" in said
    assert "no translation of '{path} is so a file: {k:,}'" in said
    assert "no translation of '{path} is not a file: {k:,}'" in said
    assert "page.json is not up to date" in said
    catalogues.main([])
    made = tmp_path / "locale" / "vi"
    assert json.loads((made / "page.json").read_text(encoding="utf-8")) == {"Save": ["Lưu"], "{n} text": [""]}
    assert sorted(path.name for path in made.rglob("*.*")) == ["chude.mo", "page.json", "sentences.json"]


def test_click_says_what_is_translated_for_it() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    words = {
        text.value
        for node in ast.walk(ast.parse("[" + ",".join(re.findall(r"_\(\s*(\"(?:[^\"\\]|\\.)*\")", source)) + "]"))
        for text in [node]
        if isinstance(text, ast.Constant)
    }
    for message in WORDS_OF_CLICK:
        for form in [message] if isinstance(message, str) else message:
            assert form in words or form in source, form


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SENTENCES)), st.data())
def test_a_sentence_that_was_filled_in_is_found_again(english: str, data: st.DataObject) -> None:
    """What stands in the fields comes back in the translation, numbers as Vietnamese writes them."""
    values = {}
    for field in FIELD.finditer(english):
        is_number = bool(field[2]) and field[2][-1] in ",%gf"
        values[field[1]] = data.draw(st.integers(2, 10**7) if is_number else st.from_regex("[xyz]{3}", fullmatch=True))

    def shown(message: str, vietnamese: bool) -> str:
        def value(field: re.Match[str]) -> str:
            text = field[0].replace(field[1], "0", 1).format(values[field[1]])
            number = isinstance(values[field[1]], int)
            return text.translate(str.maketrans(",.", ".,")).replace("%", " %") if vietnamese and number else text

        return FIELD.sub(value, message)

    assert Sentences(SENTENCES).translated(shown(english, False)) == shown(SENTENCES[english], True)


def test_what_stands_in_a_sentence_is_translated_too() -> None:
    said = Sentences(SENTENCES).translated("this run cannot be resumed: standard input cannot be read again")
    assert said == "lượt này không chạy tiếp được: đầu vào chuẩn không đọc lại được"
    said = Sentences(SENTENCES).translated(
        "no labelled text in f (2 without a topic, 6 that cannot be read, the first is f/a.txt: PNG image, not text); "
        "texts must be in sub-folders named by their topic"
    )
    assert said == (
        "không có bài nào đã gán nhãn trong f (2 không có chủ đề, 6 không đọc được, đầu tiên là f/a.txt: ảnh PNG, "
        "không phải văn bản); bài phải nằm trong các thư mục con mang tên chủ đề"
    )
    assert Sentences(SENTENCES).translated("a b.txt: empty file") == "a b.txt: tệp rỗng"
    said = Sentences(SENTENCES).translated("b.txt: binary data (33 % NUL bytes), not text")
    assert said == f"b.txt: {Sentences(SENTENCES).translated('binary data (33 % NUL bytes), not text')}"
    assert "không phải văn bản" in said
    assert "binary" not in said
    assert Sentences(SENTENCES).translated("nobody has translated this") == "nobody has translated this"


def test_a_part_that_is_a_sentence_does_not_hide_the_whole() -> None:
    counts = "12 texts are right only together, 2 only by the texts alone (p = 0.013)"
    said = Sentences(SENTENCES).translated(f"both together are better than the texts alone: {counts}")
    assert said.startswith("kết hợp cả hai tốt hơn cách chỉ học từ bài của bạn: 12 bài ")
