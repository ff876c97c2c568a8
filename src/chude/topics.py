"""The taxonomy: slug, Vietnamese name and English name of each topic, what belongs and what doesn't."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from chude import bundled
from chude.locale import N_

UNKNOWN = "unknown"
"""What a text is labelled with when no topic is sure enough; never a class of a model."""

NEWS = "tin-tuc"
"""The kind of text that news is."""

UNKNOWN_NAME = "không rõ"
"""`UNKNOWN` in Vietnamese."""

EMPTY, NOT_COVERED, NOT_NEWS, UNCERTAIN = N_("empty"), N_("not covered"), N_("not news"), N_("uncertain")
"""Why a text is labelled `UNKNOWN`."""


TOPIC_SEPARATOR = "|"
"""Stands between the topics of one text: in the output, and in training data."""


@dataclass(frozen=True, slots=True)
class Topic:
    """
    A topic a text can be about.

    Attributes
    ----------
    slug : str
        Label in files and arrays, as in ``kinh-doanh``.
    vi, en : str
        Vietnamese and English name. A label outside the taxonomy has its own text as slug and both names.
    includes, includes_vi : str
        What belongs to the topic, in English and in Vietnamese; empty outside the taxonomy.
    excludes, excludes_vi : str
        What doesn't, and the slug of where it goes instead; empty outside the taxonomy.

    Examples
    --------
    >>> import chude
    >>> topic = chude.TOPICS[0]
    >>> topic.slug, topic.vi, topic.en
    ('thoi-su', 'Thời sự', 'Current affairs')
    """

    slug: str
    vi: str
    en: str
    includes: str = ""
    excludes: str = ""
    includes_vi: str = ""
    excludes_vi: str = ""

    @property
    def iptc(self) -> str | None:
        """Code of the IPTC Media Topic that corresponds, as in ``medtop:15000000``; None where none does.

        Examples
        --------
        >>> import chude
        >>> {topic.slug: topic.iptc for topic in chude.TOPICS}["the-thao"]
        'medtop:15000000'
        """
        match = _iptc().get(self.slug)
        return None if match is None else match[0]

    @property
    def iptc_match(self) -> str | None:
        """How it corresponds, in words of SKOS: ``exactMatch``, ``closeMatch`` or ``broadMatch`` (it is wider).

        Examples
        --------
        >>> import chude
        >>> {topic.slug: topic.iptc_match for topic in chude.TOPICS}["the-thao"]
        'exactMatch'
        """
        match = _iptc().get(self.slug)
        return None if match is None else match[1]


TOPICS: tuple[Topic, ...]
"""The thirteen topics in their order; read from ``data/topics.toml`` on first use."""


def __getattr__(name: str) -> tuple[Topic, ...]:
    # `import chude` must stay cheap: the taxonomy is read when somebody asks for it.
    if name == "TOPICS":
        return _topics()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def topic(label: str) -> Topic:
    """
    Topic of a label.

    Parameters
    ----------
    label : str
        A slug of the taxonomy, or any label a user has trained with.

    Returns
    -------
    Topic
        The topic of the taxonomy; for another label, one whose slug and names are the label.
    """
    return _by_slug().get(label) or Topic(label, label, label)


def name_key(label: str) -> str:
    """
    Return what labels that mean the same have in common.

    Parameters
    ----------
    label : str

    Returns
    -------
    str
        The slug of the topic of the taxonomy whose slug or name the label is, in any case, or whose slug with spaces or
        underscores for hyphens; the label itself in NFC and lower case, with single spaces, if there is none.

    Examples
    --------
    >>> name_key("Thể thao"), name_key("THE THAO"), name_key("Nhà đất")
    ('the-thao', 'the-thao', 'nhà đất')
    """
    folded = " ".join(unicodedata.normalize("NFC", label).casefold().split())
    found = _slugs_by_name().get(folded)
    if found is not None:
        return found
    hyphened = folded.replace(" ", "-").replace("_", "-")
    return hyphened if hyphened in _by_slug() else folded


def vntc_sections() -> Mapping[str, Topic]:
    """
    Sections of VNTC-10 and the topics of the bundled ``vntc`` model.

    Returns
    -------
    mapping of str to Topic
        From the section's label in VNTC to its topic: the slug is that of the taxonomy, the names are VNTC's.
    """
    return _vntc()


def kinds() -> Mapping[str, Topic]:
    """
    Kinds of text, which the bundled ``kind`` model tells apart.

    Returns
    -------
    mapping of str to Topic
        From the slug of each kind to its names, and what belongs to it; read from ``data/kinds.toml``.
    """
    return _kinds()


@cache
def _kinds() -> Mapping[str, Topic]:
    entries = _data("kinds.toml")["kind"]
    return MappingProxyType({entry["slug"]: Topic(**entry) for entry in entries})


@cache
def _topics() -> tuple[Topic, ...]:
    return tuple(Topic(**entry) for entry in _taxonomy()["topic"])


@cache
def _by_slug() -> dict[str, Topic]:
    return {topic.slug: topic for topic in _topics()}


@cache
def _slugs_by_name() -> dict[str, str]:
    return {name.casefold(): topic.slug for topic in _topics() for name in (topic.en, topic.vi, topic.slug)}


@cache
def _iptc() -> dict[str, tuple[str, str]]:
    return {entry["slug"]: (entry["code"], entry["match"]) for entry in _taxonomy()["iptc"]["topic"]}


@cache
def _vntc() -> Mapping[str, Topic]:
    entries = _taxonomy()["vntc"]
    return MappingProxyType({entry["section"]: Topic(entry["slug"], entry["vi"], entry["en"]) for entry in entries})


def _taxonomy() -> dict[str, Any]:
    return _data("topics.toml")


@cache
def _data(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((bundled.data_folder() / name).read_text(encoding="utf-8"))
