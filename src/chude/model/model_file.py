"""The file of a model: one ``.safetensors``, arrays and a JSON header; nothing in it is code.

Format version 5; a model that reads no marks is written as version 4, so that older programs read it. The header
``chude`` holds JSON: ``format_version``, ``name``, ``topics`` (slug, vi, en), ``tokenizer``, ``i_for_y`` (whether i and
y are one letter where both spell one syllable; missing in versions 1 to 3, where they are not), ``marks`` (whether
marks of punctuation, capitals and numbers are read; missing before version 5, where they are not), ``ngram_range``,
``sublinear_tf``, ``lead`` (lead tokens; 0 where it is missing), ``short_below`` (a text of fewer tokens is short;
missing in version 1, where no text is), ``about``. The arrays of the scorer of accented text begin with ``marked.``,
those of the scorer of unaccented text with ``bare.`` (it may be missing): ``vocabulary`` (uint8: the terms in UTF-8,
one a line), ``idf`` (float32, one a term), and those of the head for whole texts: ``scale`` (float32, one a term),
``weights`` (int8, terms by topics), ``intercept``, ``offsets`` and ``priors`` (float64, one a topic), ``temperature``
(float64: slope, length, margin and few; no margin in versions 1 and 2, no few in version 3). Where a scorer has a head
for short texts, its arrays are ``marked.short.scale`` and so on. The two prefixes have nothing to do with ``marks``.

The keys of a vocabulary are not saved but made from its terms, so that another hash can read the file.
"""

import json
import math
import os
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from chude.atomic import write_atomically
from chude.errors import ChudeError, InputError, ModelFileError
from chude.kernels.lookup import MAX_ROWS
from chude.model import Calibration, Head, Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import Topic

FORMAT_VERSION = 5
_WITHOUT_MARKS = 4
"""Version of files of models that read no marks: a chude that does not know marks reads these still."""
_HEADER = "chude"
_MAX_TOPICS, _MAX_NGRAM, _MAX_TOKENS = 10_000, 8, 1_000_000
_N_TEMPERATURE = {1: 2, 2: 2, 3: 3, 4: 4, 5: 4}
"""Number of values of ``temperature``, by format version."""
_NOT_A_MODEL = ((b"\x80", "a pickle"), (b"PK", "a zip archive"), (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"))

_MAX_HEADER = 1 << 20
"""JSON takes many times its size in memory; ten thousand topics and their provenance stay below this."""

_DTYPES: dict[str, np.dtype[Any]] = {
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
}
"""Little-endian, as ``.safetensors`` files are on every machine."""

_SHAPES: dict[str, tuple[type, str]] = {
    "vocabulary": (np.uint8, "bytes"),
    "idf": (np.float32, "terms"),
    "scale": (np.float32, "terms"),
    "weights": (np.int8, "terms topics"),
    "intercept": (np.float64, "topics"),
    "offsets": (np.float64, "topics"),
    "priors": (np.float64, "topics"),
    "temperature": (np.float64, "temperature"),
}
_HEAD = ("scale", "weights", "intercept", "offsets", "priors", "temperature")

_ACCENTED, _UNACCENTED = "marked", "bare"
"""Names of the two scorers in the file, which keeps those of its first version."""


def to_bytes(model: TopicModel) -> bytes:
    """Return the bytes of a model's file; the same model gives the same bytes."""
    from safetensors.numpy import save as serialize

    marks = model.accented.tokenizer.marks
    header = {
        "format_version": FORMAT_VERSION if marks else _WITHOUT_MARKS,
        "name": model.name,
        "topics": [{"slug": t.slug, "vi": t.vi, "en": t.en} for t in model.topics],
        "tokenizer": model.accented.tokenizer.kind,
        "i_for_y": model.accented.tokenizer.i_for_y,
        "ngram_range": list(model.accented.ngram_range),
        "sublinear_tf": model.accented.sublinear_tf,
        "lead": model.accented.lead_tokens,
        "short_below": max(scorer.short_below for scorer in (model.accented, model.unaccented) if scorer),
        "about": dict(model.about),
    }
    if marks:
        header["marks"] = True
    arrays = _arrays(_ACCENTED, model.accented)
    if model.unaccented is not None:
        arrays |= _arrays(_UNACCENTED, model.unaccented)
    return serialize(arrays, {_HEADER: json.dumps(header, ensure_ascii=False, sort_keys=True, allow_nan=False)})


def _arrays(prefix: str, scorer: Scorer) -> dict[str, npt.NDArray[Any]]:
    arrays = {"vocabulary": scorer.vocabulary, "idf": scorer.idf} | _head_arrays(scorer.whole)
    if scorer.short is not None:
        arrays |= {f"short.{name}": array for name, array in _head_arrays(scorer.short).items()}
    return {f"{prefix}.{name}": np.ascontiguousarray(array) for name, array in arrays.items()}


def _head_arrays(head: Head) -> dict[str, npt.NDArray[Any]]:
    calibration = head.calibration
    return {
        "scale": head.scale,
        "weights": head.weights,
        "intercept": head.intercept,
        "offsets": calibration.offsets,
        "priors": calibration.priors,
        "temperature": np.array([calibration.slope, calibration.length, calibration.margin, calibration.few]),
    }


def save(model: TopicModel, path: Path) -> None:
    """Write a model's file, replacing it in one step.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_atomically(path, to_bytes(model))


def load(path: Path) -> TopicModel:
    """Load the model of a file.

    Raises
    ------
    InputError
        If there is no such file.
    ModelFileError
        If it is not a model, is damaged, or needs a newer chude.
    """
    try:
        with path.open("rb") as file:
            _refuse(file.read(9), path.stat().st_size)
            file.seek(0)
            data = _read(file)
    except OSError as error:
        raise InputError(f"cannot read the model file {path}: {error.strerror or error}") from error
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
    try:
        return from_bytes(data)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error


def _read(file: BinaryIO) -> memoryview:
    """Read a file into an array: NumPy asks for huge pages, and new small pages take eight times as long to fill."""
    room = np.empty(os.fstat(file.fileno()).st_size, dtype=np.uint8)
    size = file.readinto(room)  # type: ignore[attr-defined] # a file opened in binary mode has it
    return room[:size].data.toreadonly()


def _refuse(start: bytes, size: int) -> None:
    """Refuse a file that is no ``.safetensors`` file by its first bytes, before the rest is read."""
    for magic, name in _NOT_A_MODEL:
        if start.startswith(magic) and start[8:9] != b"{":
            raise ModelFileError(
                f"this is {name}, not a chude model; chude loads only its own .safetensors files, because loading a "
                "pickle or joblib file can run any code in it; train a model with `chude train`"
            )
    length = int.from_bytes(start[:8], "little")
    if len(start) < 9 or start[8:9] != b"{" or length > size - 8:
        raise ModelFileError("this is not a chude model (a .safetensors file written by chude), or it is cut short")
    if length > _MAX_HEADER:
        raise ModelFileError(f"the header of the model file claims {length} bytes, more than {_MAX_HEADER}")


def from_bytes(data: bytes | memoryview) -> TopicModel:
    """Load a model from the bytes of its file.

    Raises
    ------
    ModelFileError
        If they are not a model, are damaged, or need a newer chude.
    """
    _refuse(bytes(data[:9]), len(data))
    try:
        layout, header = _header(data)
        return _model(header, _tensors(data, layout))
    except ModelFileError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, ChudeError) as error:
        raise ModelFileError(f"the model file is damaged: {type(error).__name__}: {error!s:.300}") from error


def _header(data: bytes | memoryview) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header of a ``.safetensors`` file, where its tensors are, and that of the model within it."""
    length = int.from_bytes(data[:8], "little")
    try:
        layout = json.loads(bytes(data[8 : 8 + length]).decode(), object_pairs_hook=_object)
        header = json.loads(layout.pop("__metadata__")[_HEADER], object_pairs_hook=_object)
        version = header["format_version"]
        # NaN and lone surrogates cannot be written back: an error here is clearer than one when the model is saved.
        json.dumps(header, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError("this .safetensors file was not written by chude, or its header is damaged") from error
    if type(version) is not int or version < 1:
        raise ModelFileError(f"the format version of the model file is {version!r:.40}, not a number from 1")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"the model file has format version {version}, this chude reads up to {FORMAT_VERSION}; upgrade chude"
        )
    return layout, header


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Two equal names are refused: another program might read the other value."""
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError("a name stands twice")
    return named


def _tensors(data: bytes | memoryview, layout: dict[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a ``.safetensors`` file as views of its bytes; nothing is copied."""
    start = end = 8 + int.from_bytes(data[:8], "little")
    arrays = {}
    for name, tensor in sorted(layout.items(), key=lambda item: item[1]["data_offsets"]):
        dtype, shape, (first, last) = _DTYPES[tensor["dtype"]], tensor["shape"], tensor["data_offsets"]
        if start + first != end or last < first or not all(type(size) is int and size >= 0 for size in shape):
            raise ModelFileError(f"the tensors of the model file have gaps or overlap at {name!r:.60}")
        if (start + first) % dtype.itemsize:
            raise ModelFileError(f"the array {name!r:.60} is not aligned, as chude writes it")
        end = start + last
        if end > len(data) or math.prod(shape) * dtype.itemsize != last - first:
            raise ModelFileError(f"the model file is cut short, or the size of {name!r:.60} is not that of its shape")
        array = np.frombuffer(data, dtype, math.prod(shape), start + first).reshape(shape)
        arrays[name] = np.require(array.astype(dtype.newbyteorder("="), copy=False), requirements="A")
    if end != len(data):
        raise ModelFileError(f"{len(data) - end} bytes at the end of the model file belong to no array")
    return arrays


def _model(header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> TopicModel:
    topics = tuple(Topic(str(t["slug"]), str(t["vi"]), str(t["en"])) for t in header["topics"])
    if not 1 <= len(topics) <= _MAX_TOPICS or len({t.slug for t in topics}) < len(topics):
        raise ModelFileError(f"a model has 1 to {_MAX_TOPICS} topics with different slugs; this one has {len(topics)}")
    prefixes = [prefix for prefix in (_ACCENTED, _UNACCENTED) if prefix == _ACCENTED or f"{prefix}.weights" in arrays]
    expected = {f"{prefix}.{name}" for prefix in prefixes for name in _SHAPES}
    expected |= {f"{p}.short.{n}" for p in prefixes for n in _HEAD if f"{p}.short.weights" in arrays}
    if set(arrays) != expected:
        raise ModelFileError(f"arrays missing or too many: {', '.join(sorted(set(arrays) ^ expected))[:200]}")
    about = header["about"]
    if not isinstance(about, dict):
        raise ModelFileError("`about` in the header is not an object")
    scorers = [_scorer(prefix, header, arrays, len(topics)) for prefix in prefixes]
    unaccented = scorers[1] if len(scorers) > 1 else None
    return TopicModel(str(header["name"]), topics, scorers[0], unaccented, MappingProxyType(about))


def _scorer(prefix: str, header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], n_topics: int) -> Scorer:
    parts = {name: _checked(prefix, name, header, arrays, n_topics) for name in ("vocabulary", "idf")}
    min_n, max_n = header["ngram_range"]
    if type(min_n) is not int or type(max_n) is not int or not 1 <= min_n <= max_n <= _MAX_NGRAM:
        raise ModelFileError(f"ngram_range is {header['ngram_range']!r:.60}, not two numbers from 1 to {_MAX_NGRAM}")
    if type(header["sublinear_tf"]) is not bool:
        raise ModelFileError("sublinear_tf is neither true nor false")
    if parts["idf"].min(initial=0) < 0:
        raise ModelFileError("an idf is negative")
    whole, short, short_below = _head(prefix, "", header, arrays, n_topics), None, 0
    if f"{prefix}.short.weights" in arrays:
        short, short_below = _head(prefix, "short.", header, arrays, n_topics), _tokens(header, "short_below")
    scorer = Scorer(
        Tokenizer(header["tokenizer"], prefix == _ACCENTED, _i_for_y(header), _marks(header)),
        (min_n, max_n),
        header["sublinear_tf"],
        _tokens(header, "lead"),
        parts["vocabulary"],
        parts["idf"],
        whole,
        short,
        short_below,
    )
    if len(scorer.keys) != len(scorer.idf):
        raise ModelFileError(f"{len(scorer.keys)} terms, but weights for {len(scorer.idf)}")
    return scorer


def _i_for_y(header: dict[str, Any]) -> bool:
    """Return the spelling rule that a model was learned with."""
    rule = header["i_for_y"] if header["format_version"] > 3 else False
    if type(rule) is not bool:
        raise ModelFileError("i_for_y is neither true nor false")
    return rule


def _marks(header: dict[str, Any]) -> bool:
    """Return whether a model reads marks."""
    marks = header.get("marks", False) if header["format_version"] >= FORMAT_VERSION else False
    if type(marks) is not bool:
        raise ModelFileError("marks is neither true nor false")
    return marks


def _head(prefix: str, length: str, header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], n_topics: int) -> Head:
    parts = {name: _checked(prefix, length + name, header, arrays, n_topics) for name in _HEAD}
    return Head(parts["scale"], parts["weights"], parts["intercept"], _calibration(parts))


def _tokens(header: dict[str, Any], name: str) -> int:
    """Return a number of tokens in the header, 0 where it is missing."""
    n_tokens = header.get(name, 0)
    if type(n_tokens) is not int or not 0 <= n_tokens <= _MAX_TOKENS:
        raise ModelFileError(f"{name} is {n_tokens!r:.40}, not a number from 0 to {_MAX_TOKENS}")
    return n_tokens


def _calibration(parts: dict[str, npt.NDArray[Any]]) -> Calibration:
    priors = parts["priors"]
    if abs(priors.sum() - 1) > 1e-6 or priors.min() < 0:
        raise ModelFileError("the priors do not sum to 1, or one is negative")
    slope, length, *others = parts["temperature"].tolist()
    if min(others, default=0.0) < 0:
        raise ModelFileError("the margin coefficient of a temperature is negative, or the number of few terms")
    return Calibration(slope, length, parts["offsets"], priors, *others)


def _checked(
    prefix: str, name: str, header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], n_topics: int
) -> npt.NDArray[Any]:
    """Return an array after checking that its dtype, shape and values are those that the kernels need."""
    array = arrays[f"{prefix}.{name}"]
    dtype, axes = _SHAPES[name.removeprefix("short.")]
    sizes = {
        "terms": len(arrays[f"{prefix}.idf"]),
        "topics": n_topics,
        "temperature": _N_TEMPERATURE[header["format_version"]],
        "bytes": len(array),
    }
    shape = tuple(sizes[axis] for axis in axes.split())
    if array.dtype != dtype or array.shape != shape or sizes["terms"] > MAX_ROWS:
        raise ModelFileError(
            f"the array {prefix}.{name} is {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}"
        )
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and np.abs(array).max(initial=0) < 1e30):
        raise ModelFileError(f"the array {prefix}.{name} holds NaN, infinity or a number beyond 1e30")
    return array
