"""Choose the settings of fastText: each is fitted on nine tenths of VNTC's training articles, and asked about the rest.

``python -m benchmarks.tuning`` takes a quarter of an hour. The test split chooses nothing.
"""

import random
from time import perf_counter
from typing import Any

from benchmarks.corpus import Corpus, Plan, load
from benchmarks.peers import fasttext_labeller, fit_fasttext

_SHARE = 10
TRIED: list[dict[str, Any]] = [
    {"wordNgrams": 2},
    *({"dim": 20, "wordNgrams": 2, "lr": 0.5, "epoch": epoch} for epoch in (5, 10, 25)),
    {"dim": 20, "wordNgrams": 2, "lr": 0.2, "epoch": 25},
    *({"dim": 20, "wordNgrams": 2, "lr": 1.0, "epoch": epoch} for epoch in (5, 10, 25)),
    {"dim": 20, "wordNgrams": 3, "lr": 1.0, "epoch": 15},
    {"dim": 20, "wordNgrams": 2, "lr": 1.0, "epoch": 10, "minCount": 2},
    {"dim": 20, "wordNgrams": 2, "lr": 1.0, "epoch": 10, "bucket": 500_000},
    *({"dim": dim, "wordNgrams": 2, "lr": 0.5, "epoch": 10} for dim in (50, 100)),
]


def main() -> None:
    """Print the accuracy of each, and how long its fit takes."""
    train, held_out = _split(load(Plan(), "train"))
    for settings in TRIED:
        start = perf_counter()
        try:
            label = fasttext_labeller(fit_fasttext(train, **settings))
        except RuntimeError as error:  # its weights grew without bounds
            print(f"{error}: {settings}")
            continue
        seconds = perf_counter() - start
        right = sum(a == b for a, b in zip(label(held_out.texts), held_out.topics, strict=True))
        print(f"{100 * right / len(held_out.texts):.2f} %, {seconds:.0f} s: {settings}", flush=True)


def _split(corpus: Corpus) -> tuple[Corpus, Corpus]:
    places = list(range(len(corpus.texts)))
    random.Random(0).shuffle(places)
    cut = len(places) // _SHARE
    held_out, train = (
        Corpus([corpus.texts[i] for i in part], [corpus.topics[i] for i in part])
        for part in (places[:cut], places[cut:])
    )
    return train, held_out


if __name__ == "__main__":
    main()
