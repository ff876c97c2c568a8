"""Draw the texts to read."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chude.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from chude import TopicModel

CORPORA = ("dev_dantri_2026_summaries", "dev_tuoitre_vnexpress_2025", "dev_vietnamnet_2023", "dev_vnexpress_2026")
DISAGREEMENTS = 100
AGREEMENTS = 50


@dataclass(frozen=True, order=True)
class Item:
    """A text that is read.

    `row`: in the file of the corpus, the first is 0; `newspaper`: topic of the newspaper's section; `topics`,
    `probabilities`: the model's first two, the more probable one first.
    """

    corpus: str
    row: int
    newspaper: str
    topics: tuple[str, str]
    probabilities: tuple[float, float]

    @property
    def agreement(self) -> bool:
        """Whether the model's first topic is the newspaper's."""
        return self.topics[0] == self.newspaper

    @property
    def labels(self) -> tuple[str, str]:
        """The model's topic and another: the newspaper's, or the model's second where the two agree."""
        return self.topics[0], self.topics[1] if self.agreement else self.newspaper


@dataclass(frozen=True)
class Drawn:
    """What was drawn, in the order of corpora and rows.

    `model_digest`: tells the file of the model that answered; `disagreements`, `agreements`: how many texts of each
    kind it was drawn from.
    """

    seed: int
    model_digest: str
    disagreements: int
    agreements: int
    items: tuple[Item, ...]

    @property
    def model(self) -> list[str]:
        """The model's label of each item."""
        return [item.topics[0] for item in self.items]

    @property
    def newspapers(self) -> list[str]:
        """The newspaper's label of each item."""
        return [item.newspaper for item in self.items]

    def weights(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return how many texts of the corpora each item stands for."""
        agreement = np.array([item.agreement for item in self.items])
        drawn = {True: agreement.sum(), False: (~agreement).sum()}
        of = {True: self.agreements, False: self.disagreements}
        return np.array([of[item.agreement] / drawn[item.agreement] for item in self.items], dtype=np.float64)


def draw(
    folder: Path,
    model: "TopicModel",
    model_digest: str,
    *,
    seed: int = 0,
    corpora: Sequence[str] = CORPORA,
    disagreements: int = DISAGREEMENTS,
    agreements: int = AGREEMENTS,
) -> Drawn:
    """Draw disagreements and agreements, each without replacement from those of all corpora together.

    Raises
    ------
    InputError
        If a corpus is not in the folder, or there are too few texts of either kind.
    """
    items = [item for corpus in sorted(corpora) for item in _items(folder, corpus, model)]
    kinds = [item for item in items if not item.agreement], [item for item in items if item.agreement]
    rng = np.random.default_rng(seed)
    chosen: list[Item] = []
    for name, found, n in zip(("disagreements", "agreements"), kinds, (disagreements, agreements), strict=True):
        if len(found) < n:
            raise InputError(f"{n} {name} are to be drawn, and the corpora hold {len(found)}: draw fewer")
        chosen += [found[i] for i in rng.choice(len(found), n, replace=False)]
    return Drawn(seed, model_digest, len(kinds[0]), len(kinds[1]), tuple(sorted(chosen)))


def digest_of(path: Path) -> str:
    """Return what tells a model file from others."""
    return blake2b(path.read_bytes(), digest_size=8).hexdigest()


def texts_of(folder: Path, items: Sequence[Item]) -> list[tuple[str, str]]:
    """Return title and text of each item."""
    frames = {corpus: _read(folder, corpus) for corpus in {item.corpus for item in items}}
    if gone := [item for item in items if item.row >= len(frames[item.corpus])]:
        raise InputError(f"{gone[0].corpus} in {folder} has no row {gone[0].row}: it is not the file it was drawn from")
    found = [frames[item.corpus].iloc[item.row] for item in items]
    return [(row["title"], row["text"]) for row in found]


def answered_again(folder: Path, items: Sequence[Item], model: "TopicModel") -> list[Item]:
    """Return the items with the answers of another model."""
    answers = _answers(texts_of(folder, items), model)
    return [
        replace(item, topics=topics, probabilities=probabilities)
        for item, (topics, probabilities) in zip(items, answers, strict=True)
    ]


def _items(folder: Path, corpus: str, model: "TopicModel") -> list[Item]:
    frame = _read(folder, corpus)
    frame = frame[frame["topic"] != ""]
    answers = _answers(list(zip(frame["title"], frame["text"], strict=True)), model)
    rows = zip(frame.index, frame["topic"], answers, strict=True)
    return [Item(corpus, int(row), topic, *answer) for row, topic, answer in rows]


def _answers(
    texts: Sequence[tuple[str, str]], model: "TopicModel"
) -> list[tuple[tuple[str, str], tuple[float, float]]]:
    found = []
    for values in model.predict_proba([f"{title}\n{text}" if title else text for title, text in texts]):
        first, second = np.argsort(-values, kind="stable")[:2]
        topics = str(model.classes_[first]), str(model.classes_[second])
        found.append((topics, (round(float(values[first]), 4), round(float(values[second]), 4))))
    return found


def _read(folder: Path, corpus: str) -> "pd.DataFrame":
    import pandas as pd

    path = folder / f"{corpus}.parquet"
    if not path.is_file():
        raise InputError(f"{corpus} is not in {folder}: set CHUDE_CORPORA to the folder of the corpora")
    return pd.read_parquet(path, columns=["title", "text", "topic"]).fillna("")


def as_json(head: dict[str, Any], items: Sequence[dict[str, Any]]) -> str:
    """Return JSON with an item a line, so that a change of one is seen as one."""
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in items)
    return f'{start},\n "items": [\n{lines}\n ]\n}}\n'


def write_drawn(path: Path, drawn: Drawn) -> None:
    """Write what was drawn."""
    head = {key: value for key, value in asdict(drawn).items() if key != "items"}
    path.write_text(as_json(head, [asdict(item) for item in drawn.items]), encoding="utf-8")


def read_drawn(path: Path) -> Drawn:
    """Read what was drawn."""
    found = json.loads(path.read_text(encoding="utf-8"))
    items = [
        Item(**{**item, "topics": tuple(item["topics"]), "probabilities": tuple(item["probabilities"])})
        for item in found.pop("items")
    ]
    return Drawn(**found, items=tuple(items))
