"""Arrow data as batches of texts: kept columns stay typed. Parquet files and tables in memory are read by it."""

from collections.abc import Iterator, Sequence
from typing import Any

from chude.errors import InputError
from chude.sources.batch import BATCH_BYTES, BATCH_TEXTS, Batch
from chude.sources.options import SourceOptions
from chude.sources.rows import repaired, require_columns, text_of

_ENCODING = "utf-8"
"""Of the strings of Arrow."""


def check_arrow(schema: Any, options: SourceOptions, path: str) -> None:
    """Check that an Arrow schema has the columns that were asked for, and that the column of text holds strings.

    Raises
    ------
    InputError
        If not.
    """
    import pyarrow as pa

    text = require_columns(schema.names, options, path)
    kind = schema.field(text).type
    # A column in which every value is null has the type null; its texts are empty.
    if not _holds_text(kind) and not pa.types.is_null(kind):
        texts = [field.name for field in schema if _holds_text(field.type)]
        raise InputError(
            f"column {text!r} of {path} holds {kind}, not text; columns of text: {', '.join(texts) or 'none'}"
        )


def _holds_text(kind: Any) -> bool:
    import pyarrow as pa

    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(test(inner) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def arrow_batches(record_batch: Any, options: SourceOptions, path: str, before: int) -> Iterator[Batch]:
    """Yield an Arrow record batch as batches of bounded size, with the rows that --where selects.

    Parameters
    ----------
    before : int
        Number of rows of the table before the record batch.
    """
    numbers: Sequence[int] = range(before + 1, before + record_batch.num_rows + 1)
    if options.where:
        chosen = _matching(record_batch, options.where)
        record_batch = record_batch.filter(chosen)
        numbers = [number for number, is_wanted in zip(numbers, chosen.to_pylist(), strict=True) if is_wanted]
    texts, encodings, errors = _texts(record_batch, options)
    start = letters = 0
    for end, text in enumerate(texts, 1):
        letters += len(text)
        if letters > BATCH_BYTES or end - start == BATCH_TEXTS or end == len(texts):
            count = end - start
            kept = {name: record_batch.column(name)[start:end] for name in options.keep}
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
    values = record_batch.column(options.text).to_pylist()
    titles = [None] * len(values) if options.title is None else record_batch.column(options.title).to_pylist()
    texts: list[str] = []
    encodings: list[str | None] = []
    errors: list[str | None] = []
    for value, title in zip(values, titles, strict=True):
        joined, error = text_of(value, title)
        text, encoding, spoilt = repaired(joined, _ENCODING, options)
        texts.append(text)
        encodings.append(None if encoding == _ENCODING else encoding)
        errors.append(error or spoilt)
    return texts, encodings, errors


def _matching(record_batch: Any, where: Sequence[tuple[str, str]]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    chosen = None
    for name, value in where:
        try:
            equal = pc.equal(pc.cast(record_batch.column(name), pa.string()), value)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise InputError(
                f"column {name!r} holds {record_batch.column(name).type}, which --where cannot compare"
            ) from None
        equal = pc.fill_null(equal, False)
        chosen = equal if chosen is None else pc.and_(chosen, equal)
    return chosen
