"""Run again what the documentation shows, and put what it prints between the markers of the pages.

Run ``python -m tools.refresh`` after a bundled model has changed; the pages then show what it really answers. The
tables of scores come from what ``make evaluate`` measured; it calls ``python -m tools.refresh --scores``, which fills
those alone.
"""

import csv
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import scores

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"
PAGES = [
    ROOT / "README.md",
    ROOT / "README.vi.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("adapt", "label", "train")),
]
CHUDE = [sys.executable, "-m", "chude"]
COPIES = 500
WRONG = {
    "en": ("It gets {wrong} of {all} wrong:", "| sample | right | said | probability |"),
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


def shown(command: str, folder: Path) -> str:
    """Run a command as it is shown; return it with what it prints."""
    arguments = command.split()
    done = subprocess.run(
        [*CHUDE, *arguments[1:]], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return f"$ {command}\n{done.stdout.decode()}"


def on_terminal(command: str, folder: Path) -> str:
    """Run a command with a terminal of 80 columns; return what appears there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*CHUDE, *shlex.split(command)[1:]],
        cwd=folder,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "80"},
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 1 << 16):
            seen += piece
    except OSError:  # Linux says so that the other end is closed
        pass
    process.wait()
    return seen.decode().replace("\r\n", "\n")


def demo() -> str:
    """Return the beginning and the end of what ``make demo`` prints."""
    command = "chude label data/samples --include '*.txt'"
    printed = on_terminal(command, ROOT).splitlines()
    end = next(i for i, line in enumerate(printed) if " texts in " in line)
    return fenced("\n".join(["$ make demo", "...", f".venv/bin/{command}", *printed[:13], "...", *printed[end:]]))


def wrong(language: str) -> str:
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
        said = f"`{right[row['path']]}` | `{row['topic']}` | {row['probability']:.2f}"
        lines.append(f"| [`{name}`](data/samples/{name}) | {said} |")
    return "\n".join(lines)


def archive(folder: Path) -> str:
    """Return the first recipe: files of many years and programs."""
    for name, sample in ARCHIVE.items():
        (folder / "archive" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / sample, folder / "archive" / name)
    (folder / "archive" / "2024" / "trang.txt").touch()
    (folder / "archive" / "2024" / "anh-bia.txt").write_bytes(PICTURE)
    printed = shown("chude label archive -o labels.csv --bom --min-probability 0.5", folder)
    return fenced(printed + "$ cat labels.csv\n" + (folder / "labels.csv").read_text(encoding="utf-8-sig"))


def table(folder: Path) -> str:
    """Return the second recipe: a table with a column of text."""
    from chude.decoding import decode

    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "date", "headline", "body"])
        for i, path in enumerate(sorted(SAMPLES.glob("*/*-1-*.txt")), 1):
            headline, body = decode(path.read_bytes()).text.split("\n", 1)
            rows.writerow([f"A{i:03}", f"2025-03-{i:02}", headline, body.strip()])
    command = "chude label articles.csv --text-column body --title-column headline --keep id,date -o labels.jsonl"
    printed = shown(command, folder)
    first = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()[:2]
    return fenced("\n".join([printed + "$ head -n 2 labels.jsonl", *first]))


def long_run(folder: Path) -> str:
    """Return the third recipe: a run that is stopped and gone on with."""
    for path in SAMPLES.rglob("*.txt"):
        (folder / "inbox" / path.stem).mkdir(parents=True)
        for i in range(COPIES):
            shutil.copy(path, folder / "inbox" / path.stem / f"{i:04}.txt")
    command = "chude label inbox -o inbox.parquet"
    process = subprocess.Popen([*CHUDE, *command.split()[1:]], cwd=folder, stderr=subprocess.PIPE)
    while not (folder / "inbox.parquet.chude-run" / "state.json").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stopped = process.communicate()
    return fenced(f"$ {command}\n^C\n{stopped.decode()}{shown(f'{command} --resume', folder)}")


def sorting(folder: Path) -> str:
    """Return files sorted into folders."""
    printed = shown("chude label archive --sort-into sorted", folder)
    return fenced(
        printed + "$ cat sorted/places.csv\n" + (folder / "sorted" / "places.csv").read_text(encoding="utf-8")
    )


def adapting(folder: Path) -> str:
    """Return a model that is taught the samples."""
    shutil.copytree(SAMPLES, folder / "data" / "samples")
    return fenced(shown("chude adapt data/samples --exclude difficult --from vntc -o ours.safetensors", folder))


def fenced(text: str) -> str:
    """Return a block of what a console shows."""
    return f"```console\n{text.rstrip()}\n```"


def fill(page: str, name: str, content: str) -> str:
    """Put content between the markers of that name, where the page has them."""
    return re.sub(
        rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)",
        lambda m: f"{m[1]}{content}\n{m[2]}",
        page,
        flags=re.DOTALL,
    )


def run_all() -> dict[str, str]:
    """Run everything once; return what was printed by the names of its places."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        blocks = {"archive": archive(folder), "table": table(folder), "long-run": long_run(folder)}
        return blocks | {"sorting": sorting(folder), "adapting": adapting(folder), "demo": demo()}


def main(arguments: list[str]) -> None:
    """Fill every page."""
    only_scores = arguments == ["--scores"]
    printed = {} if only_scores else run_all()
    for path in PAGES:
        language = "vi" if path.suffixes == [".vi", ".md"] else "en"
        page = path.read_text(encoding="utf-8")
        blocks = printed | scores.blocks(language) | ({} if only_scores else {"wrong": wrong(language)})
        for block, content in blocks.items():
            page = fill(page, block, content)
        path.write_text(page, encoding="utf-8", newline="")


if __name__ == "__main__":
    main(sys.argv[1:])
