"""When a text is `unknown`, and which topics are listed: the options of labelling beside those of the source."""

from dataclasses import dataclass

from chude.errors import InputError
from chude.locale import N_

EMPTY, NOT_COVERED, UNCERTAIN = N_("empty"), N_("not covered"), N_("uncertain")
"""Why a text is ``unknown``."""


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

    def __post_init__(self) -> None:
        limits = {"probability": self.min_probability, "coverage": self.min_coverage}
        for name, value in {**limits, "probability of a second topic": self.also}.items():
            if value is not None and not 0 <= value <= 1:
                raise InputError(f"the least {name} must be between 0 and 1, not {value}")
        if self.top < 0:
            raise InputError(f"the number of topics to list must be 0 or more, not {self.top}")

    @property
    def optional_columns(self) -> list[str]:
        """Columns that are there only when asked for."""
        asked = {"top": self.top > 0, "topics": self.also is not None, "iptc": self.iptc}
        return [name for name, is_asked in asked.items() if is_asked]
