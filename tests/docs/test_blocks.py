"""What the documentation shows is made from what is there now, and a change of an input is noticed."""

import json
from pathlib import Path

import pytest

from tools import blocks, refresh, speeds
from tools.written import count, percent, significant

PAGE = (
    "before\n<!-- a | made by: x | from: 0 -->\nold\n<!-- end: a -->\n"
    "between\n<!-- b | made by: x | from: 0 -->\n<!-- end: b -->\n"
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> blocks.Made:
    """A block that is made from a folder of a program and a text."""
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "program.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "inputs" / "text.txt").write_text("một", encoding="utf-8")
    monkeypatch.setattr(blocks, "ROOT", tmp_path)
    return blocks.Made("a", "python -m tools.refresh a", {"show": ["ls"]}, ("inputs",))


def test_nothing_is_stale() -> None:
    assert blocks.stale() == []


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("program.py", '"""What it does."""\n\n# Why.\nx = 1\n', True),
        ("program.py", "x = 2\n", False),
        ("text.txt", "hai", False),
        ("more.txt", "", False),
    ],
)
def test_the_hash_is_of_what_inputs_do(made: blocks.Made, name: str, text: str, same: bool) -> None:
    before = made.digest
    (blocks.ROOT / "inputs" / name).write_text(text, encoding="utf-8")
    blocks._content.cache_clear()
    assert (made.digest == before) is same


def test_the_hash_is_of_the_command_too(made: blocks.Made) -> None:
    assert blocks.Made(made.name, made.made_by, {"show": ["ls -l"]}, made.inputs).digest != made.digest


def test_a_block_is_filled_and_the_rest_of_the_page_stays(made: blocks.Made) -> None:
    page = blocks.fill(PAGE, made, "new")
    assert page == PAGE.replace("<!-- a | made by: x | from: 0 -->\nold", f"{blocks.marker(made)}\nnew")
    assert blocks.names(page) == ["a", "b"]
    assert blocks.fill(page, made, "new") == page


def test_a_stale_block_and_an_unknown_one_are_named(made: blocks.Made, monkeypatch: pytest.MonkeyPatch) -> None:
    page = blocks.ROOT / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(blocks, "read_blocks", lambda: {"a": made})
    monkeypatch.setattr(blocks, "read_pictures", dict)
    monkeypatch.setattr(blocks, "RECORD", blocks.ROOT / "record.json")
    blocks.RECORD.write_text("{}", encoding="utf-8")
    stale, unknown = blocks.stale()
    assert "page.md: a " in stale
    assert made.made_by in stale
    assert "page.md: b " in unknown
    page.write_text(blocks.fill(PAGE.partition("between")[0], made, "new"), encoding="utf-8")
    assert blocks.stale() == []


def test_every_block_of_the_table_is_shown_somewhere() -> None:
    shown = {name for page in blocks.pages() for name in blocks.names(page.read_text(encoding="utf-8"))}
    assert shown == set(blocks.read_blocks())


def test_every_picture_of_the_table_is_shown_somewhere() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in blocks.pages())
    assert [name for name in blocks.read_pictures() if f"pictures/{name}.png" not in text] == []


@pytest.mark.parametrize(
    ("keep", "cut"),
    [
        ([], "1\n2\n3\n4\n5"),
        ([[0, 2]], "1\n2\n..."),
        ([[0, 1], [-1, 1000]], "1\n...\n5"),
        ([[1, 2], [3, 4]], "2\n...\n4\n..."),
    ],
)
def test_parts_of_an_output(keep: list[list[int]], cut: str) -> None:
    assert refresh.cut("1\n2\n3\n4\n5\n", keep) == cut


def test_numbers_are_written_as_their_readers_do() -> None:
    assert [count(130222.4, language) for language in ("en", "vi")] == ["130,222", "130.222"]
    assert [percent(0.935, language) for language in ("en", "vi")] == ["93.5 %", "93,5 %"]
    assert [significant(2.374, language) for language in ("en", "vi")] == ["2.37", "2,37"]
    assert percent(None, "vi") == "–"


def test_tables_of_speed_name_what_was_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads(speeds.MEASURED.read_text(encoding="utf-8"))
    lines = speeds.table().count("\n|")
    assert "one article a call" not in capsys.readouterr().err
    report["rows"] = [row for row in report["rows"] if row["what"] != "one article a call"]
    monkeypatch.setattr(speeds, "MEASURED", tmp_path / "results.json")
    speeds.MEASURED.write_text(json.dumps(report), encoding="utf-8")
    assert speeds.table().count("\n|") == lines - 1
    assert "no row 'one article a call'" in capsys.readouterr().err
