"""Many files' bytes to texts in one compiled call, where they are plain UTF-8."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing

Bytes = npt.NDArray[np.uint8]
Units = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]

_MARK = 0xFEFF


class Plain(NamedTuple):
    """Texts as UTF-16 code units.

    `units` uint16; `starts`, `stops` (n_texts,) int64: text ``i`` is ``units[starts[i]:stops[i]]``; `is_plain`
    (n_texts,) bool: whether it was decoded.
    """

    units: Units
    starts: Places
    stops: Places
    is_plain: npt.NDArray[np.bool_]


def decode_plain(data: Bytes, stops: Places, *, mend: bool = True) -> Plain:
    """Decode what `chude.decoding.decode` takes for UTF-8 and gives back as it is, without the GIL.

    Parameters
    ----------
    data : ndarray of uint8
    stops : ndarray of shape (n_texts,), int64
        Text ``i`` has the bytes ``data[stops[i - 1]:stops[i]]``; the first one starts at 0.
    mend : bool, default True
        Leave out what may have to be mended.

    Returns
    -------
    Plain
        A text is not decoded, and empty, where it is not valid UTF-8, has nothing but ASCII, a NUL, a byte order mark,
        characters beyond the basic plane, or something to mend: `decode` knows what to do.
    """
    end = int(stops[-1]) if len(stops) else 0
    if end + 2 > len(data):  # the loop looks at two bytes more than there are
        data = np.concatenate([data[:end], np.zeros(2, dtype=np.uint8)])
    units = np.empty(end, dtype=np.uint16)
    starts, ends = np.empty_like(stops), np.empty_like(stops)
    is_plain = np.empty(len(stops), dtype=np.bool_)
    _decode(data, stops, mend, units, starts, ends, is_plain)
    return Plain(units, starts, ends, is_plain)


@borrowing
def _decode(
    data: Bytes, stops: Places, mend: bool, units: Units, starts: Places, ends: Places, is_plain: npt.NDArray[np.bool_]
) -> None:
    n, start = np.uint64(0), np.uint64(0)
    for text in range(len(stops)):
        stop = np.uint64(stops[text])
        n_units, is_good = _decode_one(data, start, stop, mend, units[n:])
        starts[text] = n
        if is_good:
            n += n_units
        ends[text] = n
        is_plain[text] = is_good
        start = stop


@borrowing
def _decode_one(data: Bytes, i: np.uint64, stop: np.uint64, mend: bool, units: Units) -> tuple[np.uint64, bool]:
    """Decode one text; sequences are valid as table 3-7 of the Unicode standard says."""
    one, two, low = np.uint64(1), np.uint64(2), np.uint64(0x40)
    n = np.uint64(0)
    is_ascii = True
    is_bad = has_c2 = has_sign = False
    while i < stop:
        a = np.uint64(data[i])
        if a < np.uint64(0x80):
            is_bad |= a == np.uint64(0)
            i += one
        else:
            is_ascii = False
            b = np.uint64(data[i + one]) ^ np.uint64(0x80)
            if a < np.uint64(0xE0):
                is_bad |= (b >= low) | (a < np.uint64(0xC2))
                a = (a & np.uint64(0x1F)) << np.uint64(6) | b
                # What `looks_mangled` looks for, and `decode` before that.
                has_c2 |= a < np.uint64(0xC0)
                has_sign |= (a - np.uint64(0xBA) < two) | (a - np.uint64(0xC3) < np.uint64(4))
                i += two
            else:
                c = np.uint64(data[i + two]) ^ np.uint64(0x80)
                is_bad |= ((b | c) >= low) | (a >= np.uint64(0xF0))
                a = (a & np.uint64(0x0F)) << np.uint64(12) | b << np.uint64(6) | c
                is_bad |= (a < np.uint64(0x800)) | (a >> np.uint64(11) == np.uint64(0x1B))
                i += two + one
        units[n] = a
        n += one
    is_marked = n > np.uint64(0) and units[0] == _MARK
    is_bad |= is_ascii | is_marked | (mend & has_c2 & has_sign) | (i != stop)
    return n, not is_bad
