"""Why a model says what it says: the terms of a text, what each contributes, and where it stands."""

from chude.explain.evidence import explain
from chude.explain.explanation import Explanation
from chude.explain.parts import Term, Token, TopicEvidence, TopicScore

__all__ = ["Explanation", "Term", "Token", "TopicEvidence", "TopicScore", "explain"]
