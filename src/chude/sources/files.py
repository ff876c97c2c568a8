"""Files that a worker reads, many at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chude.decoding import may_be_no_prose
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
    batch = Batch()
    contents = _contents(places, options.max_size)
    may_be_plain = [_may_be_plain(place, options) for place in places[: len(contents)]]
    plain = decode_utf8(
        [
            data if simple and isinstance(data, bytes) else b""
            for data, simple in zip(contents, may_be_plain, strict=True)
        ],
        not options.mend,
    )
    for place, data, text in zip(places, contents, plain, strict=False):
        path = place if isinstance(place, str) else place.path
        if text is not None and isinstance(data, bytes) and _is_prose(data, text, mend=options.mend):
            batch.add(path, None, text, "utf-8")
        elif isinstance(data, Unreadable):
            batch.add(path, None, "", error=str(data))
        else:
            try:
                batch.add(path, None, *to_text(data, path, options))
            except Unreadable as error:
                batch.add(path, None, "", error=str(error))
    batch.size = sum(len(data) for data in contents if isinstance(data, bytes))
    return batch


def _is_prose(data: bytes, text: str, *, mend: bool) -> bool:
    """Whether plain UTF-8 is what `to_text` takes it for, told by a look at a few bytes."""
    may_be_mended = mend and (b"\xc2" in data or b"\xe1" not in data or b"&" in data or "ø" in text)
    return not may_be_mended and not may_be_no_prose(data)


def _contents(places: Sequence[str | Trouble], max_size: int) -> list[bytes | Unreadable]:
    """Return the bytes of the first files, as many as are enough, or why a file cannot be read."""
    paths = [place if isinstance(place, str) and not _is_compressed(place) else "" for place in places]
    contents: list[bytes | Unreadable] = []
    room = BATCH_BYTES
    for place, read in zip(places, read_files(paths, max_size, room), strict=False):
        data = _read_alone(place, max_size) if read is None else read
        contents.append(data)
        room -= len(data) if isinstance(data, bytes) else 0
        if room <= 0:
            break
    return contents


def _read_alone(place: str | Trouble, max_size: int) -> bytes | Unreadable:
    """Read what is not simply read as it lies there, or find out what is wrong with it."""
    if isinstance(place, Trouble):
        return Unreadable(place.error)
    try:
        return read_file(place, max_size)
    except Unreadable as error:
        return error


def _may_be_plain(place: str | Trouble, options: SourceOptions) -> bool:
    return options.encoding is None and isinstance(place, str) and (place.endswith(".txt") or not is_page(place))


def _is_compressed(path: str) -> bool:
    return not path.endswith(".txt") and path.lower().endswith(COMPRESSED)
