"""A model with the interface of `TopicModel` that needs no training, and ways to be denied access."""

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chude.decoding import file_text

SENTENCES = (
    "Giá vàng trong nước tăng mạnh, nhà đầu tư chờ tín hiệu từ ngân hàng.",
    "Đội tuyển thắng ba bàn trong trận giao hữu tối qua trên sân nhà.",
    "Học sinh lớp mười hai bắt đầu đăng ký nguyện vọng vào đại học.",
    "Bác sĩ khuyên người cao tuổi đi bộ ba mươi phút mỗi ngày.",
    "Mưa lớn kéo dài khiến nhiều tuyến phố trong thành phố bị ngập.",
)


class FakeTopic(NamedTuple):
    slug: str
    vi: str
    en: str


class FakePrediction(NamedTuple):
    probabilities: np.ndarray
    coverage: np.ndarray
    n_tokens: np.ndarray


class FakeModel:
    """Labels by the checksum of a text; a word with a digit in it is not in its vocabulary."""

    name = "fake"
    min_probability = min_coverage = 0.0
    topics = (
        FakeTopic("kinh-doanh", "Kinh doanh", "Business"),
        FakeTopic("the-thao", "Thể thao", "Sport"),
        FakeTopic("giao-duc", "Giáo dục", "Education"),
    )

    def score_texts(self, texts: Sequence[str], *, threads: int | None = None) -> FakePrediction:
        sums = [zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in texts]
        weights = np.array([[1 + (s & 0xFF), 1 + (s >> 8 & 0xFF), 1 + (s >> 16 & 0xFF)] for s in sums], dtype=float)
        weights = weights.reshape(len(texts), 3)
        words = [text.split() for text in texts]
        known = [sum(not any(map(str.isdigit, word)) for word in w) for w in words]
        return FakePrediction(
            weights / weights.sum(axis=1, keepdims=True),
            np.array([k / max(1, len(w)) for k, w in zip(known, words, strict=True)], dtype=float),
            np.array([len(w) for w in words], dtype=np.int64),
        )

    def to_bytes(self) -> bytes:
        return b"fake"


@pytest.fixture(scope="session")
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture(scope="session")
def sentence() -> Callable[[int], str]:
    """Text number `k`, different for each."""
    return lambda k: f"{SENTENCES[k % len(SENTENCES)]} Bản tin thứ {k}."


@pytest.fixture
def tree(tmp_path: Path, sentence: Callable[[int], str]) -> Callable[[int], Path]:
    """Make a folder with so many texts in a few sub-folders."""

    def make(count: int) -> Path:
        root = tmp_path / "bài viết"
        for k in range(count):
            folder = root / f"năm {2010 + k % 7}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{k:05}.txt").write_text(sentence(k), encoding="utf-8")
        return root

    return make


@contextmanager
def powerless() -> Iterator[None]:
    """Be somebody without rights for a while: tests may run as root, who may read everything."""
    if os.name == "nt" or os.geteuid() != 0:
        yield
        return
    import_module("chude.labelling.placing")  # modules and tables that are loaded late: nobody may not read them
    file_text("Giá".encode("utf-16"))
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def nobody(tmp_path: Path) -> Callable[[], object]:
    """`with nobody():` has no rights but those of others."""

    @contextmanager
    def as_nobody() -> Iterator[None]:
        # Each time: another pytest that starts meanwhile closes the folder that all of them share.
        for folder in (tmp_path, *tmp_path.parents):
            if "pytest" in str(folder):
                folder.chmod(folder.stat().st_mode | 0o55)
        with powerless():
            yield

    return as_nobody
