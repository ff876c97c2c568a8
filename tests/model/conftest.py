"""Models made in memory, of any number of topics."""

from collections.abc import Callable

import numpy as np
import pytest

from chude.model import Calibration, Head, Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import Topic

MakeModel = Callable[..., TopicModel]

TERMS = [
    "vàng",
    "giá",
    "giá vàng",
    "hà",
    "nội",
    "hà nội",
    "bóng",
    "đá",
    "bóng đá",
    "đội",
    "tuyển",
    "thắng",
    "hòa",
    "đất",
]


@pytest.fixture(scope="session")
def make_model() -> MakeModel:
    """Return a function that makes a model with random weights of so many topics."""

    def scorer(
        n_topics: int,
        ngram_range: tuple[int, int],
        diacritics: bool,
        sublinear_tf: bool,
        lead_tokens: int,
        short_below: int,
        calibration: Calibration,
    ) -> Scorer:
        random = np.random.default_rng(n_topics + 1000 * diacritics)
        tokenizer = Tokenizer(diacritics=diacritics)
        terms = [" ".join(tokenizer.tokens(term)) for term in TERMS]
        weights = random.normal(size=(len(terms), n_topics))
        idf = random.uniform(1, 8, len(terms))
        intercept = random.normal(size=n_topics)
        short = None
        if short_below:
            other = Calibration(0.5, 0.75, random.normal(size=n_topics), np.full(n_topics, 1 / n_topics), 0.3, 0.5)
            short = Head.of(random.normal(size=weights.shape), random.normal(size=n_topics), other)
        whole = Head.of(weights, intercept, calibration)
        return Scorer.of(tokenizer, ngram_range, sublinear_tf, lead_tokens, terms, idf, whole, short, short_below)

    def make(
        n_topics: int = 3,
        ngram_range: tuple[int, int] = (1, 2),
        sublinear_tf: bool = True,
        unaccented: bool = True,
        lead_tokens: int = 0,
        short_below: int = 0,
    ) -> TopicModel:
        random = np.random.default_rng(n_topics)
        labels = ["nhà đất & xây dựng", "Ẩm thực", "x, y\nz", *(f"chủ đề {i}" for i in range(3, n_topics))][:n_topics]
        priors = random.dirichlet(np.ones(n_topics))
        calibration = Calibration(2.0, 0.25, random.normal(size=n_topics), priors / priors.sum(), 0.5, 1.5)
        return TopicModel(
            "made",
            tuple(Topic(label, label, label) for label in labels),
            scorer(n_topics, ngram_range, True, sublinear_tf, lead_tokens, short_below, calibration),
            scorer(n_topics, ngram_range, False, sublinear_tf, lead_tokens, short_below, calibration)
            if unaccented
            else None,
            {"made": "for tests"},
        )

    return make
