"""Labels written to a stream as they come."""

import time
from typing import BinaryIO

from chude.errors import OutputError, reason
from chude.labelling.job import Job
from chude.labelling.progress import State, Watch
from chude.sinks.sink import Sink


def stream(job: Job, sink: Sink, out: BinaryIO, watch: Watch) -> State:
    """Write labels to a stream as they come.

    Raises
    ------
    InputError
        If there is nothing to label, or it cannot be labelled as asked.
    OutputError
        If the stream cannot be written.
    """
    state, began = State(), time.monotonic()
    with job.source.open() as opened:
        state.left_alone = opened.survey.left_alone
        watch.begin(opened.survey, 0)
        try:
            _put(out, sink.header)
            for chunk in job.chunks(opened, sink):
                _put(out, sink.separator + chunk.data if state.tally.texts else chunk.data)
                state.tally.add(chunk.tally)
                watch.step(state.tally, chunk.read)
            _put(out, sink.footer)
        finally:
            watch.end()
    state.seconds = time.monotonic() - began
    return state


def _put(out: BinaryIO, data: bytes) -> None:
    try:
        out.write(data)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written: {reason(error)}") from error
