"""HTML pages: one base template, one style sheet, nothing from the network."""

from chude.pages.rendering import attribute, render, source
from chude.pages.visible import shown
from chude.pages.words import messages

__all__ = ["attribute", "messages", "render", "shown", "source"]
