"""``chude label --engine``: what goes with an engine, and what does not."""

from typing import Any

import chude
from chude.errors import InputError
from chude.labelling.journal import State
from chude.labelling.run import Watch
from chude.sources.options import MAX_SIZE
from chude.sources.source import STDIN

_UNFIT = ("lines", "include", "exclude", "encoding", "no_mend", "bom", "sort_into", "move")


def check_engine(options: dict[str, Any]) -> None:
    """Check that options go with an engine.

    Raises
    ------
    InputError
        If not.
    """
    if options["engine"] is None:
        if options["scheduler"] is not None:
            raise InputError("--scheduler goes with --engine dask")
        return
    unfit = [f"--{name.replace('_', '-')}" for name in _UNFIT if options[name]]
    if options["max_size"] != MAX_SIZE:
        unfit.append("--max-size")
    if options["format_"] not in {None, "parquet"} or STDIN in options["inputs"] or unfit:
        raise InputError(
            "with --engine, files, folders and globs of Parquet become a folder of Parquet"
            + (f": leave out {', '.join(unfit)}" if unfit else ", nothing else")
        )
    if options["text_column"] is None or options["output"] is None:
        raise InputError("--engine needs --text-column NAME, and -o OUT, the folder of the labels")
    if options["scheduler"] is not None and options["threads"] is not None:
        raise InputError("--threads is for workers on this machine; those of a --scheduler have their own")


def label_by_engine(options: dict[str, Any], watch: Watch) -> tuple[State, None, str]:
    """Label with Dask; return what it came to, and the name of the model."""
    from chude.dask import label_parquet

    model = chude.load(options["model"])
    state = label_parquet(
        options["inputs"],
        options["output"],
        options["text_column"],
        title=options["title_column"],
        keep=[name for name in options["keep"].split(",") if name],
        where=dict(options["where"]),
        model=model,
        top=options["top"],
        min_probability=options["min_probability"],
        min_coverage=options["min_coverage"],
        scheduler=options["scheduler"],
        workers=options["threads"],
        resume=options["resume"],
        restart=options["restart"],
        watch=watch,
    )
    return state, None, model.name
