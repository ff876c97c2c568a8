"""Files that a worker reads, many at a time; loaded when there are any, as compiled loops are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from chude.decoding.utf8 import decode_plain
from chude.sources.batch import BATCH_BYTES, Batch, aligned
from chude.sources.options import SourceOptions
from chude.sources.rawfile import COMPRESSED, Unreadable, read_file
from chude.sources.smallfiles import Contents, read_small
from chude.sources.textfiles import is_page, to_text
from chude.sources.walk import Trouble
from chude.tokenizer import Encoded


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
    contents, errors = _contents(paths, places, options.max_size)
    paths = paths[: len(contents)]
    units, starts, stops, is_plain = decode_plain(contents.data, contents.stops, mend=options.mend)
    is_plain &= options.encoding is None
    is_plain[_where(is_page, paths)] = False
    encodings: list[str | None] = ["utf-8"] * len(paths)
    others: dict[int, str] = {}
    for k in np.flatnonzero(~is_plain).tolist():
        others[k], encodings[k] = "", None
        if errors[k] is None:
            try:
                others[k], encodings[k] = to_text(contents[k], paths[k], options)
            except Unreadable as error:
                errors[k] = str(error)
    texts = Encoded(units, starts, stops).replaced(others)
    return Batch(paths, [None] * len(paths), texts, encodings, errors, size=int(contents.sizes.sum()))


def _contents(paths: Sequence[str], places: Sequence[str | Trouble], limit: int) -> tuple[Contents, list[str | None]]:
    """Bytes of the first files, as many as are enough; and what is wrong with each."""
    contents = read_small(paths)
    errors: list[str | None] = [None] * len(contents)
    is_left = (contents.sizes == 0) | (contents.sizes > limit)
    is_left[_where(_is_packed, paths[: len(contents)])] = True
    if not is_left.any():
        return contents, errors
    data, read = list(contents), int(contents.sizes.sum())
    for k in np.flatnonzero(is_left).tolist():
        try:
            data[k] = _bytes_of(places[k], limit)
        except Unreadable as error:
            data[k], errors[k] = b"", str(error)
        read += len(data[k])
        if read > BATCH_BYTES:
            data = data[: k + 1]
            break
    return Contents.of(data), errors[: len(data)]


def _where(is_such: Callable[[str], bool], paths: Sequence[str]) -> list[int]:
    """Places of the paths that are of some kind; ``.txt`` is of none."""
    return [k for k, path in enumerate(paths) if not path.endswith(".txt") and is_such(path)]


def _is_packed(path: str) -> bool:
    return path.lower().endswith(COMPRESSED)


def _bytes_of(place: str | Trouble, limit: int) -> bytes:
    if isinstance(place, Trouble):
        raise Unreadable(place.error)
    return read_file(place, limit)
