"""Files that a worker reads, many at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chude.decoding import begins_unlike_prose
from chude.kernels.files import decode_utf8, read_files
from chude.sources.batch import BATCH_BYTES, Batch, aligned
from chude.sources.folders import Trouble
from chude.sources.options import SourceOptions
from chude.sources.rawfile import COMPRESSED, Unreadable, read_file
from chude.sources.textfiles import is_page, to_text


@dataclass(slots=True)
class FileTask:
    """Files that a worker reads.

    Parameters
    ----------
    places : sequence of str or Trouble
        Paths, or what is known to be wrong with one.
    options : SourceOptions
    """

    places: Sequence[str | Trouble]
    options: SourceOptions

    def __len__(self) -> int:
        return len(self.places)

    def batches(self) -> Iterator[Batch]:
        """Read the files, in batches of bounded size."""
        done = 0
        while done < len(self.places):
            batch = read_batch(self.places[done:], self.options)
            done += len(batch)
            yield aligned(batch, self.options.keep)


def read_batch(places: Sequence[str | Trouble], options: SourceOptions) -> Batch:
    """Read files from the first one on, until there are no more, or enough bytes."""
    contents = _contents(places, options.max_size)
    paths = [place if isinstance(place, str) else place.path for place in places[: len(contents)]]
    texts, others = _plain_texts(paths, contents, options)
    n_files = len(paths)
    batch = Batch(paths, [None] * n_files, texts, ["utf-8"] * n_files, [None] * n_files)
    for k in others:
        batch.texts[k], batch.encodings[k], batch.errors[k] = _text_alone(contents[k], paths[k], options)
    batch.size = sum(len(data) for data in contents if isinstance(data, bytes))
    return batch


def _plain_texts(
    paths: list[str], contents: list[bytes | Unreadable], options: SourceOptions
) -> tuple[list[str], list[int]]:
    """Decode the files that are plain prose in UTF-8, to what `to_text` would make of them.

    Returns
    -------
    list of str
        Empty where a file is none of these.
    list of int
        Which files are not.
    """
    may_be_plain = [
        data if isinstance(data, bytes) and (path.endswith(".txt") or not is_page(path)) else b""
        for path, data in zip(paths, contents, strict=True)
    ]
    if options.encoding is not None:
        may_be_plain = [b""] * len(paths)
    decoded = decode_utf8(may_be_plain, options.mend)
    texts: list[str] = []
    others: list[int] = []
    for data, text in zip(may_be_plain, decoded, strict=True):
        if text is None or begins_unlike_prose(data):
            others.append(len(texts))
            texts.append("")
        else:
            texts.append(text)
    return texts, others


def _text_alone(data: bytes | Unreadable, path: str, options: SourceOptions) -> tuple[str, str | None, str | None]:
    """Return the text of a file, its encoding, and why it is no text."""
    if isinstance(data, Unreadable):
        return "", None, str(data)
    try:
        return *to_text(data, path, options), None
    except Unreadable as error:
        return "", None, str(error)


def _contents(places: Sequence[str | Trouble], max_size: int) -> list[bytes | Unreadable]:
    """Return the bytes of the first files, as many as are enough, or why a file cannot be read."""
    paths = [
        place if isinstance(place, str) and (place.endswith(".txt") or not place.lower().endswith(COMPRESSED)) else ""
        for place in places
    ]
    found = read_files(paths, max_size, BATCH_BYTES)
    contents: list[bytes | Unreadable] = []
    room = BATCH_BYTES
    for place, read in zip(places, found, strict=False):
        data = _read_alone(place, max_size) if read is None else read
        contents.append(data)
        room -= len(data) if isinstance(data, bytes) else 0
        if room <= 0:
            break
    return contents


def _read_alone(place: str | Trouble, max_size: int) -> bytes | Unreadable:
    """Read a file that the kernel did not: compressed, large, or not regular. Or find out why it cannot be read."""
    if isinstance(place, Trouble):
        return Unreadable(place.error)
    try:
        return read_file(place, max_size)
    except Unreadable as error:
        return error
