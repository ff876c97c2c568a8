"""Numbers as Vietnamese writes them: 130.222 and 93,5 %."""

import string
from typing import Any

_SIGNS = str.maketrans({",": ".", ".": ","})


def written(text: str) -> str:
    """Return a number that is written as in English, as in ``130,222`` or ``93.5%``.

    Examples
    --------
    >>> written("130,222"), written("93.5%"), written("+0.250")
    ('130.222', '93,5 %', '+0,250')
    """
    return text.translate(_SIGNS).replace(" %", "%").replace("%", " %")


class Filling(string.Formatter):
    """Fills in fields; the format of a field says which values are numbers to be read by people."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as it stands in the message."""
        text: str = super().format_field(value, format_spec)
        return written(text) if format_spec and isinstance(value, int | float) else text
