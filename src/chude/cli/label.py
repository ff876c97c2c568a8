"""``chude label``: texts in, a topic for each out."""

import os
import shlex
import stat
import sys
from typing import Any

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, EXIT_INTERRUPTED, examples
from chude.cli._engine import check_engine, label_by_engine
from chude.cli._report import show_failures, show_summary, summary_of, write_summary
from chude.cli._screen import ScreenSink, terminal
from chude.cli._types import Condition
from chude.cli._watch import make_watch
from chude.errors import InputError, OutputError, reason
from chude.labelling.journal import State
from chude.labelling.labels import Labels
from chude.labelling.rules import Rules
from chude.labelling.run import Job, Watch, stream
from chude.sinks.folders import Placed
from chude.sinks.formats import FORMATS, format_of, make_sink
from chude.sources.inputs import Inputs
from chude.sources.options import MAX_SIZE, SourceOptions
from chude.sources.source import STDIN


class _Size(click.ParamType[int]):
    """Bytes, with K, M or G for powers of 1,024."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        factor = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:], 1)
        try:
            return int(float(text.rstrip("KMG")) * factor)
        except ValueError:
            self.fail(f"{value!r} is no size; write 500000, 64M or 1G", param, ctx)


@click.command(
    name="label",
    short_help="Label files, folders, tables or standard input.",
    epilog=examples(
        "chude label article.txt",
        "chude label archive/ -o labels.csv --bom --min-probability 0.5",
        "chude label news.parquet --text-column body --keep id -o labels.parquet",
        "chude label archive/ -o labels.csv --resume",
        "chude label inbox/ --sort-into sorted/",
        "chude label 's3://in/*.parquet' --engine dask --text-column body -o s3://out",
        "curl -s https://example.org/a.txt | chude label -",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", metavar="OUT", help="Write labels to this file; it is there when complete, not before.")
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model to label with.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Format of the labels.  [default: what OUT ends in, else csv]",
)
@click.option(
    "--top", type=click.IntRange(0), default=0, metavar="K", help="Add a column with the K most probable topics."
)
@click.option(
    "--min-probability", metavar="P", type=click.FloatRange(0, 1), default=0.0,
    help="Label a text 'unknown' when its best topic is less probable.",
)  # fmt: skip
@click.option(
    "--min-coverage", metavar="C", type=click.FloatRange(0, 1),
    help="Label a text 'unknown' when the model knows a smaller share of its tokens; by default the model's own limit.",
)  # fmt: skip
@click.option("--lines", is_flag=True, help="Take every line of a file, or of standard input, as a text.")
@click.option("--text-column", metavar="NAME", help="Inputs are tables (CSV, TSV, JSONL, Parquet); the column of text.")
@click.option("--title-column", metavar="NAME", help="Column of titles; put in front of the text.")
@click.option("--keep", metavar="A,B", default="", help="Copy these columns of the table to the output.")
@click.option("--where", type=Condition(), multiple=True, help="Take only rows with that value; may be repeated.")
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Take files of that name from folders, instead of *.txt."
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders of that name.")
@click.option("--encoding", metavar="NAME", help="Decode as this, instead of detecting it for each file.")
@click.option("--no-mend", is_flag=True, help="Leave UTF-8 that was once read as Latin-1 (Ã¡ for á) as it is.")
@click.option(
    "--max-size", type=_Size(), default=MAX_SIZE, metavar="SIZE", help="Refuse a text of more bytes.  [default: 16M]"
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, so that Excel shows the letters right.")
@click.option("--sort-into", metavar="DIR", help="Copy each file into DIR/TOPIC, and write DIR/labels.csv.")
@click.option("--move", is_flag=True, help="With --sort-into: move files instead of copying them.")
@click.option("--resume", is_flag=True, help="Go on with a stopped run; give the same inputs and options.")
@click.option("--restart", is_flag=True, help="Throw away what a stopped run has done, and begin anew.")
@click.option(
    "--engine", type=click.Choice(["dask"]),
    help="Label Parquet, wherever fsspec reaches, with Dask; OUT is a folder of the same files.",
)  # fmt: skip
@click.option("--scheduler", metavar="URL", help="With --engine: a running cluster.  [default: one on this machine]")
@click.option("--summary", metavar="FILE", help="Write the summary to this file too, as JSON.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; errors only.")
def command(**options: Any) -> int:
    """Label texts: each gets a row with its topic, in the order of the input.

    INPUT is a file, a folder (searched for *.txt), a glob, a table, or - for standard input. Without -o the labels are
    printed: as a table on a terminal, as CSV into a pipe.

    Exit codes: 0 all labelled, 1 some texts could not be read, 2 wrong use, 3 stopped by an error, 130 by Ctrl-C.
    """
    _check(options)
    watch = make_watch(quiet=options["quiet"])
    job = None if options["engine"] else _job(options)
    try:
        state, placed, model = label_by_engine(options, watch) if job is None else _label(job, options, watch)
    except KeyboardInterrupt:
        _say_how_to_go_on(options)
        return EXIT_INTERRUPTED
    return _report(state, placed, model, options)


def _check(options: dict[str, Any]) -> None:
    check_engine(options)
    if options["resume"] and options["restart"]:
        raise InputError("--resume goes on with a run, --restart throws it away: give one of them")
    if options["move"] and options["sort_into"] is None:
        raise InputError("--move goes with --sort-into DIR")
    if options["sort_into"] is not None:
        if options["output"] is not None or options["format_"] not in {None, "csv"} or options["bom"]:
            raise InputError("--sort-into writes labels.csv beside the folders: leave -o, --format and --bom out")
        return
    writes_file = options["output"] is not None and not _is_device(options["output"])
    if (options["resume"] or options["restart"]) and not writes_file:
        raise InputError("only a run that writes a file (-o OUT) can be resumed")


def _is_device(path: str) -> bool:
    """Tell whether a name stands for a device or a pipe, which cannot be replaced and must not be."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - Path is slow to import and this one a string
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _job(options: dict[str, Any]) -> Job:
    source = SourceOptions(
        include=options["include"],
        exclude=options["exclude"],
        lines=options["lines"],
        text=options["text_column"],
        title=options["title_column"],
        keep=tuple(name for name in options["keep"].split(",") if name),
        where=options["where"],
        encoding=options["encoding"],
        mend=not options["no_mend"],
        max_size=options["max_size"],
    )
    rules = Rules(top=options["top"], min_probability=options["min_probability"], min_coverage=options["min_coverage"])
    inputs = Inputs(options["inputs"], source)
    if not options["resume"]:  # a run that moves files may have moved them by now
        inputs.expanded  # noqa: B018 - a file that is not there is said before a model is loaded
    return Job(inputs, chude.load(options["model"]), rules, options["threads"])


def _label(job: Job, options: dict[str, Any], watch: Watch) -> tuple[State, Placed | None, str]:
    placed = None
    if options["sort_into"] is not None:
        state, placed = _sort(job, options, watch)
    elif options["output"] is not None and not _is_device(options["output"]):
        state = _write(job, options, watch)
    else:
        state = _print(job, options, watch)
    return state, placed, job.model.name


def _write(job: Job, options: dict[str, Any], watch: Watch) -> State:
    return Labels(job).write(
        options["output"],
        format=options["format_"],
        bom=options["bom"],
        resume=options["resume"],
        restart=options["restart"],
        watch=watch,
    )


def _sort(job: Job, options: dict[str, Any], watch: Watch) -> tuple[State, Placed]:
    return Labels(job).sort_into(
        options["sort_into"],
        move=options["move"],
        resume=options["resume"],
        restart=options["restart"],
        watch=watch,
    )


def _print(job: Job, options: dict[str, Any], watch: Watch) -> State:
    """Write to standard output, or to a device or pipe that is named."""
    asked, out = options["format_"], options["output"]
    if out is None and asked is None and sys.stdout.isatty():
        return stream(job, ScreenSink(), terminal(), watch)
    name = format_of(out or "", asked)
    if name == "parquet":
        raise InputError("Parquet cannot be written piece by piece: name a file with -o")
    sink = make_sink(name, job.columns, bom=options["bom"], model_version=job.model.name)
    if out is None:
        return stream(job, sink, sys.stdout.buffer, watch)
    try:
        with open(out, "wb", buffering=0) as file:  # noqa: PTH123
            return stream(job, sink, file, watch)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {reason(error)}") from error


def _report(state: State, placed: Placed | None, model: str, options: dict[str, Any]) -> int:
    if options["resume"] and placed is not None and state.tally.texts == 0:
        click.echo(f"chude: nothing to resume: {options['sort_into']} is complete", err=True)
        return 0
    output = options["sort_into"] or options["output"] or "standard output"
    summary = summary_of(state, placed, model, output)
    if options["summary"] is not None:
        write_summary(options["summary"], summary)
    is_glance = options["output"] is None and placed is None and state.tally.texts == 1
    if not options["quiet"] and not is_glance:
        show_summary(summary)
    if summary["failed"]:
        show_failures(summary)
        return EXIT_FAILED_TEXTS
    return 0


def _say_how_to_go_on(options: dict[str, Any]) -> None:
    if STDIN in options["inputs"] or (options["output"] is None and options["sort_into"] is None):
        click.echo("chude: stopped; what was labelled is not kept", err=True)
        return
    words = [word for word in sys.argv[1:] if word not in {"--resume", "--restart"}]
    click.echo(f"chude: stopped; what is done is kept. Go on with: chude {shlex.join(words)} --resume", err=True)
