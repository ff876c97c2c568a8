"""The parts of an explanation: evidence for each topic and where it stands. The terminal and the page show them."""

from dataclasses import dataclass
from typing import Any

from chude.topics import UNKNOWN, UNKNOWN_NAME, Topic


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the text that the model knows.

    Parameters
    ----------
    term : str
        As the vocabulary spells it, with a space between tokens.
    contribution : float
        Its part of the decision value of a topic: its TF-IDF in the text times its weight for the topic.
    spans : tuple of (start, stop)
        Every occurrence, in characters of the text as given, from the start of its first token to the stop of its last.
    spelling : str
        As the text spells it where it occurs first, in small letters: the vocabulary writes ``sĩ`` for ``sỹ``, too.
    """

    term: str
    contribution: float
    spans: tuple[tuple[int, int], ...]
    spelling: str

    def to_dict(self) -> dict[str, Any]:
        """Return the term as JSON values."""
        return {
            "term": self.term,
            "spelling": self.spelling,
            "contribution": self.contribution,
            "spans": [list(span) for span in self.spans],
        }


@dataclass(frozen=True, slots=True)
class TopicScore:
    """A topic, its probability and its decision value."""

    topic: Topic
    probability: float
    score: float


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """The evidence for and against one topic.

    Parameters
    ----------
    topic : Topic
    probability, score : float
        The score is the decision value: `intercept` plus the contributions of all `terms`.
    intercept : float
    terms : tuple of Term
        Every known term of the text, by contribution, the largest first.
    k : int
        How many terms `towards` and `away` show.
    """

    topic: Topic
    probability: float
    score: float
    intercept: float
    terms: tuple[Term, ...]
    k: int

    @property
    def towards(self) -> tuple[Term, ...]:
        """The `k` terms with the largest positive contributions, the largest first."""
        return tuple(term for term in self.terms[: self.k] if term.contribution > 0)

    @property
    def away(self) -> tuple[Term, ...]:
        """The `k` terms with the largest negative contributions, the largest first."""
        return tuple(term for term in self.terms[::-1][: self.k] if term.contribution < 0)

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values; `others` is the sum of the terms that are not listed."""
        listed = [*self.towards, *self.away]
        return {
            "topic": self.topic.slug,
            "score": self.score,
            "intercept": self.intercept,
            "towards": [term.to_dict() for term in self.towards],
            "away": [term.to_dict() for term in self.away],
            "n_terms": len(self.terms),
            "others": sum(t.contribution for t in self.terms) - sum(t.contribution for t in listed),
        }


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the text and its share of the evidence.

    The contribution of a term is divided equally among its occurrences, and in each among its tokens; the sum over all
    tokens is the decision value minus the intercept.

    Parameters
    ----------
    start, stop : int
        Its place, in characters of the text as given.
    known : bool
        Whether the token alone is in the vocabulary; if the smallest n is not 1, whether the n-gram of that size that
        starts at the token is.
    linked : bool
        Whether a known term contains both the token and the one before.
    shares : tuple of float
        For each topic of `Explained.evidence`.
    """

    start: int
    stop: int
    known: bool
    linked: bool
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A text, the topic that a model gives it, and why.

    Parameters
    ----------
    text : str
        The text as given.
    model : str
        The model's name.
    topics : tuple of TopicScore
        All topics, the most probable first.
    evidence : tuple of TopicEvidence
        For the winning topic and its runner-up, in this order.
    tokens : tuple of Token
    coverage : float
        Share of the tokens that are in the vocabulary, 0 to 1.
    diacritics : bool
        Whether the scorer of accented text scored it; text typed without diacritics has a scorer of its own, where the
        model has one.
    reason : str or None
        Why labelling by the model's limits calls the text ``unknown``: ``uncertain``, ``not covered`` or ``empty``.
        None where the most probable topic is its label.
    """

    text: str
    model: str
    topics: tuple[TopicScore, ...]
    evidence: tuple[TopicEvidence, ...]
    tokens: tuple[Token, ...]
    coverage: float
    diacritics: bool
    reason: str | None

    @property
    def known(self) -> int:
        """How many of the tokens are in the vocabulary."""
        return sum(token.known for token in self.tokens)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON values; the text itself and the shares of its tokens are left out."""
        best, is_unknown = self.topics[0], self.reason is not None
        return {
            "model": self.model,
            "topic": UNKNOWN if is_unknown else best.topic.slug,
            "best_topic": best.topic.slug,
            "topic_name": UNKNOWN_NAME if is_unknown else best.topic.vi,
            "probability": best.probability,
            "coverage": self.coverage,
            "reason": self.reason,
            "tokens": len(self.tokens),
            "known": self.known,
            "diacritics": self.diacritics,
            "topics": [
                {"topic": s.topic.slug, "topic_name": s.topic.vi, "probability": s.probability, "score": s.score}
                for s in self.topics
            ],
            "evidence": [evidence.to_dict() for evidence in self.evidence],
        }
