"""CSV as programs write it, from the cases of csv_programs.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tables_read import read

from chude.errors import InputError

CASES = tomllib.loads(Path(__file__).with_name("csv_programs.toml").read_text(encoding="utf-8"))["table"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_tables_of_programs(tmp_path: Path, case: dict[str, Any]) -> None:
    path = tmp_path / case.get("name", "t.csv")
    path.write_text(case["content"].lstrip("\n"), encoding="utf-8")
    column = case.get("column", "text")
    if "says" in case:
        with pytest.raises(InputError) as raised:
            read(path, text=column)
        assert str(raised.value).endswith(case["says"])
        return
    rows = read(path, text=column)
    assert [row.text for row in rows] == case["texts"]
    assert sum(row.error is not None for row in rows) == case.get("errors", 0)


@given(st.lists(st.text(st.sampled_from('ab ,;|"ấ'), min_size=1, max_size=9).map(lambda s: f"x{s}x"), min_size=1))
@settings(max_examples=200, deadline=None)
def test_a_list_of_texts_without_quotes_has_a_row_for_each_line(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_text("\n".join(["text", *texts]), encoding="utf-8")
    assert [row.text for row in read(path, text="text", mend=False)] == texts
