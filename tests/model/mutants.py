"""Model files that something happened to: each mutant is made from a number, so that a failure can be made again."""

import json
import struct
from collections.abc import Callable
from random import Random
from typing import Any

Layout = dict[str, Any]

DTYPES = ["U8", "I8", "F32", "F64", "F16", "BF16", "I64", "U64", "BOOL", "C64", "F8_E4M3", "f32", "", 7, None]
NUMBERS = [0, 1, -1, 2, 7, 255, 1 << 20, 1 << 31, 1 << 40, 1 << 63, 1 << 64, 10**30, -(1 << 63), 0.5, 1e300, True]
ODD_FLOATS = [float("nan"), float("inf"), float("-inf"), 1e38, -1e38, 1e-45, -1.0, 0.0]
VALUES: list[Any] = [
    None, True, 0, -1, 3.5, 10**40, "", "x", "\ud800", "NaN", [], {}, [[]], [1, 2, 3], {"a": 1}, float("nan"),
    float("inf"),
]  # fmt: skip


def split(data: bytes) -> tuple[Layout, Layout, bytes]:
    length = int.from_bytes(data[:8], "little")
    layout = json.loads(data[8 : 8 + length])
    return layout, json.loads(layout["__metadata__"]["chude"]), data[8 + length :]


def joined(layout: Layout, header: Any, body: bytes) -> bytes:
    layout = layout | {"__metadata__": layout.get("__metadata__", {}) | {"chude": json.dumps(header)}}
    return with_text(json.dumps(layout), body)


def with_text(text: str, body: bytes) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    raw += b" " * (-len(raw) % 8)
    return len(raw).to_bytes(8, "little") + raw + body


def cut_short(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def longer(data: bytes, random: Random) -> bytes:
    return data + random.randbytes(random.choice([1, 8, 4096]))


def bits_flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    reach = random.choice([8, 2000, len(data)])
    for _ in range(random.choice([1, 2, 16, 200])):
        changed[random.randrange(min(reach, len(data)))] ^= 1 << random.randrange(8)
    return bytes(changed)


def header_length_changed(data: bytes, random: Random) -> bytes:
    length = int.from_bytes(data[:8], "little")
    claimed = random.choice([0, 1, 2, length - 1, length + 1, length * 2, len(data), 1 << 30, (1 << 64) - 1])
    return (claimed % (1 << 64)).to_bytes(8, "little") + data[8:]


def tensor_changed(data: bytes, random: Random) -> bytes:
    layout, header, body = split(data)
    name = random.choice([key for key in layout if key != "__metadata__"])
    tensor = layout[name]
    change = random.choice(["dtype", "shape", "offsets", "drop", "rename", "swap", "value", "any"])
    if change == "dtype":
        tensor["dtype"] = random.choice(DTYPES)
    elif change == "shape":
        shape, number = tensor["shape"], random.choice(NUMBERS)
        tensor["shape"] = random.choice(
            [[], [number], [*shape, number], shape[::-1], [0, 10**30], [-1], [shape[0] + 1]]
        )
    elif change == "offsets":
        tensor["data_offsets"][random.randrange(2)] = random.choice([*NUMBERS, *VALUES, len(body), len(body) + 8])
    elif change == "drop":
        del layout[name]
    elif change == "rename":
        layout[random.choice(["", "marked.idf", "bare.weights", name + "x", "__metadata__2"])] = layout.pop(name)
    elif change == "swap":
        other = random.choice([key for key in layout if key != "__metadata__"])
        layout[name], layout[other] = layout[other], layout[name]
    elif change == "value":
        layout[name] = random.choice(VALUES)
    else:
        tensor[random.choice(list(tensor))] = random.choice(VALUES)
    return joined(layout, header, body)


def header_changed(data: bytes, random: Random) -> bytes:
    layout, header, body = split(data)
    key = random.choice(list(header))
    change = random.choice(["drop", "value", "version", "range", "topics", "about", "whole"])
    if change == "drop":
        del header[key]
    elif change == "value":
        header[key] = random.choice(VALUES)
    elif change == "version":
        header["format_version"] = random.choice([*NUMBERS, *VALUES])
    elif change == "range":
        header["ngram_range"] = [random.choice(NUMBERS), random.choice(NUMBERS)]
    elif change == "topics":
        topics = header["topics"]
        header["topics"] = random.choice([topics[:-1], topics * 2, [topics[0]] * len(topics), topics[::-1],
                                          [{}] * len(topics), [*topics[:-1], {"slug": "\ud800", "vi": "", "en": ""}],
                                          topics * 1000])  # fmt: skip
    elif change == "about":
        header["about"] = {"odd": random.choice(VALUES)}
    else:
        header = random.choice(VALUES)
    return joined(layout, header, body)


def nested(data: bytes, random: Random) -> bytes:
    layout, header, body = split(data)
    depth = random.choice([50, 5_000, 100_000])
    open_, close = random.choice([("[", "]"), ('{"a":', "}")])
    deep = open_ * depth + "1" + close * depth
    if random.random() < 0.5:
        layout["__metadata__"]["chude"] = json.dumps(header)[:-1] + f', "about": {deep}}}'
        return with_text(json.dumps(layout), body)
    return with_text(json.dumps(layout)[:-1] + f', "deep": {deep}}}', body)


def named_twice(data: bytes, random: Random) -> bytes:
    layout, _, body = split(data)
    name = random.choice(list(layout))
    text = json.dumps(layout)
    return with_text(text[:-1] + f", {json.dumps(name)}: {json.dumps(random.choice([layout[name], *VALUES]))}}}", body)


def numbers_changed(data: bytes, random: Random) -> bytes:
    layout, header, body = split(data)
    name = random.choice(
        [n for n in layout if n.split(".")[-1] in ("idf", "scale", "intercept", "offsets", "priors", "temperature")]
    )
    start, stop = layout[name]["data_offsets"]
    code, size = ("<f", 4) if layout[name]["dtype"] == "F32" else ("<d", 8)
    changed = bytearray(body)
    for _ in range(random.choice([1, 3])):
        at = start + size * random.randrange((stop - start) // size)
        changed[at : at + size] = struct.pack(code, random.choice(ODD_FLOATS))
    return joined(layout, header, bytes(changed))


def vocabulary_changed(data: bytes, random: Random) -> bytes:
    layout, header, body = split(data)
    start, stop = layout[random.choice([n for n in layout if n.endswith("vocabulary")])]["data_offsets"]
    changed = bytearray(body)
    for _ in range(random.choice([1, 5])):
        at = random.randrange(start, stop)
        piece = random.choice(
            [b"\n", b"\xff", b" ", b"\0", b"\xed\xa0\x80", b"\r", b".\n", changed[start : start + 12]]
        )
        changed[at : min(at + len(piece), stop)] = piece[: stop - at]
    return joined(layout, header, bytes(changed))


KINDS: list[Callable[[bytes, Random], bytes]] = [
    cut_short, longer, bits_flipped, bits_flipped, header_length_changed, tensor_changed, tensor_changed,
    header_changed, header_changed, nested, named_twice, numbers_changed, vocabulary_changed,
]  # fmt: skip


def mutant(data: bytes, number: int) -> bytes:
    """Return the mutant of a number; now and then one that two things happened to."""
    random = Random(number)
    changed = random.choice(KINDS)(data, random)
    if number % 5 == 0:
        try:
            changed = random.choice(KINDS)(changed, random)
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError, struct.error):
            return changed  # too broken for the second to happen
    return changed
