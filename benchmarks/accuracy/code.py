"""Which version of a program made a result: its statements, not its comments."""

import ast
from functools import cache
from hashlib import blake2b
from pathlib import Path

import chude

PACKAGE = Path(chude.__file__).parent


@cache
def code_of(*names: str, without: tuple[str, ...] = ()) -> str:
    """Tell this version of modules of chude from all others; comments and docstrings do not matter.

    Parameters
    ----------
    names : str
        Modules and folders of them, from the package's folder.
    without : tuple of str
        Names of modules in the folders that make no difference.
    """
    of = blake2b(digest_size=16)
    for name in names:
        for path in sorted((PACKAGE / name).rglob("*.py")) or [PACKAGE / name]:
            if path.name not in without:
                of.update(ast.dump(_bare(ast.parse(path.read_bytes()))).encode())
    return of.hexdigest()


def _bare(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            statements = (s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)))
            node.body = list(statements)
    return tree
