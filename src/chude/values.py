"""Values of tables as text: what --where compares, and what formats without types write."""

import json
import math
from typing import Any


def as_text(value: Any) -> str:
    """Return a value as it would be typed: true, 3, 2.5, 2024-05-01, {"a": 1}.

    Parameters
    ----------
    value : object
        Anything that a table can hold except None.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return str(value)


def to_float(value: Any) -> float:
    """Return a number; as text it may have a decimal comma, which Excel writes in Vietnam.

    Raises
    ------
    ValueError, TypeError
        If it is none.

    Examples
    --------
    >>> to_float("0,53")
    0.53
    """
    return float(value.replace(",", ".") if isinstance(value, str) else value)


def to_utf8(text: str) -> bytes:
    r"""Encode as UTF-8. A lone surrogate, as in the name of a file that is not UTF-8, is written as ``\udc80``."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace")


def to_json(value: Any) -> str:
    """Return a value as JSON on one line. NaN and infinity, which JSON does not have, become null."""
    try:
        return json.dumps(value, ensure_ascii=False, default=as_text, allow_nan=False)
    except ValueError:
        return json.dumps(_without_nan(value), ensure_ascii=False, default=as_text)


def _without_nan(value: Any) -> Any:
    """Replace NaN and infinity by None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    return [_without_nan(inner) for inner in value] if isinstance(value, list) else value
