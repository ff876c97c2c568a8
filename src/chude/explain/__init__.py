"""Why a text gets its topic: its terms, the contribution of each, and their places in the text."""

from chude.explain.evidence import explain
from chude.explain.explanation import Explanation
from chude.explain.parts import Term, Token, TopicEvidence, TopicScore

__all__ = ["Explanation", "Term", "Token", "TopicEvidence", "TopicScore", "explain"]
