"""The kind of each text, by the bundled model `kind`, beside its topic."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.labelling.model_protocol import ModelProtocol, PredictionProtocol
from chude.model.limits import rounded
from chude.model.loading import load
from chude.model.topic_model import TopicModel
from chude.topics import NEWS

KIND_MODEL = "kind"
"""Name of the bundled model."""


@cache
def kind_model() -> TopicModel:
    """Return the bundled model of kinds; a process reads it once."""
    return load(KIND_MODEL)


class Kinds:
    """Scores texts with a model of topics and the model of kinds. It may be called from several threads.

    Parameters
    ----------
    model : TopicModel
        The model of topics.
    threads : int, optional
        Threads that each model may use in one call.
    """

    def __init__(self, model: ModelProtocol, threads: int | None = None) -> None:
        self.model, self.kinds, self.threads = model, kind_model(), threads
        self._slugs = [kind.slug for kind in self.kinds.topics]
        self._news = self._slugs.index(NEWS)

    def score(self, texts: Sequence[str]) -> tuple[PredictionProtocol, npt.NDArray[np.float64]]:
        """Score texts.

        Returns
        -------
        prediction : Prediction
            By the model of topics.
        kinds : ndarray of shape (n_texts, n_kinds), float64
            Probabilities of the kinds, rounded as in the output.
        """
        prediction = self.model.score_texts(texts, threads=self.threads)
        return prediction, rounded(self.kinds.score_texts(texts, threads=self.threads).probabilities)

    def news(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probability that each text is news, of shape (n_texts,)."""
        its: npt.NDArray[np.float64] = probabilities[:, self._news]
        return its

    def columns(self, probabilities: npt.NDArray[np.float64]) -> dict[str, list[Any]]:
        """Return the columns of the output with the kind of each text."""
        best = probabilities.argmax(axis=1)
        return {
            "kind": [self._slugs[k] for k in best.tolist()],
            "kind_probability": np.take_along_axis(probabilities, best[:, None], axis=1)[:, 0].tolist(),
            "news_probability": self.news(probabilities).tolist(),
        }
