"""The sentences and sums that both the terminal and the page show."""

from typing import NamedTuple

from chude.explain.parts import Explained, TopicEvidence
from chude.locale import _, ngettext
from chude.pages.numbers import percent


class Ledger(NamedTuple):
    """The parts of the decision value of a topic, which is `intercept` + `towards` + `away`."""

    intercept: float
    n_towards: int
    towards: float
    n_away: int
    away: float
    score: float


def ledger(evidence: TopicEvidence) -> Ledger:
    """Add up the contributions of the terms for a topic and against it."""
    towards = [term.contribution for term in evidence.terms if term.contribution > 0]
    away = [term.contribution for term in evidence.terms if term.contribution < 0]
    return Ledger(evidence.intercept, len(towards), sum(towards), len(away), sum(away), evidence.score)


def how_read(explanation: Explained) -> str:
    """Say how much of the text the model knew, and which scorer scored it."""
    if not explanation.tokens:
        return _("The text has no word in it: the probabilities are those of the topics as such.")
    n_tokens = len(explanation.tokens)
    if not any(evidence.terms for evidence in explanation.evidence):
        return ngettext(
            "The model does not know the one token: the probabilities are those of the topics as such.",
            "The model knows none of the {n:,} tokens: the probabilities are those of the topics as such.",
            n_tokens,
        )
    return ngettext(
        "The model knows {known:,} of {n:,} token ({share}), read {how}.",
        "The model knows {known:,} of {n:,} tokens ({share}), read {how}.",
        n_tokens,
        known=explanation.known,
        share=percent(explanation.coverage),
        how=_("with diacritics") if explanation.diacritics else _("without diacritics"),
    )
