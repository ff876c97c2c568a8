"""Labels as people write them: a topic's slug or one of its names, in any case and either Unicode form."""

from collections import Counter
from collections.abc import Iterable, Sequence

from chude.topics import Topic, name_key


def unified(labels: Sequence[str]) -> tuple[list[str], list[Counter[str]]]:
    """Write labels that are one in one way: ``Thể thao``, ``thể thao`` and ``the-thao``.

    Returns
    -------
    labels : list of str
        Each in its most frequent spelling; of equally frequent ones, the first in the alphabet.
    several : list of Counter
        The spellings of each label that had more than one.
    """
    spellings: dict[str, Counter[str]] = {}
    for label, count in sorted(Counter(labels).items()):
        spellings.setdefault(name_key(label), Counter())[label] = count
    usual = {key: counts.most_common(1)[0][0] for key, counts in spellings.items()}
    return [usual[name_key(label)] for label in labels], [each for each in spellings.values() if len(each) > 1]


def named(labels: Iterable[str], topics: Sequence[Topic]) -> list[str]:
    """Return labels with the slug in place of a topic's name; those that are of none of the topics stay as they are.

    A name that two of the topics have tells neither.
    """
    slugs = {topic.slug for topic in topics}
    found: dict[str, set[str]] = {}
    for topic in topics:
        for name in (topic.slug, topic.vi, topic.en):
            found.setdefault(name_key(name), set()).add(topic.slug)

    def slug(label: str) -> str:
        meant = found.get(name_key(label), set())
        return next(iter(meant)) if label not in slugs and len(meant) == 1 else label

    return [slug(label) for label in labels]
