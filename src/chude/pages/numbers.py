"""Numbers for people, written the same on a terminal and on a page."""

from chude.locale import number

MINUS = "\N{MINUS SIGN}"


def percent(share: float) -> str:
    """Return a share as a percentage; only 0 and 1 are written as 0.0 % and 100.0 %.

    Examples
    --------
    >>> percent(0.942), percent(0.99997), percent(0.0001), percent(1.0)
    ('94.2 %', '>99.9 %', '<0.1 %', '100.0 %')
    """
    if 0 < share < 0.0005:
        return f"<{number(0.1, '.1f')} %"
    if 0.9995 <= share < 1:
        return f">{number(99.9, '.1f')} %"
    return f"{number(100 * share, '.1f')} %"


def signed(value: float, decimals: int = 3) -> str:
    """Return a number with its sign.

    Examples
    --------
    >>> signed(0.25), signed(-0.0001), signed(-1.5)
    ('+0.250', '0.000', '−1.500')
    """
    if not round(value, decimals):
        return number(0, f".{decimals}f")
    return number(value, f"+.{decimals}f").replace("-", MINUS)
