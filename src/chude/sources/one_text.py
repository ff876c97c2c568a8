"""One text: a file of any format, or standard input, read as in labelling."""

import itertools
import os

from chude.errors import DecodingError, InputError
from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions
from chude.sources.source import STDIN


def one_text(path: str, options: SourceOptions) -> tuple[str, str | None]:
    """Read a file that is one text.

    Parameters
    ----------
    path : str
        A text, a web page, a mail or a document, perhaps compressed; ``-`` is standard input.
    options : SourceOptions

    Returns
    -------
    text : str
    encoding : str or None

    Raises
    ------
    InputError
        If there is no such file, or it holds several texts: a folder, a table, an archive.
    DecodingError
        If it is not text.
    """
    if path != STDIN and os.path.isdir(path):
        raise InputError(f"cannot read {path}: it is a folder; name a file in it")
    with Inputs([path], options).open() as opened:
        batches = (batch for task in opened.tasks() for batch in task.batches())
        texts = (each for batch in batches for each in zip(batch.texts, batch.encodings, batch.errors, strict=True))
        first = list(itertools.islice(texts, 2))
    if len(first) != 1:
        raise InputError(f"{path} does not hold one text; save the one that is meant as a file of its own")
    text, encoding, error = first[0]
    if error is not None:
        raise DecodingError(f"{'standard input' if path == STDIN else path}: {error}")
    return text, encoding
