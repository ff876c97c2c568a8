"""The command line with the fake model: ``python fake_cli.py label ...``.

FAKE_DELAY is seconds for each batch,
FAKE_BATCH the texts in one, FAKE_LARGEST_FILE the bytes that a file may have.
"""

import os
import signal
import time
from typing import Any

from fake_model import FakeModel

import chude
from chude.cli import main
from chude.labelling import journal
from chude.sources import open_inputs


class SlowModel(FakeModel):
    def score_texts(self, texts: Any, *, threads: Any = None) -> Any:
        time.sleep(float(os.environ.get("FAKE_DELAY", "0")))
        return super().score_texts(texts)


if __name__ == "__main__":
    # As a terminal starts it: a shell that runs the tests in the background has its children ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    open_inputs.BATCH_TEXTS = int(os.environ.get("FAKE_BATCH", open_inputs.BATCH_TEXTS))
    if "FAKE_LARGEST_FILE" in os.environ:
        import resource

        largest = int(os.environ["FAKE_LARGEST_FILE"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    journal._SHORTEST_INTERVAL = 0.01
    chude.load = lambda *_: SlowModel()
    main()
