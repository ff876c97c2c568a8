"""Texts as the compiled loops read them: UTF-16 code units."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from chude.tokenizer.kernel import Units

Places = npt.NDArray[np.int64]

CODEC = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"

_START = np.zeros(1, dtype=np.int64)
_START.setflags(write=False)


class Encoded(Sequence[str]):
    """Texts laid out as UTF-16 code units; each is decoded when asked for.

    Python keeps Vietnamese text as 16-bit units already, so that making these costs little more than a copy, and a
    letter is one unit whatever its diacritics.

    Parameters
    ----------
    units : ndarray of uint16
    starts, stops : ndarray of shape (n_texts,), int64
        Text ``i`` is ``units[starts[i]:stops[i]]``.
    """

    __slots__ = ("starts", "stops", "units")

    def __init__(self, units: Units, starts: Places, stops: Places) -> None:
        self.units, self.starts, self.stops = units, starts, stops

    @property
    def parts(self) -> tuple[Units, Places, Places]:
        """The three arrays, in order."""
        return self.units, self.starts, self.stops

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> "Encoded": ...
    def __getitem__(self, index: int | slice) -> "str | Encoded":
        """Return a text, or several without copying them."""
        if isinstance(index, slice):
            return self.take(index)
        return self.units[self.starts[index] : self.stops[index]].tobytes().decode(CODEC, "surrogatepass")

    def take(self, indices: slice | Sequence[int] | Places) -> "Encoded":
        """Return the texts at some places, without copying them."""
        return Encoded(self.units, self.starts[indices], self.stops[indices])

    def replaced(self, others: Mapping[int, str]) -> "Encoded":
        """Return the texts with others in some places."""
        if not others:
            return self
        new = encode(list(others.values()))
        starts, stops, places = self.starts.copy(), self.stops.copy(), list(others)
        starts[places], stops[places] = new.starts + len(self.units), new.stops + len(self.units)
        return Encoded(np.concatenate([self.units, new.units]), starts, stops)


def checked(texts: Iterable[str]) -> list[str]:
    """Return texts as a list.

    Raises
    ------
    TypeError
        If given one text where several are expected, or something that is not text.
    """
    if type(texts) is not list:
        if isinstance(texts, str | bytes):
            raise TypeError(
                f"expected a list of texts, got one {type(texts).__name__}; put it in a list: [{texts[:20]!r}...]"
            )
        if getattr(texts, "ndim", 1) != 1 or isinstance(texts, Mapping):  # iterating would give names, not texts
            raise TypeError(f"expected a list of texts, got a {type(texts).__name__}; give one column of it")
    listed = list(texts)
    if set(map(type, listed)) - {str}:  # str itself is by far the most frequent, and this the fastest way to see it
        for i, text in enumerate(listed):
            if not isinstance(text, str):
                raise TypeError(f"expected texts of type str, got {type(text).__name__} at position {i}: {text!r:.60}")
    return listed


def lengths(texts: Sequence[str]) -> Places:
    """Return the number of characters of each text; of code units, where they are laid out as such."""
    if type(texts) is Encoded:
        return texts.stops - texts.starts
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def encode(texts: Sequence[str], sizes: Places | None = None) -> Encoded:
    """Lay texts out as UTF-16 code units, one after another; texts that are laid out already are returned as they are.

    Parameters
    ----------
    texts : sequence of str
    sizes : ndarray of shape (n_texts,), int64, optional
        Their lengths in characters, where they are known.
    """
    if type(texts) is Encoded:
        return texts
    if len(texts) == 1:
        units = np.frombuffer(str.encode(texts[0], CODEC, "surrogatepass"), dtype=np.uint16)
        return Encoded(units, _START, np.array([len(units)]))
    units = np.frombuffer("\n".join(texts).encode(CODEC, "surrogatepass"), dtype=np.uint16)
    if sizes is None:
        sizes = lengths(texts)
    if sizes.sum() + max(len(sizes) - 1, 0) != len(units):  # characters beyond the basic plane take two units
        sizes = np.array([len(str.encode(text, CODEC, "surrogatepass")) // 2 for text in texts], dtype=np.int64)
    stops = np.cumsum(sizes + 1) - 1  # one unit parts a text from the next
    return Encoded(units, stops - sizes, stops)
