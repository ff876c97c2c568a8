"""Options for reading texts, which every source has."""

from dataclasses import dataclass

from chude.decoding import canonical_name
from chude.errors import InputError

MAX_SIZE = 16 << 20
"""Largest size of one text by default, in bytes. A larger file is a dump or a mistake, and memory has to be bounded."""

_NAMED_DELIMITERS = {"\\t": "\t", "tab": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    r"""Options for reading texts.

    Parameters
    ----------
    include, exclude : tuple of str
        Globs on the names of files in folders, ignoring case; one with a ``/`` is compared with the path in the folder.
    lines : bool
        Every line of a file is a text.
    text, title : str, optional
        Columns of a table. The title is put in front of the text.
    keep : tuple of str
        Columns of a table that are copied to the output.
    where : tuple of (str, str)
        Only rows with that value in that column are read.
    delimiter : str, optional
        The delimiter of CSV, instead of detecting it; ``\t`` is a tab.
    encoding : str, optional
        Encoding of all files, instead of detecting it for each.
    mend : bool
        Repair text that was decoded wrongly before it was saved, and refuse what cannot be repaired.
    max_size : int
        Largest size of one text, in bytes. A larger text has a row with an error.

    Raises
    ------
    InputError
        If options contradict each other, or a column to keep is named twice.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    lines: bool = False
    text: str | None = None
    title: str | None = None
    keep: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    mend: bool = True
    max_size: int = MAX_SIZE

    def __post_init__(self) -> None:
        if len(set(self.keep)) < len(self.keep):
            raise InputError(f"a column to keep is named twice: {', '.join(self.keep)}")
        if self.text is None and (self.title or self.keep or self.where):
            raise InputError("a title column, kept columns and --where need a table's --text-column")
        if self.lines and self.text is not None:
            raise InputError("--lines reads plain text, --text-column a table: give one of them")
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", _delimiter(self.delimiter))
        if self.encoding is not None:
            object.__setattr__(self, "encoding", canonical_name(self.encoding))
        if self.max_size < 1:
            raise InputError(f"the largest size of a text must be at least 1 byte, not {self.max_size}")


def _delimiter(given: str) -> str:
    named = _NAMED_DELIMITERS.get(given.lower(), given)
    if len(named) != 1 or named in '"\r\n':
        raise InputError(f"the delimiter of a table is one character, such as ; or \\t, not {given!r}")
    return named
