"""What is learned from which texts, and scored on which: the rows of the table before anything is measured."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.accuracy.code import code_of
from benchmarks.own_labels import DEFAULTS
from chude.evaluation.perturbations import PERTURBATIONS
from chude.tokenizer import Tokenizer
from chude.training.duplicates import near_duplicates
from chude.training.splits import same_text
from tools.corpora import read_corpora, sampled, without_repeats

Indices = npt.NDArray[np.int64]

WHOLE = "whole"
"""The name of texts as they are, beside those of `PERTURBATIONS`."""

ALONE = ("vnexpress", "vietnamnet", "dantri", "thanhnien", "tuoitre", "nld")
N_SMALL = 5
MOST_TEXTS = 300
"""Texts of each corpus and topic that are learned from where publishers are left out; all contestants get the same."""

MOST_SCORED = 150
"""Texts of each corpus and topic that are scored of a group of publishers; drawn by chance, but always the same."""

ARTICLES, HEADLINES, SCRAPS = "articles", "headlines", "scraps"
SCRAP_LENGTHS = (1, 2, 3)
"""Syllables of a scrap: one to five terms, or so. Their lengths take turns."""

OFFICIAL, NOT_IN_TRAIN = "official test split", "test split without articles of train"
TENTH = "every tenth of the test split"
CUT = ("first 15 syllables", "first 50 syllables")
PUBLISHERS, LATER, VNTC, YEARS, OWN = "publishers", "later", "vntc", "years", "own"
"""First half of the names of tasks."""

MODELS = {VNTC: "vntc", YEARS: "news"}
"""The bundled models that are scored, by the kind of task."""


class Source:
    """Texts to learn from, many tasks from the same ones.

    Parameters
    ----------
    frame : DataFrame
        Columns ``text`` and ``topic``; others as a recipe's weights need them.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    @cached_property
    def digests(self) -> npt.NDArray[np.uint64]:
        """A number for each text with its topic, by which results are known to be of these texts."""
        return digests(self.frame)


def digests(frame: pd.DataFrame) -> npt.NDArray[np.uint64]:
    """Return a number for each text with its topic."""
    pairs = zip(frame["text"].tolist(), frame["topic"].tolist(), strict=True)
    found = b"".join(blake2b(f"{topic}\0{text}".encode(), digest_size=8).digest() for text, topic in pairs)
    return np.frombuffer(found, dtype="<u8").astype(np.uint64)


@dataclass(frozen=True, eq=False)
class Task:
    """One fit of each contestant, and the texts it is scored on.

    Parameters
    ----------
    name : str
    source : Source
    rows : ndarray of shape (n_texts,), int64
        Of the source: what is learned from.
    parts : mapping of str to DataFrame
        Scored texts with their topics.
    variants : mapping of str to tuple of str
        How the texts of a part are varied; `WHOLE` always comes with them.
    subsets : mapping of str to mapping of str to ndarray of bool
        Texts of a part that are also scored by themselves, by the name of the subset.
    model : str, optional
        The bundled model that is scored for chude; without it chude learns as the peers do.
    parameters : mapping
        Of chude's classifier, where it learns.
    balance : float, optional
        Power of a recipe's weights; without it all texts weigh the same.
    grouped : bool
        Whether it is told the publisher of each text.
    """

    name: str
    source: Source
    rows: Indices
    parts: Mapping[str, pd.DataFrame]
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subsets: Mapping[str, Mapping[str, npt.NDArray[np.bool_]]] = field(default_factory=dict)
    model: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    balance: float | None = None
    grouped: bool = False

    @property
    def learned_from(self) -> pd.DataFrame:
        """The texts to learn from."""
        return self.source.frame.iloc[self.rows]

    @cached_property
    def digest(self) -> str:
        """Tells the texts of a task, learned from and scored, from all others."""
        of = blake2b(self.source.digests[self.rows].tobytes(), digest_size=16)
        of.update(code_of("evaluation/perturbations.py").encode())
        for name, part in self.parts.items():
            of.update(f"{name} {self.variants.get(name)}".encode() + digests(part).tobytes())
        return of.hexdigest()

    def scored(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield part, variant and texts of all there is to score."""
        for name, part in self.parts.items():
            texts = part["text"].tolist()
            yield name, WHOLE, texts
            for variant in self.variants.get(name, ()):
                yield name, variant, [PERTURBATIONS[variant](text) for text in texts]


def publishers(recipe: Mapping[str, Any], folder: Path, kept: Path) -> Iterator[Task]:
    """Yield a task for each group of publishers that is left out."""
    source = _corpora(recipe, folder, MOST_TEXTS, kept)
    frame = source.frame
    alike = _found_once(
        "alike", source.digests, kept, lambda: near_duplicates(Tokenizer().batch(frame["text"].tolist()))
    )
    parameters = dict(recipe["classifier"]) | {"calibration_folds": 0}
    for name, group in publisher_groups(frame).items():
        rows, chosen = left_out(frame, group, alike)
        scored = frame.iloc[chosen]
        parts = {
            part: sampled(scored[scored["kind"] == kind], MOST_SCORED)
            for part, kind in ((ARTICLES, "article"), (HEADLINES, "headline"))
            if (scored["kind"] == kind).any()
        }
        if ARTICLES in parts:
            parts[SCRAPS] = scraps(parts[ARTICLES])
        yield Task(
            f"{PUBLISHERS}/{name}",
            source,
            rows,
            parts,
            {ARTICLES: tuple(PERTURBATIONS)},
            parameters=parameters,
            balance=recipe["balance"],
            grouped=recipe.get("groups") == "publisher",
        )


def scraps(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one to three syllables of each text, from its beginning and from anywhere by turns; always the same."""
    random = np.random.default_rng(0)
    rows = []
    for number, (text, topic) in enumerate(zip(frame["text"].tolist(), frame["topic"].tolist(), strict=True)):
        words, length = text.split(), SCRAP_LENGTHS[number % len(SCRAP_LENGTHS)]
        start = int(random.integers(max(len(words) - length, 0) + 1)) if number % 2 else 0
        rows.append((" ".join(words[start : start + length]), topic))
    return pd.DataFrame(rows, columns=["text", "topic"])


def later(recipe: Mapping[str, Any], folder: Path, kept: Path) -> Iterator[Task]:
    """Yield a task that learns from what was written before the newest corpora, and is scored on those."""
    newest = [entry for entry in recipe["corpus"] if "since" in entry]
    if not newest:
        return
    first = min(entry["since"] for entry in newest)
    source = _corpora(recipe, folder, MOST_TEXTS, kept)
    is_new = source.frame["corpus"].isin([entry["file"] for entry in newest]).to_numpy()
    alike = _found_once(
        "alike", source.digests, kept, lambda: near_duplicates(Tokenizer().batch(source.frame["text"].tolist()))
    )
    scored = source.frame[is_new]
    is_article = scored["kind"] == "article"
    yield Task(
        f"{LATER}/since {first}",
        source,
        np.flatnonzero(~is_new & ~np.isin(alike, np.unique(alike[is_new]))),
        {
            part: sampled(scored[of_part], MOST_SCORED)
            for part, of_part in ((ARTICLES, is_article), (HEADLINES, ~is_article))
            if of_part.any()
        },
        parameters=recipe["classifier"],
        balance=recipe["balance"],
        grouped=recipe.get("groups") == "publisher",
    )


def publisher_groups(frame: pd.DataFrame) -> dict[str, set[str]]:
    """Return the publishers of each group: the large alone, the small dealt out from the largest on."""
    articles = frame.loc[(frame["kind"] == "article") & _may_be_scored(frame), "publisher"].value_counts()
    ranked = sorted(articles.items(), key=lambda item: (-item[1], str(item[0])))
    small = [str(name) for name, _ in ranked if name not in ALONE and "+" not in str(name)]
    groups = {name: {name} for name in ALONE if name in articles.index}
    return groups | {f"small {i + 1}": set(small[i::N_SMALL]) for i in range(min(N_SMALL, len(small)))}


def _may_be_scored(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["scored"] if "scored" in frame else pd.Series(True, frame.index)


def left_out(frame: pd.DataFrame, group: set[str], alike: Indices) -> tuple[Indices, Indices]:
    """Part texts into those to learn from and those of a group of publishers, which are scored.

    Texts that may be of two publishers are left out with either, and never scored; texts nearly the same as a scored
    one are not learned from.

    Parameters
    ----------
    frame : DataFrame
        Columns ``publisher``, ``kind`` and, where some texts are not to be scored, ``scored``.
    group : set of str
    alike : ndarray of shape (n_texts,), int64
        Equal for near-duplicates.

    Returns
    -------
    learned_from, scored : ndarray of int64
    """
    names = frame["publisher"].fillna("")
    scored = names.isin(group) & frame["kind"].isin(["article", "headline"]) & _may_be_scored(frame)
    touched = names.map({name: not group.isdisjoint(name.split("+")) for name in names.unique()}).astype(bool)
    near = np.isin(alike, np.unique(alike[scored.to_numpy()]))
    return np.flatnonzero(~touched.to_numpy() & ~near), np.flatnonzero(scored)


def vntc(_: Mapping[str, Any], folder: Path, __: Path) -> Iterator[Task]:
    """Yield VNTC-10 with its official split, the test split also without what occurs in train."""
    train, test = (_split(folder, "vntc10", split) for split in ("train", "test"))
    repeated = same_text(Tokenizer().batch([*train["text"], *test["text"]]))
    new = ~np.isin(repeated[len(train) :], repeated[: len(train)])
    yield Task(
        f"{VNTC}/VNTC-10",
        Source(train),
        np.arange(len(train)),
        {OFFICIAL: test, TENTH: test.iloc[::10]},
        {OFFICIAL: CUT, TENTH: tuple(name for name in PERTURBATIONS if name not in CUT)},
        {OFFICIAL: {NOT_IN_TRAIN: new}},
        model=MODELS[VNTC],
    )


def years(recipe: Mapping[str, Any], folder: Path, kept: Path) -> Iterator[Task]:
    """Yield the development sets: newspapers that are in training, in years that are not."""
    source = _corpora(recipe, folder, None, kept)
    parts = {test["file"]: read_corpora({"corpus": [dict(test) | {"weight": 1.0}]}, folder) for test in recipe["test"]}
    yield Task(
        f"{YEARS}/",
        source,
        np.arange(len(source.frame)),
        parts,
        dict.fromkeys(parts, tuple(PERTURBATIONS)),
        model=MODELS[YEARS],
    )


def own_labels(_: Mapping[str, Any], folder: Path, __: Path) -> Iterator[Task]:
    """Sentences with labels that are no topics: what ``chude train`` makes of them by default."""
    for name in ("uit_vsfc", "uts2017_bank"):
        frame = pd.read_parquet(folder / f"{name}.parquet", columns=["text", "section", "split"])
        frame = frame.rename(columns={"section": "topic"}).dropna(subset=["text", "topic"])
        frame = frame[~frame["topic"].str.contains("|", regex=False)]
        train, test = (frame[frame["split"] == split].reset_index(drop=True) for split in ("train", "test"))
        yield Task(f"{OWN}/{name}", Source(train), np.arange(len(train)), {OFFICIAL: test}, parameters=DEFAULTS)


def _split(folder: Path, file: str, split: str) -> pd.DataFrame:
    return read_corpora({"corpus": [{"file": file, "weight": 1.0, "where": {"split": split}}]}, folder)


def _corpora(recipe: Mapping[str, Any], folder: Path, most_texts: int | None, kept: Path) -> Source:
    """Return the texts of a recipe's corpora, near-duplicates of the same topic removed, a sample of each topic.

    Corpora that are not scored come last, and are drawn by themselves, so that the texts that are scored are the same
    with and without them.
    """
    scored, others = (
        [entry for entry in recipe["corpus"] if entry.get("scored", True) is is_scored] for is_scored in (True, False)
    )
    first = sampled(_without_repeats({**recipe, "corpus": scored}, folder, kept), most_texts)
    if not others:
        return Source(first.assign(scored=True))
    more = sampled(_without_repeats({**recipe, "corpus": others}, folder, kept), most_texts)
    frame = pd.concat([first.assign(scored=True), more.assign(scored=False)], ignore_index=True)
    groups = _found_once(
        "alike", digests(frame), kept, lambda: near_duplicates(Tokenizer().batch(frame["text"].tolist()))
    )
    repeated = pd.DataFrame({"group": groups, "topic": frame["topic"].to_numpy()}).duplicated()
    return Source(frame[frame["scored"] | ~repeated.to_numpy()].reset_index(drop=True))


def _without_repeats(recipe: Mapping[str, Any], folder: Path, kept: Path) -> pd.DataFrame:
    frame = read_corpora(dict(recipe), folder)

    def new() -> Indices:
        found: Indices = without_repeats(frame.assign(row=np.arange(len(frame))))["row"].to_numpy()
        return found

    return frame.iloc[_found_once("no-repeats", digests(frame), kept, new)].reset_index(drop=True)


def _found_once(name: str, texts: npt.NDArray[np.uint64], kept: Path, find: Callable[[], Indices]) -> Indices:
    """Return what was found in these texts, kept on disk.

    Near-duplicates are found by chance, by hashes of tokens; were they looked for in each run, a faster tokenizer would
    change the texts, and every contestant had to learn anew.
    """
    path = kept / f"{name}-{blake2b(texts.tobytes(), digest_size=8).hexdigest()}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, find())
    found: Indices = np.load(path)
    return found
