"""Texts to tokens: every way of writing a text gives the same tokens, and each stands where its span says."""

import tomllib
import unicodedata
from collections.abc import Iterator
from typing import Any

from chude.kernels.tokenizing import token_places
from chude.tokenizer import Tokenizer

from . import inputs

READINGS = (Tokenizer(), Tokenizer(diacritics=False), Tokenizer(i_for_y=False))
WORDS = Tokenizer("word")
MARKS = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306\u031b"
_TOKENIZER_TESTS = inputs.ROOT / "tests" / "tokenizer"
EXCEPTIONS = tomllib.loads((_TOKENIZER_TESTS / "nfc_exceptions.toml").read_text(encoding="utf-8"))["exception"]


def seeds() -> Iterator[bytes]:
    texts = inputs.pieces(24)
    yield from map(inputs.bytes_of, texts)
    yield from (b"\1" + text.encode("utf-8", "surrogatepass") for text in texts[::9])
    yield from (b"\x80" + text.encode("utf-16-le", "surrogatepass") for text in texts[::9])
    yield from (b"\xc0" + text.encode("utf-16-le", "surrogatepass") for text in texts[::9])


def check(data: bytes) -> Any:
    text = inputs.text_of(data)
    outcome: list[Any] = [_check_reading(text, tokenizer) for tokenizer in READINGS]
    marked, bare = outcome[0][0], outcome[1][0]
    assert [_stripped(token) for token in marked] == bare
    capitals = "".join(char.upper() if char in inputs.VIETNAMESE else char for char in text)
    assert token_places(capitals, READINGS[0].letters)[0].tolist() == outcome[0][1]
    if data[:1] == b"\1":  # slow, and another library's
        joined = WORDS.tokens(text)
        assert "".join(joined).replace("_", "") == "".join(marked).replace("_", "")
        assert len(WORDS.batch([text]).hashes) == len(joined)
        outcome.append(joined)
    return outcome


def _check_reading(text: str, tokenizer: Tokenizer) -> Any:
    hashes, starts, stops = (array.tolist() for array in token_places(text, tokenizer.letters))
    spans = tokenizer.spans(text)
    assert [(start, stop) for _, start, stop in spans] == list(zip(starts, stops, strict=True))
    end = 0
    for token, start, stop in spans:
        assert end <= start < stop <= len(text)
        assert tokenizer.tokens(text[start:stop]) == [token]
        end = stop
    tokens = [span.token for span in spans]
    pairs = set(zip(tokens, hashes, strict=True))
    assert len(pairs) == len({token for token, _ in pairs}) == len({value for _, value in pairs})
    assert [unicodedata.normalize("NFC", token) for token in tokens] == tokens
    forms = set() if _excepted(text) else {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    for other in (forms | {" ".join(tokens)}) - {text}:
        assert token_places(other, tokenizer.letters)[0].tolist() == hashes, ascii(other)
    batch = tokenizer.batch(["x", text, ""])
    n = len(hashes)
    assert batch.hashes[1:].tolist() == hashes
    assert batch.bounds.tolist() == [0, 1, n + 1, n + 1]
    assert batch.accented[0] == batch.accented[2] == 0
    assert 0 <= batch.accented[1] <= n
    return [tokens, hashes, starts, stops, batch.accented.tolist()]


def _excepted(text: str) -> bool:
    return any(
        entry["first"] <= ord(char) <= entry["last"] and unicodedata.category(char).startswith(entry["category"])
        for char in text
        for entry in EXCEPTIONS
    )


def _stripped(token: str) -> str:
    plain = unicodedata.normalize("NFD", token.replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(char for char in plain if char not in MARKS))
