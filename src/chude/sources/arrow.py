"""Arrow data as batches of texts, with typed kept columns; used for Parquet files and tables in memory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chude.errors import InputError
from chude.kernels.files import decode_utf8
from chude.locale import N_
from chude.sources.options import SourceOptions
from chude.sources.rows import asked_columns, column_places, repaired, require_columns
from chude.sources.source import BATCH_BYTES, BATCH_TEXTS, Batch
from chude.values import as_text

_ENCODING = "utf-8"
"""Of the strings of Arrow."""
_NOT_UTF8 = N_("the text is damaged: its bytes are not UTF-8")


def check_arrow(schema: Any, options: SourceOptions, path: str) -> None:
    """Check that an Arrow schema has the columns asked for, that the text is strings, and that --where can compare.

    Raises
    ------
    InputError
        If not.
    """
    import pyarrow as pa

    text = require_columns(schema.names, options, path)
    dtype = schema.field(column_places(schema.names, [text], path)[text]).type
    # A column in which every value is null has the type null; its texts are empty.
    if not _holds_text(dtype) and not pa.types.is_null(dtype):
        texts = [field.name for field in schema if _holds_text(field.type)]
        raise InputError(
            f"column {text!r} of {path} holds {dtype}, not text; columns of text: {', '.join(texts) or 'none'}"
        )
    for name, place in column_places(schema.names, [name for name, _ in options.where], path).items():
        dtype = schema.field(place).type
        try:
            _equal(pa.nulls(1, dtype), "")
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise InputError(f"column {name!r} holds {dtype}, which --where cannot compare") from None


def asked_part(data: Any, options: SourceOptions, path: str) -> Any:
    """Return the columns of a table or record batch that were asked for, named as they were asked for.

    Raises
    ------
    InputError
        If a column is missing, or there are two of that name.
    """
    places = column_places(data.schema.names, asked_columns(options), path)
    columns = [data.column(place) for place in places.values()]
    return type(data).from_arrays(columns, names=list(places))


def _holds_text(dtype: Any) -> bool:
    import pyarrow as pa

    inner = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    return any(test(inner) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def arrow_batches(
    record_batch: Any,
    options: SourceOptions,
    path: str,
    before: int,
    strange: Mapping[int, str] | None = None,
) -> Iterator[Batch]:
    """Yield an Arrow record batch as batches of bounded size, with the rows that --where selects.

    Parameters
    ----------
    record_batch : pyarrow.RecordBatch
        Its columns are named as in `options`.
    before : int
        Number of rows of the table before the record batch.
    strange : mapping of int to str, optional
        Error of a text, by the number of its row.
    """
    numbers: Sequence[int] = range(before + 1, before + record_batch.num_rows + 1)
    if options.where:
        chosen = _matching(record_batch, options.where)
        record_batch = record_batch.filter(chosen)
        numbers = [number for number, is_wanted in zip(numbers, chosen.to_pylist(), strict=True) if is_wanted]
    texts, encodings, errors = _texts(record_batch, options)
    columns = {name: _readable(record_batch.column(name), errors) for name in options.keep}
    for i, number in enumerate(numbers if strange else ()):
        errors[i] = (strange or {}).get(number, errors[i])
    start = letters = 0
    for end, text in enumerate(texts, 1):
        letters += len(text)
        if letters > BATCH_BYTES or end - start == BATCH_TEXTS or end == len(texts):
            count = end - start
            kept = {name: column[start:end] for name, column in columns.items()}
            yield Batch(
                [path] * count,
                list(numbers[start:end]),
                texts[start:end],
                encodings[start:end],
                errors[start:end],
                kept,
            )
            start, letters = end, 0


def _texts(record_batch: Any, options: SourceOptions) -> tuple[list[str], list[str | None], list[str | None]]:
    """Return texts, encodings (only of those that were repaired: the others were not decoded here), and errors."""
    contents = _contents(record_batch, options)
    texts: list[str] = []
    encodings: list[str | None] = []
    errors: list[str | None] = []
    # The kernel decodes an article in a third of the time that Arrow takes to make a string of it.
    for content, decoded in zip(contents, decode_utf8(contents, options.mend), strict=True):
        text, encoding, error = (decoded, _ENCODING, None) if decoded is not None else _decoded(content, options)
        texts.append(text)
        encodings.append(None if encoding == _ENCODING else encoding)
        errors.append(error)
    return texts, encodings, errors


def _decoded(content: bytes, options: SourceOptions) -> tuple[str, str, str | None]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "", _ENCODING, _NOT_UTF8
    return repaired(text, _ENCODING, options)


def _contents(record_batch: Any, options: SourceOptions) -> list[bytes]:
    """Return the texts as Arrow holds them, each with its title before it; null is an empty text."""
    texts: list[bytes | None] = _as_binary(record_batch.column(options.text)).to_pylist()
    if options.title is None:
        return [text or b"" for text in texts]
    column = record_batch.column(options.title)
    titles = _as_binary(column).to_pylist() if _holds_text(column.type) else map(_as_bytes, column.to_pylist())
    return [(title + b"\n" if title else b"") + (text or b"") for text, title in zip(texts, titles, strict=True)]


def _as_bytes(value: Any) -> bytes:
    return b"" if value is None else as_text(value).encode()


def _as_binary(column: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.large_binary())


def _readable(column: Any, errors: list[str | None]) -> Any:
    """Return a kept column whose strings are UTF-8: other strings cannot be written.

    Bytes of a string that are not UTF-8 become U+FFFD. Lists and structs of such strings become null, and the row gets
    an error.
    """
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return column
    if _holds_text(column.type):
        values = [None if value is None else value.decode(errors="replace") for value in _as_binary(column).to_pylist()]
        return pa.array(values, pa.large_string()).cast(column.type)
    rows: list[Any] = []
    for i, scalar in enumerate(column):
        try:
            rows.append(scalar.as_py())
        except UnicodeDecodeError:
            rows.append(None)
            errors[i] = N_("a kept column is damaged: its bytes are not UTF-8")
    return pa.array(rows, column.type)


def _matching(record_batch: Any, where: Sequence[tuple[str, str]]) -> Any:
    import pyarrow.compute as pc

    chosen = None
    for name, value in where:
        equal = pc.fill_null(_equal(record_batch.column(name), value), False)
        chosen = equal if chosen is None else pc.and_(chosen, equal)
    return chosen


def _equal(column: Any, value: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    # Bytes that are not UTF-8 are no string that --where can name: not equal, and no error.
    as_strings = pc.CastOptions(target_type=pa.string(), allow_invalid_utf8=True)
    return pc.equal(pc.cast(column, options=as_strings), value)
