"""The options of labelling, besides those of the source: which limits apply, which columns are added."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chude.errors import InputError
from chude.sinks.schema import KIND_COLUMNS

if TYPE_CHECKING:
    from chude.model.limits import LimitedModel, Limits

MIN_NEWS_PROBABILITY = 0.058
"""Recommended limit of the probability of news by the bundled model of kinds: at most 3 in 100 news texts have less."""


# `label_files`, `label_table` and the functions of Dask and Spark have each of these parameters too, and pass them on
# by name. scikit-learn and pandas do the same: a parameter that stands in a signature is in the reference, in `help`
# and in the completion of editors, and one within ``**options`` is in none of them. A test compares the signatures with
# this class.
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How scores become a label.

    Parameters
    ----------
    top : int
        Number of topics in the ``top`` column; with 0 there is no such column.
    min_probability : float, optional
        A text whose best topic is less probable is ``unknown``, with the reason ``uncertain``. By default the model's
        limit.
    min_coverage : float, optional
        A text with less coverage is ``unknown``, with the reason ``not covered``. By default the model's limit.
    also : float, optional
        Add the column ``topics``: the topic, and after a ``|`` the second one where it is at least so probable.
    iptc : bool
        Add the column ``iptc``: the IPTC Media Topics that correspond to the topic, or to ``topics``.
    kind : bool
        Add the columns ``kind``, ``kind_probability`` and ``news_probability``, by the bundled model of kinds.
    only_news : float, optional
        Add them, and make a text ``unknown`` where its ``news_probability`` is less, with the reason ``not news``.

    Raises
    ------
    InputError
        If a number is out of range.
    """

    top: int = 0
    min_probability: float | None = None
    min_coverage: float | None = None
    also: float | None = None
    iptc: bool = False
    kind: bool = False
    only_news: float | None = None

    def __post_init__(self) -> None:
        limits = {"probability": self.min_probability, "coverage": self.min_coverage}
        others = {"probability of a second topic": self.also, "probability of news": self.only_news}
        for name, value in {**limits, **others}.items():
            if value is not None and not 0 <= value <= 1:
                raise InputError(f"the least {name} must be between 0 and 1, not {value}")
        if self.top < 0:
            raise InputError(f"the number of topics to list must be 0 or more, not {self.top}")

    def limits(self, model: "LimitedModel") -> "Limits":
        """Return the limits for a model: those that are given, and otherwise the model's own."""
        from chude.model.limits import Limits  # imports NumPy, which --help does not need

        return Limits.of(model, self.min_probability, self.min_coverage, self.only_news)

    @property
    def optional_columns(self) -> list[str]:
        """Optional columns that are asked for."""
        asked = {"top": self.top > 0, "topics": self.also is not None, "iptc": self.iptc}
        columns = [name for name, is_asked in asked.items() if is_asked]
        return [*columns, *KIND_COLUMNS] if self.tells_kinds else columns

    @property
    def tells_kinds(self) -> bool:
        """Whether the model of kinds is needed."""
        return self.kind or self.only_news is not None
