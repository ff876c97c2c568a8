"""Run again what the documentation shows, and put what it prints into the pages.

``python -m tools.refresh`` runs everything: every block of ``tools/blocks.toml`` in every page, each picture, and the
picture of the modules. ``python -m tools.refresh NAME...`` runs some blocks, ``--stale`` those whose inputs have
changed, ``--scores`` those that are made from figures of ``make evaluate`` and ``make bench``. Pages in Vietnamese show
what chude prints in Vietnamese.
"""

import argparse
import csv
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools import blocks, scores, speeds, which
from tools.blocks import ROOT, Made
from tools.shell import SAMPLES, corpora, environment, on_terminal, printed
from tools.written import written

COPIES = 500
WRONG = {
    "en": ("It gets {wrong} of {all} wrong:", "| sample | right | predicted | probability |"),
    "vi": ("Có {wrong} trong {all} bài bị gán sai:", "| bài | đúng ra | chude gán | xác suất |"),
}
ARCHIVE = {
    "1999/vo-trau.txt": "difficult/tcvn3-khoa-hoc.txt",
    "2003/xe-so.txt": "difficult/windows-1258-xe.txt",
    "2008/vinh-lan.txt": "difficult/utf-16-du-lich.txt",
    "2015/tin-tieng-anh.txt": "difficult/tieng-anh-unknown.txt",
    "2024/gia-ca-phe.txt": "kinh-doanh/kinh-doanh-1-gia-ca-phe.txt",
    "2024/tong-dai-ai.txt": "cong-nghe/cong-nghe-3-tong-dai-ai.txt",
}
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"


def cut(text: str, keep: Sequence[Sequence[int]]) -> str:
    """Return parts of the lines of a text, with dots where lines are left out; all of it where no parts are named."""
    lines = text.rstrip().split("\n")
    if not keep:
        return "\n".join(lines)
    ranges = [range(*slice(start, end).indices(len(lines))) for start, end in keep]
    parts = ["\n".join(lines[i] for i in each) for each in ranges if each]
    shown = "\n...\n".join(parts)
    return shown if ranges[-1] and ranges[-1][-1] == len(lines) - 1 else f"{shown}\n..."


def fenced(text: str) -> str:
    """Return a block of what a console shows."""
    return f"```console\n{text.rstrip()}\n```"


def archive(folder: Path) -> None:
    """Make files of many years and programs."""
    for name, sample in ARCHIVE.items():
        (folder / "archive" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / sample, folder / "archive" / name)
    (folder / "archive" / "2024" / "trang.txt").touch()
    (folder / "archive" / "2024" / "anh-bia.txt").write_bytes(PICTURE)


def articles(folder: Path) -> None:
    """Make a table with a column of texts, and one of their titles."""
    from chude.decoding import decode

    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "date", "headline", "body"])
        for i, path in enumerate(sorted(SAMPLES.glob("*/*-1-*.txt")), 1):
            headline, body = decode(path.read_bytes()).text.split("\n", 1)
            rows.writerow([f"A{i:03}", f"2025-03-{i:02}", headline, body.strip()])


PREPARE = {"archive": archive, "articles": articles}


def session(made: Made, folder: Path, language: str) -> str:
    """Return the commands of a block with what they print."""
    if prepare := made.entry.get("prepare"):
        PREPARE[prepare](folder)
    for command in made.entry.get("first", []):
        printed(command, folder, language)
    shown = [f"$ {command}\n{printed(command, folder, language)}" for command in made.entry["show"]]
    return fenced(cut("".join(shown), made.entry.get("keep", [])))


def demo(made: Made, folder: Path, language: str) -> str:
    """Return parts of what ``make demo`` prints."""
    command = made.entry["command"]
    seen = cut(on_terminal(command, folder, language), made.entry["keep"])
    return fenced(f"$ make demo\n...\n.venv/bin/{command}\n{seen}")


def wrong(_made: Made, _folder: Path, language: str) -> str:
    """Return the samples the model gets wrong, as a table."""
    import chude

    with (SAMPLES / "labels.csv").open(encoding="utf-8", newline="") as file:
        right = {str(SAMPLES / row["path"]): row["topic"] for row in csv.DictReader(file)}
    rows = [row for batch in chude.label_files(SAMPLES) for row in batch.rows()]
    missed = [row for row in rows if row["topic"] != right[row["path"]]]
    sentence, header = WRONG[language]
    lines = [sentence.format(wrong=len(missed), all=len(rows)), "", header, "|---|---|---|---|"]
    for row in missed:
        name = Path(row["path"]).relative_to(SAMPLES).as_posix()
        probability = written(f"{row['probability']:.2f}", language)
        labels = f"`{right[row['path']]}` | `{row['topic']}` | {probability}"
        lines.append(f"| [`{name}`](../data/samples/{name}) | {labels} |")
    return "\n".join(lines)


def long_run(made: Made, folder: Path, language: str) -> str:
    """Return a run that is interrupted and resumed."""
    for path in SAMPLES.rglob("*.txt"):
        (folder / "inbox" / path.stem).mkdir(parents=True)
        for i in range(COPIES):
            shutil.copy(path, folder / "inbox" / path.stem / f"{i:04}.txt")
    command = made.entry["command"]
    process = subprocess.Popen(
        shlex.split(command), cwd=folder, env=(env := environment(language, folder)), stderr=subprocess.PIPE,
        executable=shutil.which("chude", path=env["PATH"]),
    )  # fmt: skip
    while not (folder / "inbox.parquet.chude-run" / "state.json").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stopped = process.communicate()
    resumed = f"{command} --resume"
    return fenced(f"$ {command}\n^C\n{stopped.decode()}$ {resumed}\n{printed(resumed, folder, language)}")


SPECIAL: Mapping[str, Callable[[Made, Path, str], str]] = {"demo": demo, "wrong": wrong, "long-run": long_run}


def measured(language: str) -> dict[str, str]:
    """Return the blocks that are made from figures measured before."""
    return scores.blocks(language) | speeds.blocks(language) | which.blocks(language)


def measured_table(made: Made, language: str) -> str:
    """Return the table that a command of the repository prints."""
    words = [
        sys.executable if word == "python" else word
        for word in shlex.split(made.entry["table"].format(language=language))
    ]
    return subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()


def make(made: Made, language: str) -> str:
    """Return what a block shows, in a language."""
    if "table" in made.entry:
        return measured_table(made, language)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SAMPLES, folder / "data" / "samples")
        return SPECIAL.get(made.name, session)(made, folder, language)


def refresh(chosen: Callable[[Made, str], bool]) -> None:
    """Fill the pages with the blocks that are chosen, by the block and the page as it is."""
    table, done = blocks.read_blocks(), dict[tuple[str, str], str]()
    for path in blocks.pages():
        language = "vi" if path.suffixes == [".vi", ".md"] else "en"
        page = path.read_text(encoding="utf-8")
        for name in blocks.names(page):
            made = table[name]
            if "made_by" in made.entry or not chosen(made, page):  # what another program writes is left to it
                continue
            if made.entry.get("corpora") and not corpora().is_dir():
                print(f"{path.relative_to(ROOT)}: {name} is left as it is: no corpora", file=sys.stderr)
                continue
            if (name, language) not in done:
                print(f"{path.relative_to(ROOT)}: {name}", file=sys.stderr)
                done[name, language] = measured(language).get(name) or make(made, language)
            page = blocks.fill(page, made, done[name, language])
        path.write_text(page, encoding="utf-8", newline="")


def refresh_others(chosen: Callable[[Made, str], bool]) -> None:
    """Run the programs that write whole pages, such as the cards of models; they need the corpora."""
    for path in blocks.pages():
        page = path.read_text(encoding="utf-8")
        for made in map(blocks.read_blocks().__getitem__, blocks.names(page)):
            if "made_by" not in made.entry or not chosen(made, page):
                continue
            if not corpora().is_dir():
                print(f"{path.relative_to(ROOT)}: {made.name} is left as it is: no corpora", file=sys.stderr)
                continue
            print(f"{path.relative_to(ROOT)}: {made.made_by}", file=sys.stderr)
            words = [sys.executable if word == "python" else word for word in shlex.split(made.made_by)]
            subprocess.run(words, cwd=ROOT, env={**os.environ, "CHUDE_CORPORA": str(corpora())}, check=True)


def main(arguments: Sequence[str]) -> None:
    """Fill the pages, and make the pictures again where everything is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.refresh", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="blocks; all of them by default")
    parser.add_argument("--scores", action="store_true", help="only blocks made from measured figures")
    parser.add_argument("--stale", action="store_true", help="only what was made from other inputs")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(blocks.read_blocks()):
        parser.error(f"not in tools/blocks.toml: {', '.join(sorted(unknown))}")
    figures = set(measured("en"))

    def chosen(made: Made, page: str) -> bool:
        if options.scores:
            return made.name in figures
        if options.stale:
            return blocks.marker(made) not in page
        return not options.names or made.name in options.names

    refresh(chosen)
    refresh_others(chosen)
    if not options.names and not options.scores:
        from tools import house, pictures

        pictures.photograph(pictures.stale() if options.stale else list(blocks.read_pictures()))
        house.main()


if __name__ == "__main__":
    main(sys.argv[1:])
