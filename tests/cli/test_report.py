"""The progress bar, also over inputs whose size is not known."""

import io
import time

import pytest

from chude.cli import _report
from chude.cli._report import ProgressWatch
from chude.labelling.progress import Tally
from chude.sources.source import Survey


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("size", [0, 1000])
def test_a_bar_appears_when_work_takes_a_while(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    stderr, now = Terminal(), [0.0]
    monkeypatch.setattr(_report.sys, "stderr", stderr)
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
