"""Numbers as people read them, the same on a terminal and on a page."""

MINUS = "\N{MINUS SIGN}"


def percent(share: float) -> str:
    """Return a share as a percentage that never claims certainty it does not have.

    Examples
    --------
    >>> percent(0.942), percent(0.99997), percent(0.0001), percent(1.0)
    ('94.2 %', '>99.9 %', '<0.1 %', '100.0 %')
    """
    if 0 < share < 0.0005:
        return "<0.1 %"
    if 0.9995 <= share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %"


def signed(value: float, decimals: int = 3) -> str:
    """Return a number with its sign.

    Examples
    --------
    >>> signed(0.25), signed(-0.0001), signed(-1.5)
    ('+0.250', '0.000', '−1.500')
    """
    if not round(value, decimals):
        return f"{0:.{decimals}f}"
    return f"{value:+.{decimals}f}".replace("-", MINUS)


def counted(number: int, noun: str) -> str:
    """Return a number of things; the noun gets an s where it is not one.

    Examples
    --------
    >>> counted(1, "term"), counted(1200, "term")
    ('1 term', '1,200 terms')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
