"""``chude label``: a topic for each text."""

import shlex
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, EXIT_INTERRUPTED, examples
from chude.cli._label_options import LabelOptions
from chude.cli._numpy import without_blas_threads
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._report import (
    kind_names,
    make_watch,
    show_failures,
    show_summary,
    summary_of,
    topic_names,
    write_summary,
)
from chude.cli._types import Condition, Names, Proportion, Size
from chude.labelling.job import Job
from chude.labelling.labels import Labels
from chude.labelling.progress import State, Watch
from chude.locale import N_, _
from chude.sinks.formats import FORMATS
from chude.sources.inputs import Inputs
from chude.sources.options import MAX_SIZE
from chude.sources.source import STDIN

if TYPE_CHECKING:
    from chude.labelling.model_protocol import ModelProtocol
    from chude.labelling.placing import Placed


@click.command(
    name="label",
    short_help="Label files, folders, tables or standard input.",
    epilog=examples(
        "chude label article.txt",
        "chude label archive/ -o labels.csv --bom --min-probability 0.5",
        "chude label archive/ -o labels.xlsx",
        "chude label news.parquet --text-column body --keep id -o labels.parquet",
        "chude label archive/ -o labels.csv --resume",
        "chude label inbox/ --sort-into sorted/",
        "chude label 's3://in/*.parquet' --engine dask --text-column body -o s3://out",
        "curl -s https://example.org/a.txt | chude label -",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    callback=lambda _context, _option, value: None if value == "-" else value,
    help="Write labels to this file. It exists only when it is complete. - is standard output, as without -o.",
)
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model to label with.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Format of the labels.  [default: what OUT ends in; csv without an ending]",
)
@click.option(
    "--top", type=click.IntRange(0), default=0, metavar="K", help="Add a column with the K most probable topics."
)
@click.option(
    "--min-probability", metavar="P", type=Proportion(),
    help="Label a text 'unknown' when its best topic is less probable; by default the model's own limit, 0 for none.",
)  # fmt: skip
@click.option(
    "--min-coverage", metavar="C", type=Proportion(),
    help="Label a text 'unknown' when the model knows a smaller share of its tokens; by default the model's own limit.",
)  # fmt: skip
@click.option(
    "--also", metavar="P", type=Proportion(),
    help="Add a column 'topics': the topic, and the second one where its probability is at least P.",
)  # fmt: skip
@click.option("--kind", is_flag=True, help="Add columns that say what kind of text it is: news, a law, a comment, ...")
@click.option(
    "--only-news", metavar="P", type=Proportion(),
    help="Add them too, and label a text 'unknown' when it is less probably news; 0.058 is recommended.",
)  # fmt: skip
@click.option("--iptc", is_flag=True, help="Add a column with the IPTC Media Topics of these topics.")
@click.option("--lines", is_flag=True, help="Label each line of a file, or of standard input, as a text.")
@click.option("--text-column", metavar="NAME", help="Column of text; the inputs are tables: CSV, JSON, Parquet, .xlsx.")
@click.option("--title-column", metavar="NAME", help="Column of titles, which are put in front of the texts.")
@click.option(
    "--keep", metavar="A,B", type=Names(), multiple=True,
    help="Copy these columns of the table to the output; may be repeated.",
)  # fmt: skip
@click.option("--where", type=Condition(), multiple=True, help="Label only rows with that value; may be repeated.")
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Label files with that name in folders, instead of *.txt."
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders with that name.")
@click.option("--delimiter", metavar="C", help=r"What parts the cells of CSV, if not detected; \t is a tab.")
@click.option("--encoding", metavar="NAME", help="Encoding of all files, instead of detecting it for each.")
@click.option("--no-mend", is_flag=True, help="Do not repair text that was decoded wrongly before (Ã¡ for á).")
@click.option(
    "--max-size",
    type=Size(),
    default=MAX_SIZE,
    metavar="SIZE",
    help="Most bytes of one text; a larger one gets an error.  [default: 16M]",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, so that Excel shows Vietnamese letters.")
@click.option("--sort-into", metavar="DIR", help="Copy each file into DIR/TOPIC, and write DIR/labels.csv.")
@click.option("--move", is_flag=True, help="With --sort-into: move files instead of copying them.")
@overwrite_option
@click.option("--resume", is_flag=True, help="Resume an interrupted run; give the same inputs and options.")
@click.option("--restart", is_flag=True, help="Discard what an interrupted run has done, and start again.")
@click.option(
    "--engine", type=click.Choice(["dask"]),
    help="Label Parquet files in any place that fsspec can open, with Dask. OUT is a folder of such files.",
)  # fmt: skip
@click.option(
    "--scheduler",
    metavar="URL",
    help="With --engine: address of a running cluster.  [default: start one on this machine]",
)
@click.option("--summary", metavar="FILE", help="Also write the summary to this file, as JSON.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; errors only.")
def command(**arguments: Any) -> int:
    """Label texts: each gets a row with its topic, in the order of the input.

    INPUT is a file, a folder (searched for *.txt), a glob, a table, or - for standard input. Without -o the labels are
    printed: as a table on a terminal, as CSV into a pipe.

    Exit codes: 0 all labelled, 1 some texts could not be read, 2 wrong use, 3 stopped by an error, 130 by Ctrl-C.
    """
    options = LabelOptions(**arguments)
    if options.summary_to_check is not None:
        check_free(options.summary_to_check, overwrite=options.overwrite)
    watch = make_watch(quiet=options.quiet)
    job = None if options.engine else _job(options)
    try:
        done = _label_by_engine(options, watch) if job is None else _label(job, options, watch)
    except KeyboardInterrupt:
        _say_how_to_resume(options)
        return EXIT_INTERRUPTED
    return _report(done, options)


class _Done(NamedTuple):
    """What came of a run."""

    state: State
    placed: "Placed | None"
    model: "ModelProtocol"


def _job(options: LabelOptions) -> Job:
    inputs = Inputs(options.inputs, options.source)
    if not options.resume:  # a run that moves files may have moved them by now
        inputs.check_paths()  # before a model is loaded
    with without_blas_threads():  # loading is what imports NumPy
        model = chude.load(options.model)
    return Job(inputs, model, options.rules, options.threads)


def _label(job: Job, options: LabelOptions, watch: Watch) -> _Done:
    labels, placed = Labels(job), None
    resume, restart = options.resume, options.restart
    if options.sort_into is not None:
        state, placed = labels.sort_into(
            options.sort_into, move=options.move, resume=resume, restart=restart, watch=watch
        )
    elif options.output is not None:
        state = labels.write(
            options.output,
            format=options.format_,
            bom=options.bom,
            overwrite=options.overwrite,
            resume=resume,
            restart=restart,
            watch=watch,
        )
    elif options.format_ is None and sys.stdout.isatty():
        from chude.cli._screen import ScreenSink, terminal  # most output goes to a file or a pipe

        state = labels.stream(terminal(), ScreenSink(topic_names(job.model), kind_names()), watch=watch)
    else:
        state = labels.stream(sys.stdout.buffer, options.format_ or "csv", bom=options.bom, watch=watch)
    return _Done(state, placed, job.model)


def _label_by_engine(options: LabelOptions, watch: Watch) -> _Done:
    from chude.dask import label_parquet

    model = chude.load(options.model)
    source = options.source
    state = label_parquet(
        list(options.inputs),
        str(options.output),
        str(source.text),
        title=source.title,
        keep=source.keep,
        where=dict(source.where),
        model=model,
        top=options.top,
        min_probability=options.min_probability,
        min_coverage=options.min_coverage,
        also=options.also,
        iptc=options.iptc,
        kind=options.kind,
        only_news=options.only_news,
        scheduler=options.scheduler,
        workers=options.threads,
        resume=options.resume,
        restart=options.restart,
        watch=watch,
    )
    return _Done(state, None, model)


def _report(done: _Done, options: LabelOptions) -> int:
    state, placed, model = done
    if options.resume and state.tally.texts == 0:
        target = options.sort_into or options.output
        click.echo(_("chude: nothing to resume: {path} is complete", path=target), err=True)
        return 0
    output = options.sort_into or options.output or (N_("the screen") if sys.stdout.isatty() else N_("standard output"))
    summary = summary_of(state, placed, model.name, options.rules.limits(model), output)
    if options.summary is not None:
        write_summary(options.summary, summary)
    is_glance = options.output is None and placed is None and state.tally.texts == 1
    if options.where and state.tally.texts == 0:
        conditions = ", ".join(f"{column}={value}" for column, value in options.where)
        click.echo(_("chude: no row has {conditions}: there was nothing to label", conditions=conditions), err=True)
    if not options.quiet and (not is_glance or summary["left_alone"]):
        show_summary(summary, topic_names(model))
    if summary["failed"]:
        show_failures(summary)
        return EXIT_FAILED_TEXTS
    return 0


def _say_how_to_resume(options: LabelOptions) -> None:
    if STDIN in options.inputs or (options.output is None and options.sort_into is None):
        click.echo(_("chude: stopped; the labels are not kept"), err=True)
        return
    words = [word for word in sys.argv[1:] if word not in {"--resume", "--restart", "--overwrite"}]
    again = f"chude {shlex.join(words)} --resume"
    click.echo(_("chude: stopped; what is done is kept. Continue with: {command}", command=again), err=True)
