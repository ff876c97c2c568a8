"""Types of option values."""

import csv
from typing import Any

import click


class Condition(click.ParamType[tuple[str, str]]):
    """COLUMN=VALUE."""

    name = "column=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        column, equals, wanted = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not a condition; write COLUMN=VALUE", param, ctx)
        return column, wanted


class Names(click.ParamType[tuple[str, ...]]):
    """Names of columns between commas; one with a comma in it is put in double quotes, as in CSV."""

    name = "a,b"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        try:
            (names,) = csv.reader([str(value)], strict=True)
        except (csv.Error, ValueError):
            self.fail(f"""{value!r} is no list of columns; write A,B, or '"A, B"' for one with a comma""", param, ctx)
        return tuple(name for name in names if name)


class Proportion(click.FloatRange):
    """A number from 0 to 1. A decimal comma is read as a point: so a share is written in Vietnam."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value).replace(",", "."))
        except ValueError:
            self.fail(f"{value!r} is not a number; write one from 0 to 1, such as 0.5", param, ctx)
        return super().convert(number, param, ctx)


class Size(click.ParamType[int]):
    """Bytes, with K, M or G for powers of 1,024."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        factor = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:], 1)
        try:
            return int(float(text.rstrip("KMG")) * factor)
        except ValueError:
            self.fail(f"{value!r} is not a size; write 500000, 64M or 1G", param, ctx)


class Or(click.ParamType[Any]):
    """A word, or a number."""

    def __init__(self, word: str, number: click.ParamType[Any]) -> None:
        self.word, self.number = word, number
        self.name = f"{number.name}|{word}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == self.word else self.number.convert(value, param, ctx)
