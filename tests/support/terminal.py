"""A program whose stdin, stdout and stderr are a terminal of its own, as in the window of a user."""

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Shown(NamedTuple):
    """What a program showed, without colours and movements of the cursor, and its exit code."""

    text: str
    code: int


def on_a_terminal(
    *arguments: object, cwd: Path, typed: bytes = b"", wait: float = 0.0, env: Mapping[str, str] | None = None
) -> Shown:
    """Run ``chude`` on a terminal; type something after a while, then the end of input."""
    command = [sys.executable, "-c", "from chude.cli import main; main()", *map(str, arguments)]
    pid, terminal = pty.fork()
    if pid == 0:  # the child
        os.chdir(cwd)
        os.execve(sys.executable, command, {**os.environ, "TERM": "xterm", "COLUMNS": "100", **(env or {})})
    shown, ends, is_typed = b"", time.monotonic() + 120, False
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 1 << 16)
            except OSError:  # Linux's way to say that the program has ended
                break
            shown += data
        elif not is_typed and time.monotonic() > ends - 120 + wait:
            os.write(terminal, typed + b"\x04")
            is_typed = True
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return Shown(CONTROLS.sub("", shown.decode(errors="replace")), os.waitstatus_to_exitcode(status))
