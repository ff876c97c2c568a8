"""Bytes to text, of files and of pages: an error that says why, or a text and what it was decoded as."""

from collections.abc import Iterator
from typing import Any

from chude.decoding import ENCODINGS, Decoded, binary_file_type, decode, decode_html
from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.mend import may_need_mending
from chude.errors import DecodingError

from . import inputs

PAGE = '<html><head><title>{0}</title><meta charset="{1}"></head><body><h1>{0}</h1><p>{0}</p></body></html>'


def seeds() -> Iterator[bytes]:
    texts = [text[:300] for text in inputs.articles()][::5]
    for text in texts:
        yield from (text.encode(name) for name in ENCODINGS if name not in {*LEGACY_ENCODINGS, "windows-1252"})
        for name in LEGACY_ENCODINGS:
            known = code_page(name).bytes_of
            yield code_page(name).encode("".join(char for char in text if char in known))
        yield text.encode().decode("latin-1").encode()  # to be mended
        yield text.encode()[7:-3] + b"\xc3\xff" + text.encode()
        yield PAGE.format(text, "tcvn-3").encode()
    yield from (path.read_bytes()[:400] for path in sorted((inputs.SAMPLES / "difficult").glob("*.txt")))
    yield from (
        b"%PDF-1.7 \n",
        b"PK\x03\x04 mimetype",
        b"\x80\x04\x95",
        b"\xff\xfe\0\0a\0\0\0",
        b"",
        b"\0\0\0",
        b"a\0b",
    )
    yield PAGE.format("T\xf4i y\xeau", "shift_jis").encode("latin-1")


def check(data: bytes) -> Any:
    assert binary_file_type(data) == binary_file_type(data[:4096])
    found = _decoded(data)
    plain = _decoded(data, mend=False)
    assert found is None or plain is not None
    assert found is not None or plain is None or may_need_mending(plain.text), "only what may be spoilt is refused"
    if found is not None and plain is not None:
        _check_text(found)
        _check_text(plain)
        assert found.encoding in (plain.encoding, f"{plain.encoding}, mended")
        assert found == plain or found.encoding.endswith(", mended")
        _check_that_it_stays(plain)
    forced = _check_forced(data, ENCODINGS[len(data) % len(ENCODINGS)])
    page = _page(data) if b"<" in data else None  # slow, and mostly another library
    return [_told(found), _told(plain), _told(forced), _told(page), binary_file_type(data)]


def _page(data: bytes) -> Decoded | None:
    try:
        page = decode_html(data)
    except DecodingError:
        return None
    page.text.encode()
    return page


def _told(decoded: Decoded | None) -> list[str] | None:
    return None if decoded is None else [decoded.text, decoded.encoding]


def _decoded(data: bytes, **options: Any) -> Decoded | None:
    try:
        return decode(data, **options)
    except DecodingError as error:
        said = str(error)
    assert 0 < len(said) < 300
    return None


def _check_text(decoded: Decoded) -> None:
    name, *states = decoded.encoding.split(", ")
    assert name in ENCODINGS
    assert states in ([], ["damaged"], ["mended"], ["damaged", "mended"])
    decoded.text.encode()  # no half of a character
    if states == ["damaged"]:
        assert "\ufffd" in decoded.text
    if name in LEGACY_ENCODINGS:
        assert not any("\ue000" <= char <= "\ue0ff" for char in decoded.text), "a mark that stands for a byte was left"


def _check_that_it_stays(decoded: Decoded) -> None:
    """What was decoded, saved as UTF-8, is decoded as that."""
    if decoded.text and "\0" not in decoded.text and not decoded.text.startswith("\ufeff"):
        again = _decoded(decoded.text.encode(), mend=False)
        assert again is None or (again.text, again.encoding) == (decoded.text, "utf-8")


def _check_forced(data: bytes, name: str) -> Decoded | None:
    forced = _decoded(data, encoding=name, mend=False)
    if forced is not None:
        _check_text(forced)
        known = forced.encoding.partition(",")[0]
        assert known == name or known[:6] == name[:6] in ("utf-8", "utf-8-", "utf-16", "utf-32")
        assert len(forced.text) <= len(data)
    return forced
