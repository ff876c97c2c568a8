"""HTML pages: one base template, one style sheet, nothing from the network."""

from chude.pages.rendering import attribute, render, shown

__all__ = ["attribute", "render", "shown"]
