"""Texts of Arrow data are what decoding each cell by itself gives."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chude.sources.arrow import arrow_batches
from chude.sources.options import SourceOptions
from chude.sources.rows import repaired

_CELLS = (
    st.none()
    | st.text(max_size=8)
    | st.sampled_from(["Giá vàng hôm nay tăng mạnh", "Ä‘á»‘i thá»§", "\ufeffChào buổi sáng", "𝐓in mới"])
)


def _expected(text: str | None, title: str | None, options: SourceOptions) -> tuple[str, str | None]:
    joined = (title + "\n" if title else "") + (text or "")
    expected, encoding, _ = repaired(joined, "utf-8", options)
    return expected, None if encoding == "utf-8" else encoding


@pytest.mark.parametrize(
    "dtype", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
@pytest.mark.parametrize("mend", [True, False])
@settings(deadline=None)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=12), with_title=st.booleans())
@example(rows=[("Giá vàng tăng", "Ä‘á»‘i thá»§ mạnh"), (None, "Tiêu đề"), ("Thân bài", "")], with_title=True)
def test_a_cell_is_decoded_as_if_alone(
    dtype: pa.DataType, mend: bool, rows: list[tuple[str | None, str | None]], with_title: bool
) -> None:
    texts, titles = (pa.array(column, pa.string()) for column in zip(*rows, strict=True))
    data = pa.record_batch({"text": texts.cast(dtype), "title": titles.cast(dtype)})
    options = SourceOptions(text="text", title="title" if with_title else None, mend=mend)
    (batch,) = arrow_batches(data, options, "a.parquet", 0)
    expected = [_expected(text, title if with_title else None, options) for text, title in rows]
    assert list(zip(batch.texts, batch.encodings, strict=True)) == expected


def test_a_damaged_cell_is_an_error_of_its_row() -> None:
    damaged = pa.array([b"Gi\xe1 v\xe0ng", "Giá vàng".encode(), None], pa.binary()).view(pa.string())
    data = pa.record_batch({"text": damaged, "title": pa.array([1, 2, None])})
    (batch,) = arrow_batches(data, SourceOptions(text="text", title="title"), "a.parquet", 0)
    assert batch.texts == ["", "2\nGiá vàng", ""]
    assert [error is not None for error in batch.errors] == [True, False, False]
