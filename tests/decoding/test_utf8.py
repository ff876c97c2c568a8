"""Plain UTF-8 is decoded in one call as `decode` does one by one; all else is left to that."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chude.decoding import decode
from chude.decoding.utf8 import Plain, decode_plain
from chude.errors import DecodingError

SIGNS = "ÃÄÅÆº»"
letters = st.one_of(
    st.sampled_from(
        "aăâbcđeêghiklmnoôơpqrstuưvxy ắằẳẵặấầẩẫậéèẻẽẹíìỉĩịóòỏõọ\n\t\0\ufeff\u0301“”…—\u00a0\U0001f600" + SIGNS
    ),
    st.characters(),
)
whole = st.one_of(
    st.text(letters, max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(letters, max_size=12).map(lambda text: ("Hà Nội " + text).encode("utf-8", "surrogatepass")),
    st.binary(max_size=12),
)
damaged = st.builds(
    lambda data, at, byte: data[: at % (len(data) + 1)] + bytes([byte]) + data[at % (len(data) + 1) + 1 :],
    whole,
    st.integers(0, 30),
    st.integers(0, 255),
)
cut = st.builds(lambda data, end: data[: max(len(data) - end, 0)], whole, st.integers(0, 3))


def decoded_at_once(files: list[bytes], *, mend: bool) -> Plain:
    stops = np.cumsum(np.array([len(data) for data in files], dtype=np.int64))
    return decode_plain(np.frombuffer(b"".join(files), dtype=np.uint8), stops, mend=mend)


def is_plain(data: bytes, *, mend: bool) -> bool:
    """Say which bytes have to be decoded at once, in other words than the code does."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    if text.isascii() or "\0" in text or text.startswith("\ufeff") or max(text) > "\uffff":
        return False
    return not (mend and b"\xc2" in data and any(sign in text for sign in SIGNS))


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.one_of(whole, damaged, cut), max_size=8), st.booleans())
@example([b"\xe1\xba", b"\xa1"], True)  # a character parted between two files
@example(["ạ".encode() * 3, b"\xe1\xba", "ạ".encode()], False)
@example([b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80"], True)
def test_texts_decoded_at_once_are_those_decoded_one_by_one(files: list[bytes], mend: bool) -> None:
    found = decoded_at_once(files, mend=mend)
    assert found.is_plain.tolist() == [is_plain(data, mend=mend) for data in files]
    for data, start, stop, plain in zip(files, *(column.tolist() for column in found[1:]), strict=True):
        text = found.units[start:stop].astype("<u2").tobytes().decode("utf-16-le")
        try:
            one = decode(data, mend=mend)
        except DecodingError:
            assert not plain
            assert text == ""
            continue
        assert text == (one.text if plain else "")
        assert one.encoding == "utf-8" or not plain


def test_no_files() -> None:
    found = decoded_at_once([], mend=True)
    assert [len(column) for column in found] == [0, 0, 0, 0]
