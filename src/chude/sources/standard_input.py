"""Standard input: one text, a text a line, or a table that is told by how it begins."""

import io
import sys
from collections.abc import Iterator
from typing import cast

from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream, read_limited
from chude.sources.source import STDIN, Batch, error_batch
from chude.sources.tables import ending_by_content, table_batches
from chude.sources.textfiles import to_text


def standard_input_batches(options: SourceOptions) -> Iterator[Batch]:
    """Read standard input as the options say."""
    raw = cast("io.BufferedReader", sys.stdin.buffer)
    start = raw.peek(1)
    # A terminal must not be read again after its end: that would wait for another Ctrl-D.
    stream = RawStream(raw if start else io.BytesIO(), STDIN)
    if options.text is not None:
        try:
            name = STDIN + ending_by_content(stream.start(), options)
        except Unreadable as error:
            yield error_batch(STDIN, str(error), options.keep)
            return
        yield from table_batches(stream, name, STDIN, options)
    elif options.lines:
        yield from table_batches(stream, STDIN, STDIN, options)
    else:
        batch = Batch()
        try:
            batch.add(STDIN, None, *to_text(read_limited(stream, options.max_size), STDIN, options))
        except Unreadable as error:
            batch = error_batch(STDIN, str(error), options.keep)
        yield batch
