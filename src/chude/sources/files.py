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
    texts, looked_at = _plain_texts(places, contents, options)
    paths = [place if isinstance(place, str) else place.path for place in places[: len(contents)]]
    n_files = len(paths)
    batch = Batch(paths, [None] * n_files, texts, ["utf-8"] * n_files, [None] * n_files)
    for k in looked_at:
        data = contents[k]
        text, encoding, error = "", None, None
        try:
            if isinstance(data, Unreadable):
                raise data
            text, encoding = to_text(data, paths[k], options)
        except Unreadable as unreadable:
            error = str(unreadable)
        batch.texts[k], batch.encodings[k], batch.errors[k] = text, encoding, error
    batch.size = sum(len(data) for data in contents if isinstance(data, bytes))
    return batch


def _plain_texts(
    places: Sequence[str | Trouble], contents: list[bytes | Unreadable], options: SourceOptions
) -> tuple[list[str], list[int]]:
    """Decode files that are plain prose in UTF-8; also return which others there are, whose texts are empty.

    A plain text is what `to_text` would make of it, told without a look at each by itself.
    """
    may_be_plain = [
        data if isinstance(data, bytes) and _may_be_plain(place, options) else b""
        for place, data in zip(places, contents, strict=False)
    ]
    decoded = decode_utf8(may_be_plain, options.mend)
    others = [
        k
        for k, (data, text) in enumerate(zip(may_be_plain, decoded, strict=True))
        if text is None or begins_unlike_prose(data)
    ]
    for k in others:
        decoded[k] = None
    return [text or "" for text in decoded], others


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
