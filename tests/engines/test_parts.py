"""A file that is labelled in parts becomes the file of a local run, byte for byte, wherever it is cut."""

import random
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chude
from chude.engines import plan
from chude.engines.task import join_parts, label_part
from chude.engines.work import Work
from chude.labelling.progress import Tally
from chude.labelling.rules import Rules
from chude.sources.options import SourceOptions

pytest.importorskip("fsspec", reason="needs fsspec: pip install 'chude[dask]'")

CELLS = [None, b"", b" ", b"zxcv qwrt", "Giá vàng tăng mạnh".encode(), b"gia vang tang", b"\xff\xfe", "Đội".encode()]


def table_of(cells: Sequence[bytes | None]) -> pa.Table:
    """A table whose texts are not all UTF-8, and what to keep of it: numbers, nulls, lists."""
    numbers = range(len(cells))
    return pa.table(
        {
            "content": pa.array(cells, pa.binary()).view(pa.string()),
            "key": pa.array([2**60 + k if k % 3 else None for k in numbers], pa.int64()),
            "nothing": pa.nulls(len(cells)),
            "list": pa.array([[k] for k in numbers], pa.list_(pa.int16())),
            "parity": pa.array([k % 2 for k in numbers], pa.int8()),
        }
    )


def label_in_parts(
    path: Path, out: Path, work: Work, model: chude.TopicModel, bytes_a_part: int, *, resume: bool = False
) -> tuple[list[plan.Part], Tally]:
    """Plan, label the parts in any order, join them; return the parts and their counts in order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "PART_BYTES", bytes_a_part)
        parts = plan.plan([str(path)], str(out), work.options)
    tallies = {}
    for part in random.Random(bytes_a_part).sample(parts, len(parts)):
        tallies[part] = label_part(part, model, work, 1, resume=resume)
    for _, of_file in groupby(parts, lambda part: part.labels):
        if len(some := list(of_file)) > 1:
            join_parts(some, work, list(tallies.values()), resume=resume)
    total = Tally()
    for part in parts:
        total.add(tallies[part])
    return parts, total


@given(
    cells=st.lists(st.sampled_from(CELLS), max_size=30),
    row_group_size=st.integers(1, 12),
    n_parts=st.integers(1, 12),
    where=st.sampled_from([{}, {"parity": "1"}, {"key": "nothing has it"}]),
    flipped=st.none() | st.floats(0, 1, exclude_max=True),
)
@settings(deadline=None, max_examples=150)
def test_parts_become_the_file_of_a_local_run(
    tmp_path_factory: pytest.TempPathFactory, samples_model: chude.TopicModel, cells: list[bytes | None],
    row_group_size: int, n_parts: int, where: dict[str, str], flipped: float | None,
) -> None:  # fmt: skip
    """Also if a byte of the file is damaged."""
    folder = tmp_path_factory.mktemp("parts")
    path, keep = folder / "a.parquet", ["key", "nothing", "list"]
    pq.write_table(table_of(cells), path, row_group_size=row_group_size, write_page_checksum=True)
    data = bytearray(path.read_bytes())
    if flipped is not None:
        footer = int.from_bytes(data[-8:-4], "little") + 8  # a reader may not notice damage in it
        data[4 + int(flipped * (len(data) - footer - 4))] ^= 0x10
        path.write_bytes(data)
    options: dict[str, Any] = {"keep": keep, "where": where, "model": samples_model, "top": 2}
    here = chude.label_table(path, "content", **options).write(folder / "here.parquet")
    work = Work(SourceOptions(text="content", keep=tuple(keep), where=tuple(where.items())), Rules(top=2))
    parts, tally = label_in_parts(path, folder / "out", work, samples_model, -(-len(data) // n_parts))
    assert (folder / "out" / "a.parquet").read_bytes() == (folder / "here.parquet").read_bytes()
    assert tally.as_dict() == here.tally.as_dict()
    groups = -(-len(cells) // row_group_size)
    assert len(parts) == max(1, min(groups, n_parts))
    assert sum(part.size for part in parts) <= len(data)


def test_a_small_file_is_one_part_and_a_large_one_ends_between_row_groups(tmp_path: Path) -> None:
    pq.write_table(table_of(CELLS * 4), tmp_path / "a.parquet", row_group_size=5)
    size, options = (tmp_path / "a.parquet").stat().st_size, SourceOptions(text="content")

    def ranges(bytes_a_part: int) -> list[range | None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "PART_BYTES", bytes_a_part)
            return [part.row_groups for part in plan.plan([str(tmp_path)], str(tmp_path / "out"), options)]

    assert ranges(plan.PART_BYTES) == ranges(size) == [None]
    assert ranges(size - 1) == [range(3), range(3, 7)]
    assert ranges(1) == [range(k, k + 1) for k in range(7)]


def test_parts_that_are_there_are_kept_on_resuming(tmp_path: Path, samples_model: chude.TopicModel) -> None:
    path, out = tmp_path / "a.parquet", tmp_path / "out"
    pq.write_table(table_of(CELLS * 4), path, row_group_size=5)
    work = Work(SourceOptions(text="content"), Rules())
    parts, tally = label_in_parts(path, out, work, samples_model, 1)
    made = {part: Path(part.target).stat().st_ino for part in parts}
    missing = Path(parts[3].target)
    missing.unlink()
    (out / "a.parquet").write_bytes(b"half of it")
    _, again = label_in_parts(path, out, work, samples_model, 1, resume=True)
    assert again.as_dict() == tally.as_dict()
    assert {part: Path(part.target).stat().st_ino for part in parts if part is not parts[3]}.items() <= made.items()
    chude.label_table(path, "content", model=samples_model).write(tmp_path / "here.parquet")
    assert (out / "a.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()


def test_a_large_file_without_the_column_is_one_row(tmp_path: Path, samples_model: chude.TopicModel) -> None:
    """Not one for each part."""
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"content": ["Giá vàng"]}), tmp_path / "in" / "a.parquet")
    pq.write_table(table_of(CELLS).rename_columns(list("abcde")), tmp_path / "in" / "b.parquet", row_group_size=2)
    work = Work(SourceOptions(text="content"), Rules())
    parts, tally = label_in_parts(tmp_path / "in", tmp_path / "out", work, samples_model, 1)
    assert [part.file.inside for part in parts] == ["a.parquet", "b.parquet"]
    assert tally.first_failures[0][1] == "has no column 'content'; its columns are: a, b, c, d, e"
    assert tally.texts == 2
