"""A table's values as text: what --where compares, and what a format without types writes."""

import json
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
