"""Limits below which labelling calls a text unknown, chosen on texts that the fits did not see."""

import numpy as np
import numpy.typing as npt

_UNCERTAIN_SHARE = 0.015
"""Share of held-out texts that the limit of probability gives up for catching scraps, which resemble no topic."""

_CERTAIN_ENOUGH = 0.5
"""No limit is higher: the best topic is then more probable than all others together."""


def probability_limit(probabilities: npt.NDArray[np.float64]) -> float:
    """Return the least probability of the best topic that is recommended for labelling, in hundredths.

    Parameters
    ----------
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Of whole texts, by fits that did not see them; of publishers left out, where the texts have publishers.

    Returns
    -------
    float
        At most three in two hundred of these texts are below it. It is at most 0.5.
    """
    share = np.quantile(probabilities.max(axis=1), _UNCERTAIN_SHARE, method="lower")
    return min(float(np.floor(100 * share) / 100), _CERTAIN_ENOUGH)
