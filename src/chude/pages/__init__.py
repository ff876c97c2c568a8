"""HTML pages: one base template, one style sheet, nothing from the network."""

from chude.pages.catalogues import messages
from chude.pages.rendering import attribute, render, shown, source

__all__ = ["attribute", "messages", "render", "shown", "source"]
