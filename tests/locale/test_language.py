"""Which language is spoken, and that files never depend on it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude import locale
from chude.cli import main
from chude.locale import _, asked, ngettext, number

ENGLISH = {"LANG": "C", "CHUDE_LANG": "", "LC_ALL": "", "LC_MESSAGES": ""}
VIETNAMESE = {**ENGLISH, "LANG": "vi_VN.UTF-8"}


@pytest.fixture
def vietnamese(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "")  # which is put back at the end
    locale.choose_language("vi")
    yield
    locale.choose_language("en")


def run(
    folder: Path, language: dict[str, str], *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "chude", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **language},
        input=given,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ("", {}, "en"),
        ("", {"LANG": "vi_VN.UTF-8"}, "vi"),
        ("", {"LANG": "vi"}, "vi"),
        ("", {"LANG": "C.UTF-8"}, "en"),
        ("", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("", {"LANG": "vi_VN", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ("", {"LC_MESSAGES": "en_US", "LC_ALL": "vi_VN"}, "vi"),
        ("", {"LC_ALL": "", "LANG": "vi_VN"}, "vi"),
        ("", {"LC_ALL": "C", "CHUDE_LANG": "vi"}, "vi"),
        ("label a --lang en", {"CHUDE_LANG": "vi"}, "en"),
        ("--lang vi label a", {}, "vi"),
        ("label a --lang=vi", {"LANG": "en_US"}, "vi"),
        ("label a --lang", {"LANG": "vi_VN"}, "vi"),
        ("label -- --lang vi", {}, "en"),
        ("label a --lang fr", {"CHUDE_LANG": "vi"}, "vi"),
        ("label a --lang=fr", {}, "en"),
    ],
)
def test_the_command_line_the_variable_and_the_locale_say_the_language(arguments, environment, language) -> None:
    assert asked(arguments.split(), environment) == language


@given(st.integers(0, 10**9), st.floats(-1e6, 1e6))
def test_numbers_are_written_as_the_language_writes_them(vietnamese_number: int, share: float) -> None:
    locale.choose_language("vi")
    try:
        written = number(vietnamese_number), number(share, ",.1f"), _("{n:,} texts", n=vietnamese_number)
        plain = _("wrote {path}", path="1,5.csv")
    finally:
        locale.choose_language("en")
    swapped = str.maketrans(",.", ".,")
    assert written == (
        f"{vietnamese_number:,}".translate(swapped),
        f"{share:,.1f}".translate(swapped),
        f"{vietnamese_number:,} bài".translate(swapped),
    )
    assert plain == "đã ghi 1,5.csv"  # a path is no number


def test_english_is_as_it_stands_in_the_source() -> None:
    assert ngettext("{n:,} text", "{n:,} texts", 1) == "1 text"
    assert number(0.5, ".1%") == "50.0 %"


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.parametrize("name", ["", *main.list_commands(click.Context(main))])
def test_help_is_translated_and_fits_a_terminal(name: str) -> None:
    group = click.Context(main, info_name="chude", terminal_width=80)
    with main.make_context(
        "chude", ["--lang", "vi", name] if name else ["--lang", "vi"], resilient_parsing=True
    ) as top:
        command = main.get_command(group, name) if name else top.command
        assert command is not None
        help_text = command.get_help(
            click.Context(command, group if name else None, name or "chude", terminal_width=80)
        )
    assert max(map(len, help_text.splitlines())) <= 80
    for english in ("Show", "Usage", "Options", "Examples", "Exit codes", "default:", " the ", " with ", "Language of"):
        assert english not in help_text
    for vietnamese_word in ("Cách dùng:", "Tùy chọn:", "Hiện trợ giúp này", "Ngôn ngữ"):
        assert vietnamese_word in help_text


@pytest.fixture
def texts(tmp_path: Path, samples_folder: Path, samples_model_file: Path) -> Path:
    folder = tmp_path / "texts"
    for topic in ("the-thao", "xe"):
        (folder / topic).mkdir(parents=True)
        for path in sorted(samples_folder.glob(f"{topic}/*.txt"))[:2]:
            (folder / topic / path.name).write_bytes(path.read_bytes())
    (folder / "xe" / "leer.txt").write_bytes(b"")
    (folder / "xe" / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (folder / "xe" / "spaces.txt").write_bytes(b"   ")
    (tmp_path / "m.safetensors").write_bytes(samples_model_file.read_bytes())
    return tmp_path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
def test_labels_and_summaries_are_the_same_bytes_in_every_language(texts: Path, ending: str) -> None:
    arguments = ("--model", "m.safetensors", "--top", "3", "--summary", "summary.json", "--overwrite")
    written = []
    for language in (ENGLISH, VIETNAMESE):
        done = run(texts, language, "label", "texts", "-o", f"out.{ending}", *arguments)
        assert done.returncode == 1, done.stderr.decode()
        summary = (texts / "summary.json").read_text(encoding="utf-8")
        summary = re.sub(r'"(seconds|texts_per_second)": [\d.]+', "", summary)
        written.append(((texts / f"out.{ending}").read_bytes(), summary, done.stdout))
        said = done.stderr.decode()
        assert ("tệp rỗng" in said) == (language is VIETNAMESE)
        assert ("empty file" in said) == (language is ENGLISH)
    assert written[0] == written[1]
    assert b"empty file" in written[1][0]


@pytest.mark.parametrize(("command", "code"), [("audit", 0), ("pick", 0), ("compare", 0), ("evaluate", 0)])
def test_what_other_commands_write_is_the_same_in_every_language(texts: Path, command: str, code: int) -> None:
    for name in ("leer", "image", "spaces"):
        (texts / "texts" / "xe" / f"{name}.txt").unlink()
    model = "m.safetensors"
    arguments = {
        "audit": ["texts", "-o", "out.csv", "--folds", "2"],
        "pick": ["texts", "-o", "out.csv", "--model", model],
        "compare": ["texts", model, model, "--json"],
        "evaluate": ["texts", "--model", model, "--json"],
    }[command]
    written = []
    for language in (ENGLISH, VIETNAMESE):
        done = run(texts, language, command, *arguments)
        assert done.returncode == code, done.stderr.decode()
        file = texts / "out.csv"
        written.append(file.read_bytes() if file.exists() else done.stdout)
        file.unlink(missing_ok=True)
    assert written[0] == written[1]


def test_a_run_resumed_in_another_language_is_the_same_bytes(texts: Path) -> None:
    many = texts / "many"
    many.mkdir()
    for number_ in range(1500):
        (many / f"{number_:04}.txt").write_text(f"trận đấu thứ {number_} của đội bóng đá\n" * 60, encoding="utf-8")
    (many / "0003.txt").write_bytes(b"")
    whole = ("label", "many", "--model", "m.safetensors", "-o")
    assert run(texts, ENGLISH, *whole, "whole.csv").returncode == 1
    stopped = subprocess.Popen(
        [sys.executable, "-m", "chude", *whole, "parts.csv", "--threads", "1"],
        cwd=texts,
        env={**os.environ, "PYTHONUTF8": "1", **VIETNAMESE},
        stderr=subprocess.PIPE,
    )
    body = texts / "parts.csv.chude-run" / "body"
    while stopped.poll() is None and not (body.exists() and body.stat().st_size):
        time.sleep(0.001)
    stopped.send_signal(signal.SIGINT)
    said = stopped.communicate()[1].decode()
    if stopped.returncode == 130:  # else the machine was too fast
        assert "đã dừng" in said
        assert run(texts, ENGLISH, *whole, "parts.csv", "--resume").returncode == 1
    assert (texts / "parts.csv").read_bytes() == (texts / "whole.csv").read_bytes()


def test_errors_are_said_in_the_language_and_codes_stay(texts: Path) -> None:
    for arguments in (["label", "nothing-there"], ["lable", "x"], ["label", "texts", "--top", "-1"], ["label"]):
        english, vietnamese_ = run(texts, ENGLISH, *arguments), run(texts, VIETNAMESE, *arguments)
        assert english.returncode == vietnamese_.returncode == 2
        assert english.stderr.startswith(b"chude: error: ")
        assert vietnamese_.stderr.decode().startswith("chude: lỗi: ")
        assert vietnamese_.stderr != english.stderr


def test_no_catalogue_is_loaded_for_english() -> None:
    code = (
        "import sys, chude.cli; chude.cli.locale.choose_language('en'); "
        "print([m for m in sys.modules if 'chude.locale' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['chude.locale']"


@pytest.mark.parametrize("template", ["explanation", "evaluation"])
def test_pages_are_vietnamese_throughout(texts: Path, template: str) -> None:
    babel = pytest.importorskip("babel.messages.extract")
    if template == "evaluation":
        pytest.importorskip("matplotlib")
        for name in ("leer", "image", "spaces"):
            (texts / "texts" / "xe" / f"{name}.txt").unlink()
    file = "texts/xe/" + max(path.name for path in (texts / "texts" / "xe").iterdir())
    command, page = {
        "explanation": (["explain", file, "--html", "page.html"], "page.html"),
        "evaluation": (["evaluate", "texts", "--report", "report"], "report/report.html"),
    }[template]
    done = run(texts, VIETNAMESE, *command, "--model", "m.safetensors")
    assert done.returncode == 0, done.stderr.decode()
    shown = re.sub(
        r"<style>.*?</style>|<code>.*?</code>|<[^>]*>", "|", (texts / page).read_text(encoding="utf-8"), flags=re.DOTALL
    )
    source = Path(locale.FOLDER.parent / "pages" / f"{template}.html.j2")
    with source.open("rb") as opened:
        messages = {message for _, message, _, _ in babel.extract("jinja2.ext:babel_extract", opened)}
    assert len(messages) > 10
    for message in messages:
        english = message if isinstance(message, str) else message[1]
        for piece in re.split(r"\{[^}]*\}", english):
            words = piece.strip(" .:,")
            if len(words.split()) > 1:
                assert words not in shown, words
    assert '<html lang="vi">' in (texts / page).read_text(encoding="utf-8")
