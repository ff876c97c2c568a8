"""How the inner loops are compiled: once, without the GIL, cached between runs where anything is writable."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.caching import FunctionCache
from numba.core.options import DefaultOptions
from numba.core.runtime import rtsys  # type: ignore[attr-defined]
from numba.extending import intrinsic, overload

P = ParamSpec("P")
R = TypeVar("R")

_UNCOUNTED: dict[str, Any] = {"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {}
"""An option that Numba's documentation does not name; where there is none, threads are slower, and nothing else."""


_LAST_TRIED = (0, 68)
"""The last version of Numba tried with `_QuickCache` (the first was 0.61); later ones load their own way."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers with Numba.

    There is no ``parallel=True``: threads are ours, and Numba's fallback layer aborts when two threads enter. Where no
    cache folder is writable, the function is compiled anew in each process instead.
    """
    return _compiled(function)


def borrowing(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no array, but reads and writes those it is given; the loops of labelling are such.

    Numba then does not count who holds them: each count is an atomic step on memory that all threads which share a
    model write to, and short texts took longer on two threads than on one.
    """
    return _compiled(function, **_UNCOUNTED)


def _compiled(function: Callable[P, R], **options: Any) -> Callable[P, R]:
    try:
        dispatcher = numba.njit(nogil=True, error_model="numpy", cache=True, **options)(function)
    except RuntimeError:  # Numba's words: cannot cache function, no locator available
        return cast("Callable[P, R]", numba.njit(nogil=True, error_model="numpy", **options)(function))
    if numba.version_info.short <= _LAST_TRIED:
        dispatcher._cache = _QuickCache(function)  # type: ignore[no-untyped-call]
    return cast("Callable[P, R]", dispatcher)


class _QuickCache(FunctionCache):
    """Loads what was compiled before without what is only needed to compile.

    Numba's own first imports and registers everything that it knows to compile, a tenth of a second of each start;
    where a function has to be compiled, Numba still does so.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a compiled function, None where there is none for arguments of these types."""
        rtsys.initialize(target_context)  # functions that make arrays call it
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return None  # the guard has swallowed an error


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small function into each function that calls it."""
    return cast("Callable[P, R]", numba.njit(inline="always", error_model="numpy")(function))


def prefetch(array: npt.NDArray[Any], index: int) -> None:
    """Ask the processor to have ``array[index]`` in its cache soon; uncompiled, do nothing."""


@overload(prefetch, strict=False)
def _prefetch_compiled(array: Any, index: Any) -> Any:  # noqa: ARG001 - types, of which any will do
    return lambda array, index: _prefetch(array, index)  # type: ignore[call-arg]  # noqa: PLW0108 - no plain function


@intrinsic
def _prefetch(_: Any, array: Any, index: Any) -> Any:  # noqa: ARG001 - types, of which any will do
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = context.make_array(signature.args[0])(context, builder, arguments[0])
        stride = builder.extract_value(source.strides, 0)
        start = builder.ptrtoint(source.data, stride.type)
        place = builder.inttoptr(builder.add(start, builder.mul(arguments[1], stride)), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        function = builder.module.declare_intrinsic("llvm.prefetch", [place.type], shape)
        builder.call(function, [place, number(0), number(3), number(1)])  # for reading, into all caches, data
        return context.get_dummy_value()

    return types.void(array, types.uint64), generate
