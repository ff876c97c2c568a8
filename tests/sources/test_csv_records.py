"""Quotes that are never closed: no row is lost, what is held in memory is bounded, and long cells stay whole."""

import csv
import gzip
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tables_read import CASES, read

from chude.sources.csv_dialect import Dialect
from chude.sources.csv_lines import CsvLines
from chude.sources.csv_records import CsvRecords
from chude.sources.options import SourceOptions
from chude.sources.tables import TableFile

DELIMITERS = st.sampled_from([",", ";", "\t", "|"])
LINE = st.text("ab ấờ.'\\", min_size=1, max_size=8).map(lambda text: "x" + text.strip())
TEXT = st.lists(LINE | st.sampled_from(['x "y" z', "x, y", "x; y|z"]), min_size=1, max_size=3).map("\n".join)


def records(text: str, delimiter: str = ",", limit: int = 1 << 20) -> tuple[list[str], list[list[str] | str]]:
    lines = CsvLines(iter(io.StringIO(text, newline="")))
    found = CsvRecords(lines, Dialect(delimiter), limit)
    return found.header, list(found)


def written(rows: list[list[str]], delimiter: str, quoting: Any) -> list[str]:
    """Return the records as the csv module writes them."""
    made = []
    for row in rows:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerow(row)
        made.append(out.getvalue())
    return made


@given(
    st.lists(st.tuples(TEXT, st.booleans()), min_size=1, max_size=12),
    DELIMITERS,
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
)
@settings(deadline=None, max_examples=300)
def test_only_the_rows_with_an_unclosed_quote_are_lost(
    rows: list[tuple[str, bool]], delimiter: str, quoting: Any
) -> None:
    table = [[str(number), text] for number, (text, _) in enumerate(rows, 1)]
    lines = written(table, delimiter, quoting)
    are_broken = []
    for i, (text, is_chosen) in enumerate(rows):
        is_broken = is_chosen and "\n" not in text and lines[i].endswith('"\n')
        are_broken.append(is_broken)
        if is_broken:
            lines[i] = lines[i][:-2] + "\n"
    header, found = records(f"id{delimiter}text\n" + "".join(lines), delimiter)
    assert header == ["id", "text"]
    assert [None if isinstance(record, str) else record for record in found] == [
        None if is_broken else row for row, is_broken in zip(table, are_broken, strict=True)
    ]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6) | st.sampled_from(
    ['"', '""', "\n", "\r\n", ",", ";", "\t", '",', ',"', '"\n', "a\nb", "a\n\nb", ' "x" ', " ", "\\", '\\"']
)


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=8),
    DELIMITERS,
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None, max_examples=300)
def test_well_formed_records_are_those_of_the_csv_module(rows: list[list[str]], delimiter: str, end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["id", "text"], *rows])
    expected = list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter, strict=True))[1:]
    _, found = records(out.getvalue(), delimiter)
    assert [record for record in found if len(record) == 2 and not isinstance(record, str)] == [
        record for record in expected if len(record) == 2
    ]
    assert len(found) == len(expected)


@pytest.mark.parametrize("name", ["unclosed-quote.tsv", "unclosed-quote.csv"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_quote_that_is_never_closed(tmp_path: Path, name: str, is_packed: bool) -> None:
    path = CASES / name
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    if is_packed:
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress((CASES / name).read_bytes()))
    found = read(path, text="text" if name.endswith("tsv") else "body", keep=("id",))
    broken = [i for i, line in enumerate(lines) if '"' in line]
    assert len(broken) == 1
    assert [i for i, row in enumerate(found) if row.error] == broken
    assert str(found[broken[0]].error).startswith("a quote is opened and not closed: there is none in what follows (")
    assert [row.row for row in found] == list(range(1, len(lines) + 1))
    assert [f"{row.kept['id']}" for row in found if not row.error] == [
        line[: line.index("\t" if name.endswith("tsv") else ",")] for line in lines if '"' not in line
    ]


def test_it_is_closed_by_a_stray_quote() -> None:
    """As in a table that was written without any quoting: the last cell ends with a quote."""
    rows = "".join(f"{k}\tTin số {k}{chr(34) if k == 6 else ''}\n" for k in range(2, 9))
    _, found = records('id\ttext\n1\t"Hay không thể tả\n' + rows, "\t")
    assert [isinstance(record, str) for record in found] == [True] + [False] * 7
    assert found[5] == ["6", 'Tin số 6"']
    _, found = records('id,text\n1,"Hay không thể tả\n' + rows.replace("\t", ","))
    assert [isinstance(record, str) for record in found] == [True] + [False] * 7


def test_a_list_in_a_cell_is_no_row() -> None:
    cell = "Cần mua:\n1,cam\n2,quýt\n3,bưởi\n4,chanh"
    _, found = records(f'id,text\n7,"{cell}"\n8,x\n')
    assert found == [["7", cell], ["8", "x"]]


def test_quotes_in_the_middle_of_a_line_and_spaces_behind_quotes() -> None:
    _, found = records('id,text\n1,"Hay, thật" là hay\n2,ông nói "được"\n"3" ,"x, y" \n4,"a ""b"" c" \n')
    assert found == [["1", "Hay, thật là hay"], ["2", 'ông nói "được"'], ["3", "x, y"], ["4", 'a "b" c']]


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A table of seven megabytes behind a quote, and a cell that is just not too long."""
    path = tmp_path / "t.csv"
    long = "\n".join(["một dòng dài của một bài"] * 10_000)
    with path.open("w", encoding="utf-8") as file:
        file.write('id,text\n0,"' + long + '"\n1,"mở\n')
        for k in range(2, 300_000):
            file.write(f"{k},Giá vàng tăng mạnh\n")
    tracemalloc.start()
    count, errors, longest = 0, [], 0
    for batch in TableFile(str(path), SourceOptions(text="text", max_size=1 << 18)).batches():
        count += len(batch)
        longest = max(longest, *map(len, batch.texts))
        errors += [error for error in batch.errors if error]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300_000
    assert longest == len(long)
    assert errors == [f"a quote is opened and not closed in the {errors[0].split()[9]} characters that follow"]
    assert peak < 14 << 20  # the lines behind the quote take 33 MB


def test_many_quotes_that_are_never_closed_take_no_long_time() -> None:
    """Each such line is read far ahead only once or twice."""
    reads = 0

    class Counted(CsvLines):
        def __next__(self) -> str:
            nonlocal reads
            reads += 1
            return super().__next__()

    text = "id,text\n" + 'a","b\n' * 60_000
    records = CsvRecords(Counted(iter(io.StringIO(text, newline=""))), Dialect(","), 1 << 20)
    for number, _ in enumerate(records):
        if number == 100:
            break
    assert reads < 100 * 16_000


def test_a_header_that_is_not_closed() -> None:
    header, found = records('id,"text\n1,x\n2,y\n')
    assert header == ["id", "text"]
    assert found == [["1", "x"], ["2", "y"]]
