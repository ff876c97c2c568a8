"""How inputs become texts: the options that every source understands."""

from dataclasses import dataclass

from chude.decoding import canonical_name
from chude.errors import InputError

MAX_SIZE = 16 << 20
"""Bytes of one text, unless told otherwise; more is a dump or a mistake, and would not fit bounded memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How inputs become texts.

    Parameters
    ----------
    include, exclude : tuple of str
        Globs on names (on paths inside the folder when they hold a ``/``), case ignored; what a folder is searched for.
    lines : bool
        Every line of a file is a text.
    text, title : str, optional
        Columns of a table; the title goes in front of the text.
    keep : tuple of str
        Columns of a table carried through to the output.
    where : tuple of (str, str)
        Only rows whose column has that value.
    encoding : str, optional
        Taken as given instead of detected.
    mend : bool
        Mend UTF-8 that was once read as Latin-1.
    max_size : int
        Bytes of one text; a larger one gets an error row.

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
        if self.encoding is not None:
            object.__setattr__(self, "encoding", canonical_name(self.encoding))
        if self.max_size < 1:
            raise InputError(f"the largest size of a text must be at least 1 byte, not {self.max_size}")
