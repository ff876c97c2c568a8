"""`Explanation`: the explanation of a text, and its views."""

from dataclasses import dataclass

from chude.explain import terminal
from chude.explain.parts import Explained
from chude.topics import UNKNOWN


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Explained):
    """Why a model gives a text its topic; see `Explained` for what it holds.

    Examples
    --------
    >>> import chude
    >>> model = chude.load()
    >>> why = model.explain("Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào")
    >>> [topic.topic.slug for topic in why.evidence][:1]
    ['kinh-doanh']
    """

    def to_text(self, width: int = 80, *, colour: bool = False) -> str:
        """Return the explanation for a terminal.

        Parameters
        ----------
        width : int, default 80
            Number of columns. No line is longer, except for a single longer word.
        colour : bool, default False
            Colour the evidence with ANSI escapes; otherwise it is marked with brackets.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> why = model.explain("Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào", k=3)
        >>> why.to_text().startswith("Kinh doanh")
        True
        """
        return terminal.render(self, width, colour=colour)

    def to_html(self, title: str = "") -> str:
        """Return the explanation as one self-contained page.

        Parameters
        ----------
        title : str, optional
            Where the text comes from, such as a file's name.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> why = model.explain("Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào", k=3)
        >>> why.to_html("gia-vang.txt").startswith("<!doctype html>")
        True
        """
        from chude.explain import page

        return page.render(self, title)

    def __repr__(self) -> str:
        best = self.topics[0]
        known = f"{self.known} of {len(self.tokens)} tokens known"
        label = f"{UNKNOWN} ({self.reason}): " if self.reason else ""
        return f"<Explanation: {label}{best.topic.slug} {best.probability:.3f}, {known}>"

    def __str__(self) -> str:
        return self.to_text()
