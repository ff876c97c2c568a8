"""The documentation does what it says: Python runs, commands are understood, links lead somewhere."""

import csv
import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from chude import TopicModel, bundled, load
from chude.cli import main
from chude.errors import MissingExtraError
from chude.topics import TOPICS

ROOT = Path(__file__).parents[2]
README, README_VI = ROOT / "README.md", ROOT / "README.vi.md"
ACCURACY = ROOT / "docs" / "accuracy.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data/README.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r'\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)|(?:src|href)="(?!https?:)([^"#]+)"')


def blocks(page: Path, *languages: str) -> list[tuple[str, int]]:
    """Code of a page with the number of lines before it."""
    text = page.read_text(encoding="utf-8")
    return [(m[2], text.count("\n", 0, m.start(2))) for m in FENCE.finditer(text) if m[1] in languages]


def commands(page: Path) -> Iterator[list[str]]:
    """Every ``chude`` command a page shows, in words, up to a pipe."""
    for code, _ in blocks(page, "console"):
        for line in re.findall(r"^\$ (.*)", code, re.MULTILINE):
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            words = [*lexer, "|"]
            while "chude" in words:
                words = words[words.index("chude") + 1 :]
                end = next(i for i, word in enumerate(words) if word in {"|", "<", ">", "#"})
                yield words[:end]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python", "pycon")], ids=name_of)
def test_python_runs(page: Path, workplace: Path) -> None:
    """Blocks of a page are run in order, in one namespace; sessions must print what they show."""
    if "news" not in bundled.model_names():
        pytest.skip("models/news.safetensors is not built")
    namespace: dict[str, object] = {}
    for code, line in blocks(page, "python", "pycon"):
        if ">>>" in code:
            example = doctest.DocTestParser().get_doctest(code, namespace, name_of(page), str(page), line)
            runner = doctest.DebugRunner(optionflags=doctest.ELLIPSIS)
            runner.run(example, clear_globs=False)
            namespace = example.globs
            continue
        try:
            exec(compile("\n" * line + code, str(page), "exec"), namespace)
        except MissingExtraError as error:
            pytest.skip(str(error))


@pytest.mark.parametrize("page", [page for page in PAGES if list(commands(page))], ids=name_of)
def test_commands_are_understood(page: Path) -> None:
    group = click.Context(main)
    for name, *arguments in commands(page):
        if name.startswith("-"):
            continue
        command = main.get_command(group, name)
        assert command is not None, name
        with command.make_context(name, arguments):
            pass


def anchors(page: Path) -> set[str]:
    """Names GitHub gives to the headings of a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor, source in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = (page.parent / (path or source)).resolve() if path or source else page
        assert target.exists(), path or source
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def shape(page: Path) -> tuple[list[str], list[str], int, list[str]]:
    """Headings, blocks, rows of tables and code of a page; of consoles the commands, since outputs are translated."""
    text = page.read_text(encoding="utf-8")
    levels = re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)
    code = [code for code, _ in blocks(page, "pycon", "python", "toml")]
    typed = [line for code, _ in blocks(page, "console") for line in re.findall(r"^\$ .*", code, re.MULTILINE)]
    return levels, re.findall(r"<!-- .*? -->", text), len(re.findall(r"^\|", text, re.MULTILINE)), code + typed


def test_both_readmes_hold_the_same() -> None:
    assert shape(README) == shape(README_VI)


@pytest.mark.parametrize("page", [README, README_VI], ids=name_of)
def test_readmes_are_short(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 165


@pytest.mark.parametrize("page", [README, README_VI], ids=name_of)
def test_readme_names_every_topic(page: Path) -> None:
    text = " ".join(page.read_text(encoding="utf-8").split())
    for topic in TOPICS:
        assert f"`{topic.slug}` ({topic.vi})" in text
        assert f"| `{topic.slug}` | {topic.vi} | {topic.en} |" in ACCURACY.read_text(encoding="utf-8")


def test_the_samples_that_are_wrong_are_those_of_the_bundled_model() -> None:
    if "news" not in bundled.model_names():
        pytest.skip("models/news.safetensors is not built")
    text = ACCURACY.read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| \[`(.+?)`\]\(.*?\) \| `.+?` \| `(.+?)` \|", text, re.MULTILINE))
    with (ROOT / "data/samples/labels.csv").open(encoding="utf-8", newline="") as file:
        right = {row["path"]: row["topic"] for row in csv.DictReader(file)}
    assert said_wrongly(load(), right) == shown, "run: python -m tools.refresh"


def said_wrongly(model: TopicModel, right: dict[str, str]) -> dict[str, str]:
    """What labelling says of the samples that it gets wrong."""
    from chude import label_files

    samples = ROOT / "data" / "samples"
    rows = (row for batch in label_files(samples, model=model) for row in batch.rows())
    said = {Path(row["path"]).relative_to(samples).as_posix(): row["topic"] for row in rows}
    return {path: topic for path, topic in said.items() if topic != right[path]}


@pytest.mark.parametrize("name", ["", *main.list_commands(click.Context(main))])
def test_help_ends_with_commands_that_work_and_fits_a_terminal(name: str) -> None:
    group = click.Context(main, info_name="chude", terminal_width=80)
    command = main.get_command(group, name) if name else main
    assert command is not None
    help_text = command.get_help(click.Context(command, group if name else None, name or "chude", terminal_width=80))
    assert max(map(len, help_text.splitlines())) <= 80
    for example in re.findall(
        r"^    .*?\b(chude [a-z].*?)(?: {3}.*)?$", help_text.partition("Examples:")[2], re.MULTILINE
    ):
        _, called, *arguments = shlex.split(example.partition("<")[0])
        found = main.get_command(group, called)
        assert found is not None
        with found.make_context(called, arguments):
            pass
