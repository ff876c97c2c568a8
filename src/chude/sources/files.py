"""Tasks of files that are one text each: reads many files at a time into a batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chude.kernels.files import read_files, read_texts
from chude.sources.folders import Trouble
from chude.sources.opening import COMPRESSED, Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawfile import read_file
from chude.sources.source import BATCH_BYTES, Batch, aligned
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
    paths = [place if isinstance(place, str) else place.path for place in places]
    texts, contents, sizes = _read_together(places, paths, options)
    n_files, n_bytes_alone = len(texts), 0
    decoded = [text or "" for text in texts]
    encodings: list[str | None] = ["utf-8"] * n_files
    errors: list[str | None] = [None] * n_files
    for k in (k for k, text in enumerate(texts) if text is None):
        data = contents[k]
        found = _read_alone(places[k], options.max_size) if data is None else data
        decoded[k], encodings[k], errors[k] = _text_alone(found, paths[k], options)
        if data is None and isinstance(found, bytes):
            sizes[k] = len(found)
            n_bytes_alone += len(found)
            if n_bytes_alone >= BATCH_BYTES:
                n_files = k + 1
                break
    rows: list[int | None] = [None] * n_files
    columns = (paths[:n_files], rows, decoded[:n_files], encodings[:n_files], errors[:n_files])
    return Batch(*columns, size=sum(sizes[:n_files]))


def _read_together(
    places: Sequence[str | Trouble], paths: list[str], options: SourceOptions
) -> tuple[list[str | None], list[bytes | None], list[int]]:
    """Read the first files, and decode those that are plain prose in UTF-8 to what `to_text` would make of them.

    Returns
    -------
    What `read_texts` returns, without texts for pages and where an encoding is given.
    """
    special = [k for k, place in enumerate(places) if not (isinstance(place, str) and place.endswith(".txt"))]
    readable = paths.copy() if special else paths
    for k in special:
        if isinstance(places[k], Trouble) or paths[k].lower().endswith(COMPRESSED):
            readable[k] = ""
    if options.encoding is not None:
        contents = read_files(readable, options.max_size, BATCH_BYTES)
        return [None] * len(contents), contents, [len(data or b"") for data in contents]
    texts, contents, sizes = read_texts(readable, options.max_size, BATCH_BYTES, options.mend)
    for k in special:
        text = texts[k] if k < len(texts) else None
        if text is not None and is_page(paths[k]):
            texts[k], contents[k] = None, text.encode()
    return texts, contents, sizes


def _text_alone(data: bytes | Unreadable, path: str, options: SourceOptions) -> tuple[str, str | None, str | None]:
    """Return the text of a file, its encoding, and why it is no text."""
    if isinstance(data, Unreadable):
        return "", None, str(data)
    try:
        return *to_text(data, path, options), None
    except Unreadable as error:
        return "", None, str(error)


def _read_alone(place: str | Trouble, max_size: int) -> bytes | Unreadable:
    """Read a file that the kernel did not: compressed, large, or not regular. Or find out why it cannot be read."""
    if isinstance(place, Trouble):
        return Unreadable(place.error)
    try:
        return read_file(place, max_size)
    except Unreadable as error:
        return error
