"""Numbers as a language writes them."""

_SWAP = str.maketrans({",": ".", ".": ","})


def written(number: str, language: str) -> str:
    """Return a number with the separators of a language: 1,234.5 in English, 1.234,5 in Vietnamese."""
    return number.translate(_SWAP) if language == "vi" else number


def percent(share: float | None, language: str) -> str:
    """Return a share in percent, a dash for none."""
    return "–" if share is None else written(f"{100 * share:.1f} %", language)


def count(number: float, language: str) -> str:
    """Return a number without a fraction."""
    return written(f"{number:,.0f}", language)


def significant(number: float, language: str) -> str:
    """Return a number with three digits, or without a fraction where it has more."""
    return count(number, language) if abs(number) >= 100 else written(f"{number:.3g}", language)
