"""The texts that a recipe names: read, cleared of repeats, drawn and weighted."""

import os
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chude.errors import InputError

CORPORA = Path(os.environ.get("CHUDE_CORPORA", "../shared/corpora"))
_COLUMNS = ["text", "title", "topic", "publisher", "kind", "split"]


def read_recipe(path: Path) -> dict[str, Any]:
    """Read a recipe."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_corpora(recipe: dict[str, Any], folder: Path = CORPORA) -> pd.DataFrame:
    """Read the texts a recipe names.

    Returns
    -------
    DataFrame
        Columns ``text`` (the title in front), ``topic``, ``publisher``, ``kind``, ``corpus``, ``corpus_weight`` and
        ``most_texts`` (of each topic, NaN for all); rows without a topic are left out.

    Raises
    ------
    InputError
        If the corpora are not there.
    """
    parts = []
    for entry in recipe["corpus"]:
        frame = _read(folder / f"{entry['file']}.parquet")[_COLUMNS]
        for column, value in entry.get("where", {}).items():
            frame = frame[frame[column] == value]
        most = entry.get("most_texts", recipe.get("most_texts", np.nan))
        frame = frame[frame["topic"].notna()].assign(
            corpus=entry["file"], corpus_weight=float(entry["weight"]), most_texts=float(most)
        )
        title = frame["title"].fillna("")
        frame["text"] = (title + "\n").where(title != "", "") + frame["text"].fillna("")
        parts.append(frame)
    columns = ["text", "topic", "publisher", "kind", "corpus", "corpus_weight", "most_texts"]
    return pd.concat(parts, ignore_index=True)[columns]


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(
            f"the corpus {path} is not there; set CHUDE_CORPORA to the folder of the corpora (data/README.md says "
            "what they are)"
        )
    return pd.read_parquet(path)


def balanced(frame: pd.DataFrame, power: float) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Return the weight of each text: its corpus's, shared among the corpus's texts of the topic."""
    size = frame.groupby(["corpus", "topic"])["text"].transform("size").to_numpy(dtype=np.float64)
    shared = size**-power
    weights: np.ndarray[Any, np.dtype[np.float64]] = shared / shared.mean() * frame["corpus_weight"].to_numpy()
    return weights


def without_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one text of each group of near-duplicates that carry the same topic."""
    from chude.tokenizer import Tokenizer
    from chude.training.duplicates import near_duplicates

    batch = Tokenizer().batch(frame["text"].tolist())
    repeated = pd.DataFrame({"group": near_duplicates(batch), "topic": frame["topic"].to_numpy()}).duplicated()
    return frame[~repeated.to_numpy()].reset_index(drop=True)


def sampled(frame: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Keep some texts of each corpus and topic, drawn by chance but always the same.

    Parameters
    ----------
    frame : DataFrame
        As `read_corpora` returns it.
    most : int, optional
        How many at most; by default, what the column ``most_texts`` says.
    """
    shuffled = frame.sample(frac=1, random_state=0)
    at_most: Any = shuffled["most_texts"].fillna(np.inf) if most is None else most
    kept = shuffled.groupby(["corpus", "topic"]).cumcount() < at_most
    drawn: pd.DataFrame = frame[kept.reindex(frame.index)].reset_index(drop=True)
    return drawn


def read_kinds(recipe: dict[str, Any], folder: Path = CORPORA) -> pd.DataFrame:
    """Read the texts of a recipe of kinds: what is not news, and news in every form.

    Returns
    -------
    DataFrame
        Columns ``text``, ``topic`` (the slug of the kind), ``kind`` (the corpus's own name of it), ``source``, ``form``
        (of news; else empty), ``corpus``, ``copied`` and ``fitted``. Each text comes once as it is, then once more in
        small letters (``copied``), which to the model is the same as in capitals. Texts of sources that are for
        measuring only are not fitted, nor are copies beyond the recipe's share of them.
    """
    news: list[pd.DataFrame] = []
    others: list[pd.DataFrame] = []
    for entry in recipe["corpus"]:
        frame = _read(folder / f"{entry['file']}.parquet")
        (others if "source" in frame else news).append(frame.assign(corpus=entry["file"]))
    merged = {kind: slug for slug, kinds in recipe["kinds"].items() for kind in kinds}
    other: pd.DataFrame = pd.concat(others, ignore_index=True).sample(frac=1, random_state=0)
    other = other[other.groupby("source").cumcount() < recipe["most_texts"]].assign(form="")
    unknown = sorted(set(other["kind"]) - set(merged))
    if unknown:
        raise InputError(f"the recipe does not say which kind {', '.join(unknown)} is: name it in [kinds]")
    other["topic"] = other["kind"].map(merged)
    columns = ["text", "topic", "kind", "source", "form", "corpus"]
    frame = pd.concat([other[columns], _news(news, recipe)[columns]], ignore_index=True)
    frame = frame.assign(copied=False, fitted=~frame["source"].isin(recipe["measured_only"]))
    learned = np.random.default_rng(0).random(len(frame)) < recipe["small_letters"]
    copies = frame.assign(text=frame["text"].str.lower(), copied=True, fitted=frame["fitted"] & learned)
    return pd.concat([frame, copies], ignore_index=True)


def _news(frames: list[pd.DataFrame], recipe: dict[str, Any]) -> pd.DataFrame:
    """Return news in every form; publishers that the recipe does not name are one source together."""
    from chude.topics import NEWS
    from tools.forms import in_forms

    frame = pd.concat(frames, ignore_index=True)
    frame = frame[frame["topic"].notna()].reset_index(drop=True)
    named = frame["publisher"].isin(recipe["publishers"])
    frame["source"] = "news:" + frame["publisher"].where(named, "others")
    frame["title"], frame["text"] = frame["title"].fillna(""), frame["text"].fillna("")
    parts = []
    for corpus, rows in frame.groupby("corpus", sort=True):
        parts.append(in_forms(rows, recipe["most_news"]).assign(corpus=corpus))
    found = pd.concat(parts, ignore_index=True).drop_duplicates("text")
    shuffled = found.sample(frac=1, random_state=0)
    kept = shuffled[shuffled.groupby(["source", "form"]).cumcount() < recipe["most_of_form"]].sort_index()
    labelled: pd.DataFrame = kept.assign(topic=NEWS, kind="news")
    return labelled
