"""This tokenizer and `underthesea.text_normalize` agree on which spellings of a syllable are the same.

`syllables.txt` holds the Vietnamese syllables that occur five times or more in a corpus of newspapers, in each spelling
that does.
"""

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from chude.tokenizer import Tokenizer

HERE = Path(__file__).parent
TOKENIZER = Tokenizer(i_for_y=False)  # underthesea keeps i and y apart (but for qui), and so does this comparison
EXCEPTIONS = tomllib.loads((HERE / "underthesea_exceptions.toml").read_text(encoding="utf-8"))
APART = {syllable for entry in EXCEPTIONS["apart"] for syllable in entry["syllables"]}
TOGETHER = {frozenset(pair) for entry in EXCEPTIONS["together"] for pair in entry["syllables"]}
TONES = "\u0300\u0301\u0309\u0303\u0323"


def spellings_in_the_list() -> list[str]:
    return (HERE / "syllables.txt").read_text(encoding="utf-8").split()


def both_tone_places(spelling: str) -> set[str]:
    """Return hòa and hoà for either: in an open oa, oe, uy the conventions differ."""
    plain = "".join(c for c in unicodedata.normalize("NFD", spelling) if c not in TONES)
    plain = unicodedata.normalize("NFC", plain)
    tones = [c for c in unicodedata.normalize("NFD", spelling) if c in TONES]
    found = re.search("(oa|oe|uy)$", plain)
    if not found or not tones or plain.startswith("qu"):
        return {spelling}
    ends = (found.start() + 1, found.start() + 2)
    return {unicodedata.normalize("NFC", plain[:end] + tones[0] + plain[end:]) for end in ends}


def ways_of_writing(spelling: str) -> set[str]:
    ways = both_tone_places(spelling)
    ways |= {spelling} | {way.replace("đ", "ð") for way in ways}
    ways |= (
        {way.upper() for way in ways} | {way.title() for way in ways} | {way.upper().replace("Đ", "Ð") for way in ways}
    )
    return ways | {unicodedata.normalize("NFD", way) for way in ways}


def classes(spellings: Iterable[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the normal forms of underthesea for each canonical token, and the canonical tokens for each of those."""
    from underthesea import text_normalize

    ways = sorted({way for spelling in spellings for way in ways_of_writing(spelling)})
    tokens = TOKENIZER.tokens("\n".join(ways))
    assert len(tokens) == len(ways)
    theirs_of, ours_of = defaultdict(set), defaultdict(set)
    for way, token in zip(ways, tokens, strict=True):
        normal = text_normalize(way).lower()
        theirs_of[token].add(normal)
        ours_of[normal].add(token)
    return theirs_of, ours_of


def test_over_the_syllables_of_a_newspaper_vocabulary() -> None:
    spellings = spellings_in_the_list()
    assert len(spellings) > 7_500
    theirs_of, ours_of = classes(spellings)
    assert {token for token, normal in theirs_of.items() if len(normal) > 1} == APART
    assert {frozenset(tokens) for tokens in ours_of.values() if len(tokens) > 1} == TOGETHER


def test_over_the_vocabulary_of_the_corpora(corpora: Path) -> None:
    import pyarrow.parquet as pq

    counts: Counter[str] = Counter()
    for name in ("vnexpress_2017",):
        for text in pq.read_table(corpora / f"{name}.parquet", columns=["text"])["text"].to_pylist():
            counts.update(re.findall(r"[^\W\d_]{1,8}", unicodedata.normalize("NFC", text or "").lower()))
    known = set(TOKENIZER.tokens(" ".join(spellings_in_the_list())))
    attested = sorted(word for word, count in counts.items() if count >= 5)
    tokens = TOKENIZER.tokens(" ".join(attested))
    theirs_of, ours_of = classes(w for w, token in zip(attested, tokens, strict=True) if token in known)
    assert len(theirs_of) > 2_500
    assert {token for token, normal in theirs_of.items() if len(normal) > 1} <= APART
    assert {frozenset(tokens) for tokens in ours_of.values() if len(tokens) > 1} <= TOGETHER


@pytest.mark.parametrize("pair", sorted(map(sorted, TOGETHER)), ids="-".join)
def test_what_differs_in_a_letter_stays_apart(pair: list[str]) -> None:
    assert TOKENIZER.tokens(" ".join(pair)) == pair
