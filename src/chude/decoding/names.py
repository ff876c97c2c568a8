"""Names of encodings, and their aliases."""

from chude.errors import InputError

_ALIASES: dict[str, tuple[str, ...]] = {
    "utf-8": ("utf8", "unicode"),
    "utf-8-sig": ("utf8bom", "utf8sig"),
    "utf-16-le": ("utf16", "utf16le", "ucs2", "unicodelittle"),
    "utf-16-be": ("utf16be", "unicodebig"),
    "utf-32-le": ("utf32", "utf32le", "ucs4"),
    "utf-32-be": ("utf32be",),
    "windows-1258": ("windows1258", "cp1258", "win1258", "1258", "xcp1258"),
    "windows-1252": ("windows1252", "cp1252", "win1252", "1252", "latin1", "iso88591"),
    "tcvn3": (
        "tcvn",
        "abc",
        "tcvn3abc",
        "abctcvn3",
        "tcvn5712",
        "tcvn57123",
        "vscii",
        "vscii3",
        "vn3",
        "xviettcvn5712",
    ),
    "vni": ("vniwin", "vniwindows", "vniansi", "xvietvni"),
    "viscii": ("viscii11", "csviscii"),
    "vps": ("xvietvps",),
}

ENCODINGS: tuple[str, ...] = tuple(_ALIASES)
"""Names of the encodings that chude reads, as in the output."""


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


_CANONICAL = {_key(alias): name for name, aliases in _ALIASES.items() for alias in (name, *aliases)}


def canonical_name(name: str) -> str:
    """Return the name in `ENCODINGS` that a name or alias stands for; case, spaces and punctuation do not matter.

    Raises
    ------
    InputError
        If the name is unknown.
    """
    try:
        return _CANONICAL[_key(name)]
    except KeyError:
        raise InputError(f"unknown encoding {name!r}: chude reads {', '.join(ENCODINGS)}") from None
