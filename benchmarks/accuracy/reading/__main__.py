"""Draw texts for a blind reading, keep a reader's answers, and say what the readings that are kept give."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.accuracy.reading import answers, drawing, kept, report, sheets
from benchmarks.corpus import ROOT
from chude import bundled
from chude.errors import InputError

MODEL = "news"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    corpora = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora"))
    try:
        if options.command == "draw":
            _draw(options, corpora)
        elif options.command == "open":
            sheets.open_labels(options.folder, corpora)
            print(f"the labels are in {options.folder / sheets.LABELS}; {answers.VERDICTS} is for the answers")
        elif options.command == "check":
            _, found = kept.read_answers(options.folder)
            print(f"all {len(found)} items are answered")
        elif options.command == "keep":
            print(kept.keep(options.folder, options.name, options.reader, options.readings))
        else:
            _report(options, corpora)
    except InputError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    return 0


def _draw(options: argparse.Namespace, corpora: Path) -> None:
    import chude

    drawn = drawing.draw(
        corpora,
        chude.load(MODEL),
        _digest(),
        seed=options.seed,
        corpora=options.corpora,
        disagreements=options.disagreements,
        agreements=options.agreements,
    )
    sheets.write_texts(options.folder, corpora, drawn, options.order)
    print(
        f"{options.disagreements} of {drawn.disagreements:,} disagreements and {options.agreements} of "
        f"{drawn.agreements:,} agreements are in {options.folder}"
    )


def _report(options: argparse.Namespace, corpora: Path) -> None:
    import chude

    drawn, readings = kept.read_kept(options.readings)
    if options.only_also is not None:
        print(report.also(drawn, readings, options.only_also))
        return
    items = drawn.items if drawn else ()
    models = {name: drawing.answered_again(corpora, items, chude.load(name)) for name in options.models}
    print(report.as_markdown(drawn, readings, models, _digest()))


def _digest() -> str:
    return drawing.digest_of(bundled.models_folder() / f"{MODEL}.safetensors")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.reading", description=__doc__)
    parser.set_defaults(readings=kept.FOLDER, only_also=None, models=())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    draw = _command(commands, "draw", "write the texts to a folder, outside the project", "new, or empty")
    draw.add_argument("--seed", type=int, default=0, metavar="N", help="chooses the texts (%(default)s)")
    draw.add_argument("--order", type=int, default=0, metavar="N", help="mixes items and labels (%(default)s)")
    draw.add_argument("--corpora", nargs="+", default=drawing.CORPORA, metavar="NAME", help="(the development sets)")
    draw.add_argument("--disagreements", type=int, default=drawing.DISAGREEMENTS, metavar="N", help="(%(default)s)")
    draw.add_argument("--agreements", type=int, default=drawing.AGREEMENTS, metavar="N", help="(%(default)s)")
    _command(commands, "open", "write the labels, once the first step is answered")
    _command(commands, "check", "say whether a reader's answers are complete")
    keep = _command(commands, "keep", "check a reader's answers, and keep them without text")
    keep.add_argument("name", metavar="NAME", help="of the reading")
    keep.add_argument("--reader", choices=kept.READERS, required=True, help="what the reader is")
    reports = commands.add_parser("report", help="print what the readings that are kept give; without COMMAND, too")
    for each in (keep, reports):
        each.add_argument("--readings", type=Path, default=kept.FOLDER, metavar="FOLDER", help="where they are kept")
    reports.add_argument("--only-also", choices=("en", "vi"), metavar="LANGUAGE", help="only the table of --also")
    reports.add_argument(
        "--models", nargs="+", default=(), metavar="MODEL", help="also score what other models answer to the same texts"
    )
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, folder: str = "of `draw`"
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary)
    command.add_argument("folder", type=Path, metavar="FOLDER", help=folder)
    return command


if __name__ == "__main__":
    sys.exit(main())
