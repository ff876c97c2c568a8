"""The causes of errors, as a summary counts them."""

import pytest

from chude.cli._report import causes_said
from chude.labelling.progress import cause_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("row with another number of columns than the header (3, not 2)", None),
        (
            "row with another number of columns than the header (3, not 2); it has 5 lines: a quote may not be closed",
            None,
        ),
        ("Word document (.docx): damaged (BadZipFile: File is not a zip file)", "Word document (.docx): damaged"),
        ("Excel workbook (.xlsx), not text: --text-column reads it; the name of a file has to end in .xlsx", ""),
        ("table (CSV), not a text: name its column of text with --text-column", ""),
        ("another sheet is not read ('Trang 2'): save it as a table of its own", "another sheet is not read"),
        (
            "a table: name its column with --text-column; its columns are: id, text (2)",
            "a table: name its column with --text-column",
        ),
        ("empty file", ""),
    ],
)
def test_details_are_left_out(error: str, cause: str | None) -> None:
    expected = "row with another number of columns than the header" if cause is None else cause or error
    assert cause_of(error) == expected


def test_only_the_most_frequent_causes_are_said() -> None:
    counts = {f"cause {n}": n for n in range(1, 9)}
    assert causes_said(counts) == "8 x cause 8; 7 x cause 7; 6 x cause 6; 5 x cause 5; 4 x cause 4; 6 for other reasons"
    assert causes_said({"a": 1, "b": 1}) == "1 x a; 1 x b"
