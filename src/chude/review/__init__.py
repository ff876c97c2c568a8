"""Teach a model by hand: texts worth labelling, the page to label them on, corrections."""

from chude.review.picking import pick

__all__ = ["pick"]
