"""From bytes to text: the functions that the other packages call."""

from dataclasses import dataclass

from chude.decoding.code_pages import code_page
from chude.decoding.detect import is_damaged_utf8, legacy_encoding, wide_encoding
from chude.decoding.magic import ascii_file_type, binary_file_type, control_share
from chude.decoding.mend import is_spoilt, may_need_mending, mended
from chude.decoding.names import canonical_name
from chude.errors import DecodingError
from chude.locale import N_

# The longer marks first: that of UTF-32-LE begins with that of UTF-16-LE.
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_REPLACEMENT = "\ufffd"
_MARK = "\ufeff"
_SAMPLE = 1 << 16
_MOST_NULS = 0.01
_MANY_CONTROLS = 0.1  # of bytes that decode as Unicode
_SOME_CONTROLS = 0.02  # of bytes in no known encoding
_BEYOND_REPAIR = N_(
    "text whose letters were lost or decoded wrongly before it was saved, and cannot be put right: take it from where "
    "it came from again (--no-mend labels it as it is)"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding that it was decoded from.

    Attributes
    ----------
    text : str
        The text, without a byte order mark and with its original newlines.
    encoding : str
        One of `ENCODINGS`, followed by ", damaged" if bytes could not be decoded (each such place is U+FFFD in the
        text) and by ", mended" if the text had been decoded wrongly before and was repaired.
    """

    text: str
    encoding: str


def decode(data: bytes, *, encoding: str | None = None, mend: bool = True) -> Decoded:
    r"""Decode the bytes of a file.

    Valid UTF-8 is decoded as UTF-8 (unless it is full of NULs), and takes little longer than `bytes.decode`. Other
    bytes are checked for byte order marks, for signatures of file formats and for damaged UTF-8. Otherwise the encoding
    is the Vietnamese one that makes the most words Vietnamese syllables.

    Parameters
    ----------
    data : bytes
        A whole file.
    encoding : str, optional
        Decode from this encoding instead of detecting it; a name in `ENCODINGS` or a common alias.
    mend : bool, default True
        Repair a Unicode text that was decoded wrongly before it was saved ("Viá»‡t", "ViÖt", "Vieät"), and one typed as
        VIQR ("Vie^.t"); refuse a text that cannot be repaired. See `chude.decoding.mend`.

    Returns
    -------
    Decoded

    Raises
    ------
    DecodingError
        If the bytes are no text: the message says what they are, or that chude does not know the encoding, or that the
        text is damaged beyond repair.
    InputError
        If `encoding` is not the name of an encoding that chude reads.

    Examples
    --------
    >>> decode("Hà Nội".encode("utf-16"))
    Decoded(text='Hà Nội', encoding='utf-16-le')
    >>> decode(b"Ti\xd5ng Vi\xd6t")
    Decoded(text='Tiếng Việt', encoding='tcvn3')
    """
    return refuse_damaged(decode_source(data, encoding=encoding, mend=mend), mend=mend and encoding is None)


def put_right(text: str, encoding: str, *, mend: bool = True) -> Decoded:
    """Repair a text that is decoded already, such as a cell of a table.

    Parameters
    ----------
    text : str
    encoding : str
        The encoding that it was decoded from, for the report.
    mend : bool
        With False, only a byte order mark is removed.

    Raises
    ------
    DecodingError
        If the text is damaged beyond repair.
    """
    text = text.removeprefix(_MARK)
    return refuse_damaged(_with_mending(text, encoding)) if mend and may_need_mending(text) else Decoded(text, encoding)


def refuse_damaged(decoded: Decoded, *, mend: bool = True) -> Decoded:
    """Refuse a text that is damaged beyond repair, if repair is asked for.

    Raises
    ------
    DecodingError
        If three words in ten have lost letters.
    """
    if mend and may_need_mending(decoded.text) and is_spoilt(decoded.text):
        raise DecodingError(_BEYOND_REPAIR)
    return decoded


def decode_source(data: bytes, *, encoding: str | None = None, mend: bool = True) -> Decoded:
    """Do the same as `decode`, but refuse no damaged text: tags and addresses in the source of a page look damaged."""
    if not data:
        raise DecodingError("empty file")
    if encoding is not None:
        return _forced(data, canonical_name(encoding), mend)
    if b"\0" in data:
        return _with_nuls(data, mend)
    return _utf8_or_other(data, mend)


def _utf8_or_other(data: bytes, mend: bool) -> Decoded:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(data, error, mend)
    if text.isascii():
        _refuse(ascii_file_type(data))
        _refuse_controls(data, _MANY_CONTROLS)
        return _with_mending(text, "utf-8") if mend else Decoded(text, "utf-8")
    # Vietnamese UTF-8 read wrongly holds U+0080 to U+00BF, which UTF-8 writes with C2; correct text rarely does. Nearly
    # every good text has letters that begin with E1, and none has the letter that marks a tone in VNI.
    if mend and (b"\xc2" in data or b"\xe1" not in data or b"&" in data or "ø" in text):
        return _with_mending(text, "utf-8")
    return Decoded(text[1:], "utf-8-sig") if text[0] == _MARK else Decoded(text, "utf-8")


def _with_mending(text: str, name: str) -> Decoded:
    if text.startswith(_MARK):
        text = text[1:]
        name = "utf-8-sig" if name == "utf-8" else name
    if may_need_mending(text):
        better = mended(text)
        if better != text:
            return Decoded(better, f"{name}, mended")
    return Decoded(text, name)


def _unicode(data: bytes, name: str, mend: bool) -> Decoded:
    """Decode as UTF-8, 16 or 32; what cannot be decoded (lone surrogates, a cut end) is replaced and reported."""
    codec = "utf-8" if name == "utf-8-sig" else name
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        name = f"{name}, damaged"
    if mend:
        return _with_mending(text, name)
    return Decoded(text.removeprefix(_MARK), name)


def _single_byte(data: bytes, name: str) -> Decoded:
    text = code_page(name).decode(data)
    return Decoded(text, f"{name}, damaged" if _REPLACEMENT in text else name)


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _with_nuls(data: bytes, mend: bool) -> Decoded:
    """Decode bytes with NULs: UTF-16, UTF-32, a text with a stray NUL, or no text at all."""
    head = data[:_SAMPLE]
    if not head.strip(b"\0"):
        raise DecodingError(f"nothing but NUL bytes in the first {len(head):,} bytes: not text")
    name = _marked(data)
    if name is None or name == "utf-8-sig":
        _refuse(binary_file_type(data))
        name = wide_encoding(data)
    if name is not None:
        return _as_promised(_unicode(data, name, mend))
    nuls = head.count(0) / len(head)
    if nuls > _MOST_NULS:
        percent = 100 * nuls
        raise DecodingError(f"binary data ({percent:.0f} % NUL bytes), not text")
    return _utf8_or_other(data, mend)


def _not_utf8(data: bytes, error: UnicodeDecodeError, mend: bool) -> Decoded:
    name = _marked(data)
    if name is not None and name != "utf-8-sig":
        return _as_promised(_unicode(data, name, mend))
    _refuse(binary_file_type(data))
    if is_damaged_utf8(data, error.start, error.end):
        _refuse_controls(data, _MANY_CONTROLS)
        return _unicode(data, "utf-8", mend)
    name = legacy_encoding(data, error.start)
    if name in {"windows-1252", None}:  # the other encodings may have capitals in place of control characters
        _refuse_controls(data, _SOME_CONTROLS)
    if name is None:
        raise DecodingError("text in an encoding chude does not know: convert it to UTF-8 first")
    return _single_byte(data, name)


def _as_promised(decoded: Decoded) -> Decoded:
    """Refuse bytes that have a byte order mark of UTF-16 or UTF-32, or its zeros, but do not decode as such."""
    head = decoded.text[:512]
    if head.count(_REPLACEMENT) > max(1, _MANY_CONTROLS * len(head)):
        raise DecodingError(f"binary data that begins like {decoded.encoding.partition(',')[0]} text")
    _refuse_controls(head.encode("utf-8", "replace"), _MANY_CONTROLS)
    return decoded


def _forced(data: bytes, name: str, mend: bool) -> Decoded:
    marked = _marked(data)
    if marked is None:
        _refuse(binary_file_type(data))
    if not name.startswith("utf-"):
        if b"\0" in data:
            raise DecodingError(f"binary data or UTF-16 (it has NUL bytes), not {name}")
        return _single_byte(data, name)
    if marked is not None and marked[:6] == name[:6]:
        name = marked  # the byte order is that of the mark
    return _unicode(data, name, mend)


def _refuse(file_type: str | None) -> None:
    if file_type is not None:
        raise DecodingError(f"{file_type}, not text")


def _refuse_controls(data: bytes, most: float) -> None:
    if control_share(data) > most:
        raise DecodingError("binary data (many control characters), not text")
