"""A table's values as text: what --where compares, and what a format without types writes."""

import json
import math
from typing import Any


def as_text(value: Any) -> str:
    """Write a value the way it would be typed: true, 3, 2.5, 2024-05-01, {"a": 1}.

    Parameters
    ----------
    value : object
        Anything a table can hold but None.
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


def to_utf8(text: str) -> bytes:
    r"""Encode; a lone surrogate, as in the name of a file that is not UTF-8, is spelled ``\udc80``."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace")


def to_json(value: Any) -> str:
    """Write a value as JSON on one line; what JSON has no number for becomes null."""
    try:
        return json.dumps(value, ensure_ascii=False, default=as_text, allow_nan=False)
    except ValueError:
        return json.dumps(_without_nan(value), ensure_ascii=False, default=as_text)


def _without_nan(value: Any) -> Any:
    """Null for what JSON has no number for."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    return [_without_nan(inner) for inner in value] if isinstance(value, list) else value
