"""Files that commands write: none that is there already is replaced by surprise."""

import os
from pathlib import Path

import click

from chude.errors import InputError

overwrite_option = click.option("--overwrite", is_flag=True, help="Replace an output file that is there already.")
"""Adds ``--overwrite`` to a command."""


def check_free(*paths: str | os.PathLike[str] | None, overwrite: bool, makes_folders: bool = False) -> None:
    """Check, before long work begins, that no file would be replaced that the user did not mean to replace.

    Parameters
    ----------
    *paths : path or None
        Files that the command is going to write; None where an option was not given.
    overwrite : bool
        Whether ``--overwrite`` was given.
    makes_folders : bool, default False
        Whether the command makes the folders of its files.

    Raises
    ------
    InputError
        If one of them is there and `overwrite` is false; if one is a folder, a device or a pipe; if its folder is not
        there; or if `overwrite` is true and nothing is to be written.
    """
    given = [os.fspath(path) for path in paths if path is not None]
    if overwrite and not given:
        raise InputError("--overwrite replaces an output file, and none is named: leave it out")
    for path in given:
        there = Path(path)
        if there.is_dir():
            raise InputError(f"{path} is a folder: name a file to write")
        if there.exists() and not there.is_file():
            raise InputError(f"{path} is a device or a pipe: name a file to write")
        if not makes_folders and not there.parent.is_dir():
            raise InputError(f"there is no folder {there.parent} to write {there.name} in")
        if not overwrite and (there.exists() or there.is_symlink()):
            raise InputError(f"{path} is there already: choose another name, or replace it with --overwrite")
