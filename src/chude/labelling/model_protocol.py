"""The interface of a model, as labelling uses it: `chude.TopicModel` has it, and so may a model of one's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # NumPy, which --help does not need
    import numpy as np
    import numpy.typing as npt


class TopicProtocol(Protocol):
    """The part of `Topic` that labelling uses."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def vi(self) -> str: ...  # noqa: D102


class PredictionProtocol(Protocol):
    """The part of `chude.Prediction` that labelling uses, of `n` texts."""

    @property
    def probabilities(self) -> "npt.NDArray[np.float64]": ...  # noqa: D102
    @property
    def coverage(self) -> "npt.NDArray[np.float64]": ...  # noqa: D102
    @property
    def n_tokens(self) -> "npt.NDArray[np.int64]": ...  # noqa: D102


class ModelProtocol(Protocol):
    """The part of `chude.TopicModel` that labelling uses."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def min_probability(self) -> float: ...  # noqa: D102
    @property
    def min_coverage(self) -> float: ...  # noqa: D102
    @property
    def topics(self) -> Sequence[TopicProtocol]: ...  # noqa: D102
    def score_texts(self, texts: Sequence[str], *, threads: int | None = None) -> PredictionProtocol: ...  # noqa: D102
    def to_bytes(self) -> bytes: ...  # noqa: D102
