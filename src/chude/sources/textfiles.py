"""The text of a whole file, which is decoded: plain text, a web page, a mail or a document."""

from chude.decoding import PAGES, require_reader
from chude.errors import DecodingError, MissingExtraError
from chude.sources.opening import COMPRESSED, Unreadable
from chude.sources.options import SourceOptions


def require_decoder(name: str) -> None:
    """Check that files of this name can be read: web pages and documents need packages of their own.

    Raises
    ------
    MissingExtraError
        If it is not installed; the message says what to install.
    """
    name = _without_compression(name)
    require_reader(name[name.rfind(".") :].lower())


def to_text(data: bytes, name: str, options: SourceOptions) -> tuple[str, str]:
    """Decode a file; of a web page, a mail or a document, extract the text.

    Raises
    ------
    Unreadable
        If it is not text, or what reads it is not installed.
    """
    from chude.decoding import file_text  # plain files are read without it, by `chude.sources.files`

    try:
        decoded = file_text(data, _without_compression(name), encoding=options.encoding, mend=options.mend)
    except (DecodingError, MissingExtraError) as error:
        raise Unreadable(str(error)) from None
    return decoded.text, decoded.encoding


def is_page(name: str) -> bool:
    """Whether a file is a web page, by its name."""
    return _without_compression(name).lower().endswith(PAGES)


def _without_compression(name: str) -> str:
    for suffix in COMPRESSED:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name
