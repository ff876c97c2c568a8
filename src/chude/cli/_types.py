"""Kinds of option values."""

from typing import Any

import click


class Condition(click.ParamType[tuple[str, str]]):
    """COLUMN=VALUE."""

    name = "column=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        column, equals, wanted = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is no condition; write COLUMN=VALUE", param, ctx)
        return column, wanted
