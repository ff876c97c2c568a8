"""The second topic of a text, and the codes of its topics: optional columns."""

from collections.abc import Sequence

from chude.topics import TOPIC_SEPARATOR, topic


def with_second(
    topics: Sequence[str],
    second_topics: Sequence[str | None],
    second_probabilities: Sequence[float | None],
    reasons: Sequence[str | None],
    least: float,
) -> list[str]:
    """Return the topics of each text: its topic, and the second one if that is probable enough.

    Parameters
    ----------
    topics, second_topics, second_probabilities, reasons : sequences of length n_texts
        Columns of the output; a text with a reason is ``unknown``, and has no second topic.
    least : float
        Least probability of a second topic.

    Examples
    --------
    >>> with_second(["xe", "xe"], ["du-lich", "du-lich"], [0.3, 0.1], [None, None], 0.2)
    ['xe|du-lich', 'xe']
    """
    rows = zip(topics, second_topics, second_probabilities, reasons, strict=True)
    return [
        first
        if reason is not None or second is None or probability is None or probability < least
        else f"{first}{TOPIC_SEPARATOR}{second}"
        for first, second, probability, reason in rows
    ]


def iptc_codes(topics: str) -> str | None:
    """Return the IPTC Media Topics of topics joined by ``|``, each once; None if none of them has one.

    Examples
    --------
    >>> iptc_codes("the-thao|du-lich"), iptc_codes("the-gioi"), iptc_codes("unknown")
    ('medtop:15000000|medtop:10000000', None, None)
    """
    codes = dict.fromkeys(topic(label).iptc for label in topics.split(TOPIC_SEPARATOR))
    return TOPIC_SEPARATOR.join(code for code in codes if code is not None) or None
