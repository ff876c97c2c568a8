"""The progress bar, also over inputs whose size is not known."""

import io
import re
import sys
import time

import pytest

from chude.cli._report import ProgressWatch
from chude.cli._steps import steps
from chude.labelling.progress import Tally
from chude.locale import LANGUAGES, choose_language, number
from chude.sources.source import Survey


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("size", [0, 1000])
def test_a_bar_appears_when_work_takes_a_while(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    stderr, now = Terminal(), [0.0]
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    watch = ProgressWatch()
    watch.begin(Survey(1, size, None, ""), 0)
    for seconds, read in ((0.5, 100), (2.0, 500), (4.0, 900)):
        now[0] = seconds
        watch.step(Tally(texts=round(10 * seconds)), read // 3 if size else 0)
        assert bool(stderr.getvalue()) == (seconds > 1)
    watch.end()
    said = stderr.getvalue()
    assert "40 texts, 10/s, 0 failed" in said
    assert ("%" in said) == (size > 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_of_labels", [True, False])
def test_a_share_is_written_as_everywhere_else(
    monkeypatch: pytest.MonkeyPatch, language: str, is_of_labels: bool
) -> None:
    stderr, now = Terminal(), [0.0]
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    choose_language(language)
    try:
        if is_of_labels:
            watch = ProgressWatch()
            watch.begin(Survey(1, 100, None, ""), 0)
            now[0] = 2.0
            for read in (7, 64, 29):
                watch.step(Tally(texts=1), read)
            watch.end()
        else:
            with steps("Learning", 100) as begin:
                for step in ("cross-validation", "all texts"):
                    begin(step)
        shares = re.findall(r"  [ \d]{3}[^\d\]]*%  ", stderr.getvalue())
        expected = [0.07, 0.71, 1.0] if is_of_labels else [0.0, 0.01, 1.0]
        assert list(dict.fromkeys(shares)) == [f"  {number(share, '.0%'):>5}  " for share in expected]
    finally:
        choose_language("en")
