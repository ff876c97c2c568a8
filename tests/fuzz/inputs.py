"""What targets begin with and share: pieces of the sample articles, texts out of bytes, small models."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from chude import TopicModel
from chude.model import Calibration, Head, Scorer
from chude.tokenizer import Tokenizer
from chude.topics import Topic

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
ODD_TEXTS = (
    "", " \n\t", "hoà hòa HOA\u0300 h\u00adòa", "\ud800 x \ud835\udc00b", "𝐓𝐡𝐮̉ 😀 각 한 中文 кири", "ﬁ ß İ ŉ ǆ ½ ①",
    "a\u0300\u0301\u0302\u0309\u031b", "\u0300\u0301", "x" * 70, "0123456789" * 9, "Ðất ĐẤT đất Ɖất", "a_b-c.d@e.vn",
)  # fmt: skip


def articles() -> Iterator[str]:
    """Sample articles, but for the difficult ones."""
    for path in sorted(SAMPLES.glob("*/*.txt")):
        if path.parent.name != "difficult":
            yield path.read_text(encoding="utf-8")


def pieces(length: int = 160) -> list[str]:
    """Pieces of sample articles, as they are and as others would write them, and odd texts."""
    found = [text[at : at + length] for text in articles() for at in (0, len(text) // 2)]
    written = [unicodedata.normalize("NFD", text) for text in found[::8]] + [text.upper() for text in found[4::8]]
    bare = [" ".join(Tokenizer(diacritics=False).tokens(text)) for text in found[6::8]]
    return [*found, *written, *bare, *ODD_TEXTS]


def text_of(data: bytes) -> str:
    """Make a text of bytes: any `str` there can be, lone surrogates and halves of characters held apart included."""
    kind, rest = data[:1], data[1:]
    if kind < b"\x80":
        try:
            return rest.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return rest.decode("utf-8", "replace")
    units = np.frombuffer(rest[: len(rest) & ~1], dtype="<u2").tolist()
    if kind < b"\xc0":
        return "".join(map(chr, units))
    return np.array(units, dtype="<u2").tobytes().decode("utf-16-le", "surrogatepass")


def bytes_of(text: str) -> bytes:
    """Return bytes of which `text_of` makes a text."""
    return b"\0" + text.encode("utf-8", "surrogatepass")


@cache
def learned_model() -> TopicModel:
    """A model learned from the samples once: thirteen topics, 1-2-grams, both scorers, a head for short texts."""
    return TopicModel.load(ROOT / "tests" / "models-of-old" / "v3.safetensors")


@cache
def odd_model(least: int = 2, most: int = 3, lead: int = 3) -> TopicModel:
    """A model made by hand, of the kind nobody learns: no single tokens, three topics, one scorer, two heads."""
    terms = ["hà nội", "giá vàng", "giá vàng hôm", "bóng đá", "đội tuyển", "thành phố hồ", "hồ chí minh", "a b", "x x"]
    random = np.random.default_rng(3)
    calibration = Calibration(2.0, -0.7, random.normal(size=3), np.array([0.25, 0.25, 0.5]), 0.7, 0.6)
    weights, others = random.normal(size=(2, len(terms), 3))
    short = Head.of(others, random.normal(size=3), calibration)
    idf = random.uniform(1, 8, len(terms))
    whole = Head.of(weights, random.normal(size=3), calibration)
    scorer = Scorer.of(Tokenizer(), (least, most), False, lead, terms, idf, whole, short, 5)
    topics = tuple(Topic(slug, slug, slug) for slug in ("một", "hai", "ba"))
    return TopicModel("odd", topics, scorer)
