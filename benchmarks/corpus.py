"""The texts: VNTC-10 from the corpora, or the project's own samples for trying."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(__file__).resolve().parent / ".cache"
THREADS = 2
SYLLABLES = 15
"""A short text is the beginning of an article, so many syllables long."""

_QUICK_EVERY = 50


@dataclass(frozen=True)
class Plan:
    """How much to measure.

    `runs`: alternating runs of each comparison; `quick`: every fiftieth article only; `samples`: the sample articles in
    place of the corpus.
    """

    runs: int = 5
    quick: bool = False
    samples: bool = False

    @property
    def name(self) -> str:
        """Tells fitted peers apart in the cache."""
        return ("samples" if self.samples else "vntc") + ("-quick" if self.quick else "")


@dataclass(frozen=True)
class Corpus:
    """Texts and their topics."""

    texts: list[str]
    topics: list[str]


class NoCorpusError(Exception):
    """The corpus is not there; the text says what to do."""


def path_of_vntc() -> Path:
    """Return where VNTC-10 is, or raise NoCorpusError."""
    path = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora")) / "vntc10.parquet"
    if not path.is_file():
        raise NoCorpusError(
            f"VNTC-10 is not at {path}: set CHUDE_CORPORA to the folder of the corpora (data/README.md says what they "
            "are), or try with --samples"
        )
    return path


def load(plan: Plan, split: str, *, most: int | None = None, syllables: int | None = None) -> Corpus:
    """Read a split, or so many texts evenly spread over it, whole or cut to their first syllables."""
    texts, topics = _samples() if plan.samples else _vntc(split, _QUICK_EVERY if plan.quick else 1)
    if most is not None:
        every = max(1, len(texts) // most)
        texts, topics = texts[::every][:most], topics[::every][:most]
    if syllables is not None:
        texts = [" ".join(text.split()[:syllables]) for text in texts]
    return Corpus(texts, topics)


def _vntc(split: str, every: int) -> tuple[list[str], list[str]]:
    import pyarrow.compute
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path_of_vntc(), columns=["text", "topic", "split"])
    table = table.filter(pyarrow.compute.equal(table["split"], split))
    return table["text"].to_pylist()[::every], table["topic"].to_pylist()[::every]


def _samples() -> tuple[list[str], list[str]]:
    files = sorted(path for path in (ROOT / "data" / "samples").glob("*/*.txt") if path.parent.name != "difficult")
    return [path.read_text(encoding="utf-8") for path in files], [path.parent.name for path in files]
