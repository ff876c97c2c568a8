"""HTML pages: one base template, one style sheet, nothing from the network."""

from chude.pages.rendering import render, shown

__all__ = ["render", "shown"]
