"""Models small enough to explain thousands of texts, and texts that put a strain on places."""

import unicodedata

import pytest
from hypothesis import strategies as st

from chude import TopicClassifier, TopicModel

WORDS = [
    "giá vàng", "hòa", "hoà", "HOÀ", "thủy", "thuỷ", "Ðất", "nhà đất", "bàn thắng", "đội tuyển", "thời sự", "thoi su",
    "Quốc hội", "ngân hàng", "trận đấu", "Hà Nội", "quy định", "gia đình", "học sinh", "bác sĩ", "là", "của", "5,2%",
    "118.000", "xyzzy", "iPhone15", "𝐭𝐢𝐧", "한국",
]  # fmt: skip
BETWEEN = [
    " ",
    "  ",
    ", ",
    ". ",
    "\n",
    "\r\n\r\n",
    " 👨‍👩‍👧 ",
    "🏆",
    "…",
    "-",
    "_",
    "/",
    "\u200b",
    "\u00ad",
    "\u202e",
    "\x00",
    "\ud83c",
]
FORMS = [
    str, str.upper, str.title,
    lambda text: unicodedata.normalize("NFD", text), lambda text: unicodedata.normalize("NFD", text.upper()),
    lambda text: unicodedata.normalize("NFKC", text),
]  # fmt: skip


@st.composite
def _fragment(draw: st.DrawFn, words: list[str]) -> str:
    word = draw(st.sampled_from(words) | st.text(max_size=6))
    return draw(st.sampled_from(FORMS))(word) + draw(st.sampled_from(BETWEEN))


@pytest.fixture(scope="session")
def written(samples: tuple[list[str], list[str]]) -> st.SearchStrategy[str]:
    """Texts of familiar and strange words in every way of writing, with all sorts of things between them."""
    familiar = sorted({word for text in samples[0] for word in text.split()})
    return st.lists(_fragment(WORDS + familiar[::7]), max_size=30).map("".join)


@pytest.fixture(scope="session")
def models(samples: tuple[list[str], list[str]], samples_model: TopicModel) -> list[TopicModel]:
    """Models that differ in what an explanation depends on: readings, sizes of n-grams, sublinear tf."""
    texts, labels = samples
    longer = TopicClassifier(
        min_df=1, ngram_range=(1, 3), sublinear_tf=False, unaccented=False, cut_lengths=(), calibration_folds=0
    )
    pairs_only = TopicClassifier(min_df=1, ngram_range=(2, 2), unaccented=False, cut_lengths=(), calibration_folds=0)
    return [samples_model, longer.fit(texts, labels).model_, pairs_only.fit(texts, labels).model_]
