"""The way of a text, as the documentation tells it, is the way that a run takes."""

import re
import sys
from pathlib import Path
from types import FrameType

import pytest

import chude
from chude.cli import main
from tools.blocks import ROOT

SOURCE = Path(chude.__path__[0])
PAGES = {"CONTRIBUTING.md": "## Where things are", "docs/architecture.md": "## The way of a text"}


def called(folder: Path, model: Path) -> list[str]:
    """Label a folder; return the modules of chude in the order in which a function of theirs is first called.

    What is called to make an object does not count: a sink is made before there are labels to write.
    """
    out, texts = folder / "labels.csv", folder / "articles"
    texts.mkdir()
    (texts / "a.txt").write_text("Giá vàng tăng mạnh trong phiên giao dịch sáng nay.", encoding="utf-8")
    found: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        module = Path(frame.f_code.co_filename)
        if event == "call" and SOURCE in module.parents and not makes_an_object(frame):
            found.setdefault(module.relative_to(SOURCE).as_posix())

    def run() -> None:
        with pytest.raises(SystemExit) as end:
            main(
                ["label", str(texts), "-o", str(out), "--overwrite", "--quiet", "--threads", "1", "--model", str(model)]
            )
        assert not end.value.code

    run()  # everything is imported then
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return list(found)


def makes_an_object(frame: FrameType) -> bool:
    """Whether a frame is that of a constructor, or of a function that the constructor of its own module calls."""
    module, caller = frame.f_code.co_filename, frame
    while caller.f_code.co_name != "__init__" or caller.f_code.co_filename != module:
        if caller.f_back is None:
            return False
        caller = caller.f_back
    return True


@pytest.mark.parametrize("page", PAGES)
def test_modules_are_named_in_the_order_in_which_a_run_calls_them(
    page: str, tmp_path: Path, samples_model_file: Path
) -> None:
    section = (ROOT / page).read_text(encoding="utf-8").partition(PAGES[page])[2].partition("\n## ")[0]
    way = section.partition("A text of `TopicModel.predict`")[0]
    named = [name for name in dict.fromkeys(re.findall(r"\b[a-z_]+/\w+\.py\b", way)) if not name.startswith("kernels/")]
    assert len(named) > 10
    assert [name for name in named if not (SOURCE / name).is_file()] == []
    assert [name for name in called(tmp_path, samples_model_file) if name in named] == named
