"""The options of ``chude label``, typed, and checked where one contradicts another."""

from dataclasses import dataclass
from pathlib import Path

from chude.errors import InputError
from chude.labelling.rules import Rules
from chude.sources.options import MAX_SIZE, SourceOptions
from chude.sources.source import STDIN


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOptions:
    """What was given to ``chude label``; every field is an argument of that name.

    Raises
    ------
    InputError
        If options contradict each other.
    """

    inputs: tuple[str, ...]
    output: str | None
    model: str
    format_: str | None
    top: int
    min_probability: float | None
    min_coverage: float | None
    also: float | None
    kind: bool
    only_news: float | None
    iptc: bool
    lines: bool
    text_column: str | None
    title_column: str | None
    keep: tuple[tuple[str, ...], ...]
    where: tuple[tuple[str, str], ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    delimiter: str | None
    encoding: str | None
    no_mend: bool
    max_size: int
    bom: bool
    sort_into: str | None
    move: bool
    overwrite: bool
    resume: bool
    restart: bool
    engine: str | None
    scheduler: str | None
    summary: str | None
    threads: int | None
    quiet: bool

    def __post_init__(self) -> None:
        if self.engine is not None:
            self._check_engine()
        elif self.scheduler is not None:
            raise InputError("--scheduler goes with --engine dask")
        if self.resume and self.restart:
            raise InputError("--resume continues a run, --restart throws it away: give one of them")
        if self.overwrite and self.summary is None and (self.output is None or self.engine is not None):
            raise InputError("--overwrite replaces the file of -o OUT; leave it out")
        if self.move and self.sort_into is None:
            raise InputError("--move goes with --sort-into DIR")
        if self.sort_into is not None and (self.output is not None or self.format_ not in {None, "csv"} or self.bom):
            raise InputError("--sort-into writes labels.csv beside the folders: leave -o, --format and --bom out")
        if (self.resume or self.restart) and self.output is None and self.sort_into is None:
            raise InputError("only a run that writes a file (-o OUT) can be resumed")

    def _check_engine(self) -> None:
        unfit = {
            "--lines": self.lines,
            "--include": self.include,
            "--exclude": self.exclude,
            "--delimiter": self.delimiter,
            "--encoding": self.encoding,
            "--no-mend": self.no_mend,
            "--bom": self.bom,
            "--sort-into": self.sort_into,
            "--move": self.move,
            "--max-size": self.max_size != MAX_SIZE,
        }
        given = [name for name, value in unfit.items() if value]
        if self.format_ not in {None, "parquet"} or STDIN in self.inputs or given:
            raise InputError(
                "with --engine, files, folders and globs of Parquet become a folder of Parquet"
                + (f": leave out {', '.join(given)}" if given else ", nothing else")
            )
        if self.text_column is None or self.output is None:
            raise InputError("--engine needs --text-column NAME, and -o OUT, the folder of the labels")
        if self.scheduler is not None and self.threads is not None:
            raise InputError("--threads is for workers on this machine; those of a --scheduler have their own")

    @property
    def summary_to_check(self) -> str | None:
        """The file of the summary, where it has to be a new one: a run that is resumed may replace that of before.

        A device, such as that of standard output, is written to as it is.
        """
        if self.summary is None or self.resume or self.restart:
            return None
        path = Path(self.summary)
        return None if path.exists() and not (path.is_file() or path.is_dir()) else self.summary

    @property
    def source(self) -> SourceOptions:
        """How the inputs become texts."""
        return SourceOptions(
            include=self.include,
            exclude=self.exclude,
            lines=self.lines,
            text=self.text_column,
            title=self.title_column,
            keep=tuple(name for names in self.keep for name in names),
            where=self.where,
            delimiter=self.delimiter,
            encoding=self.encoding,
            mend=not self.no_mend,
            max_size=self.max_size,
        )

    @property
    def rules(self) -> Rules:
        """How scores become a label."""
        return Rules(
            top=self.top,
            min_probability=self.min_probability,
            min_coverage=self.min_coverage,
            also=self.also,
            iptc=self.iptc,
            kind=self.kind,
            only_news=self.only_news,
        )
