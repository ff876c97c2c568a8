"""No sentence of a sample, and no run of twelve syllables, occurs in the corpora: they hold other people's articles."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chude.bundled import data_folder
from chude.decoding import decode

CORPORA = Path(os.environ.get("CHUDE_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")
ANCHOR = 32  # bytes of a passage that are looked for before it is compared as a whole
RUN = 12  # syllables; legal formulas and the names of offices are shorter
TABLE_BITS = 24
WORD = np.dtype("<u8")


def test_no_passage_of_a_sample_is_in_the_corpora() -> None:
    if not CORPORA.is_dir():
        pytest.skip(f"no corpora in {CORPORA}: set CHUDE_CORPORA to check that no sample sentence occurs in them")
    passages = set(_passages())
    assert len(passages) > 5000
    assert _found(passages, sorted(CORPORA.glob("*.parquet"))) == set()


@pytest.mark.parametrize("column", ["text", "title"])
def test_a_passage_that_is_there_is_found(column: str, tmp_path: Path) -> None:
    passages = sorted(_passages())
    planted = passages[:: len(passages) // 50]
    rows = [f"Tin mới: {passage.decode()} (còn nữa)" for passage in planted]
    pq.write_table(pa.table({column: [None, "Không có gì.", *rows]}), tmp_path / "corpus.parquet")
    assert set(planted) <= _found(passages, [tmp_path / "corpus.parquet"])


def _passages() -> Iterator[bytes]:
    """Sentences of at least eight syllables and runs of twelve, in UTF-8."""
    for path in (data_folder() / "samples").rglob("*.txt"):
        for paragraph in decode(path.read_bytes()).text.splitlines():
            starts = [match.start() for match in re.finditer(r"\S+", paragraph)]
            runs = [paragraph[start:].split()[:RUN] for start in starts[: 1 - RUN]]
            sentences = [s.split() for s in re.split(r"(?<=[.?!:])\s+", paragraph)]
            long_enough = [s for s in sentences if len(s) >= 8]
            yield from (p for p in (" ".join(s).encode() for s in [*runs, *long_enough]) if len(p) >= ANCHOR)


def _found(passages: Iterable[bytes], files: Iterable[Path]) -> set[bytes]:
    """Passages that occur in a text or a title of the files."""
    by_anchor: dict[bytes, list[bytes]] = defaultdict(list)
    wanted = np.zeros(1 << TABLE_BITS, np.bool_)
    for passage in passages:
        anchor = passage[:ANCHOR]
        by_anchor[anchor].append(passage)
        wanted[_slots(np.frombuffer(anchor, WORD))] = True
    found = set()
    for text in _columns(files):
        for offset in range(WORD.itemsize):
            words = np.frombuffer(text, WORD, (len(text) - offset) // WORD.itemsize, offset)
            for at in (offset + WORD.itemsize * np.flatnonzero(wanted[_slots(words)])).tolist():
                candidates = by_anchor.get(text[at : at + ANCHOR].tobytes(), ())
                found |= {p for p in candidates if text[at : at + len(p)].tobytes() == p}
    return found


def _slots(words: np.ndarray) -> np.ndarray:
    """Return a slot for each run of `ANCHOR` bytes, made of its first and its last word."""
    last = ANCHOR // WORD.itemsize - 1
    mixed = words[: len(words) - last] * np.uint64(0x9E3779B97F4A7C15) + words[last:] * np.uint64(0xBF58476D1CE4E5B9)
    return mixed >> np.uint64(64 - TABLE_BITS)


def _columns(files: Iterable[Path]) -> Iterator[np.ndarray]:
    for file in files:
        table = pq.ParquetFile(file)
        names = [name for name in ("text", "title") if name in table.schema_arrow.names]
        for batch in table.iter_batches(4096, columns=names):
            for column in batch.columns:
                data = column.cast(pa.large_string()).buffers()[2]
                if data is not None and data.size >= ANCHOR:
                    yield np.frombuffer(data, np.uint8)
