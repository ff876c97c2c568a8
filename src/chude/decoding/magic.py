"""Recognition of files that are not text: signatures of file formats, and signs of binary data."""

from functools import cache

WORD, PDF, WORKBOOK = "Word document (.docx)", "PDF document", "Excel workbook (.xlsx)"
"""Formats that have readers, as `magic.tsv` names them."""

_HEAD = 4096
# Signatures in plain ASCII: files that begin with one may be valid UTF-8, but are not prose.
_ASCII_SIGNATURES = (b"%PDF-", b"%!PS", b"{\\rtf")
# Control characters that are not used in text, which may have tab, newline, vertical tab, form feed, return, ^Z (the
# end of a DOS file) and escape.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"


@cache
def _signatures() -> tuple[tuple[str, tuple[tuple[int | None, bytes], ...]], ...]:
    from importlib.resources import files  # takes as long to import as many texts to label, and plain text needs none

    rows = []
    for line in files(__package__).joinpath("magic.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, *conditions = line.split("\t")
        parts = [condition.split(":") for condition in conditions]
        rows.append((name, tuple((None if at == "*" else int(at), bytes.fromhex(digits)) for at, digits in parts)))
    return tuple(rows)


@cache
def _beginning_with(first: bytes) -> tuple[tuple[str, tuple[tuple[int | None, bytes], ...]], ...]:
    """Return the signatures, in their order, that a file with this first byte can have; they are few."""
    return tuple(row for row in _signatures() if all(at != 0 or sign[:1] == first for at, sign in row[1]))


def binary_file_type(data: bytes) -> str | None:
    """Name the file format by the first bytes, for example "PNG image"; None if the format is unknown.

    Parameters
    ----------
    data : bytes
        A file, or its first 4,096 bytes: more is not read, so that a reader can refuse a large file early.
    """
    head = data[:_HEAD]
    for name, conditions in _beginning_with(head[:1]):
        if all(sign in head if at is None else head.startswith(sign, at) for at, sign in conditions):
            return name
    return None


def ascii_file_type(data: bytes) -> str | None:
    """Do the same as `binary_file_type`, for formats whose files can be valid UTF-8; fast enough for every text."""
    return binary_file_type(data) if data.startswith(_ASCII_SIGNATURES) else None


def control_share(data: bytes) -> float:
    """Return the share of control characters, including NUL, in the first 512 bytes."""
    head = data[:512]
    return 1 - len(head.translate(None, _CONTROLS)) / len(head) if head else 0.0
