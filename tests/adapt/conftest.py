"""A general model and a newspaper of its own mind, both made of a few words."""

from collections.abc import Callable

import numpy as np
import pytest

from chude import TopicClassifier, TopicModel

WORDS = {
    "the-thao": "trận đấu bóng đá bàn thắng cầu thủ huấn luyện viên sân cỏ đội tuyển",
    "kinh-doanh": "giá vàng ngân hàng cổ phiếu lãi suất thị trường doanh nghiệp xuất khẩu",
    "suc-khoe": "bác sĩ bệnh viện vắc xin triệu chứng điều trị sức khỏe dinh dưỡng",
    "du-lich": "bãi biển khách sạn du khách tour lễ hội đảo núi hành trình khám phá",
    "xe": "ô tô xe máy động cơ hộp số lốp đèn pha hãng xe bản nâng cấp phanh",
}
COMMON = ["hôm nay", "theo đó", "được", "cho biết", "nhiều", "trong năm", "với", "các", "những", "và", "của", "một"]
MakeTexts = Callable[..., tuple[list[str], list[str]]]


def write(rng: np.random.Generator, topic: str, length: int) -> str:
    """A text: every third syllable is the topic's, another topic's now and then."""
    listed = WORDS[topic].split()
    other = WORDS[str(rng.choice(list(WORDS)))].split()
    pools = (listed, COMMON, COMMON, listed, COMMON, other)
    return " ".join(str(rng.choice(pools[i % len(pools)])) for i in range(length))


@pytest.fixture(scope="session")
def make_texts() -> MakeTexts:
    """Return a function that writes so many texts, of all lengths, with the topics they are of."""

    def make(n_texts: int, seed: int, shortest: int = 10, longest: int = 160) -> tuple[list[str], list[str]]:
        rng = np.random.default_rng(seed)
        topics = [str(topic) for topic in rng.permutation([list(WORDS)[i % len(WORDS)] for i in range(n_texts)])]
        return [write(rng, topic, int(rng.integers(shortest, longest))) for topic in topics], topics

    return make


@pytest.fixture(scope="session", params=["both", "no bare reading", "one table", "one table, no bare reading"])
def any_general(request: pytest.FixtureRequest, make_texts: MakeTexts) -> TopicModel:
    """A general model of each shape there is."""
    texts, topics = make_texts(150, 1)
    shape = {"unaccented": "no bare" not in request.param, "short_below": 0 if "one table" in request.param else 80}
    model = TopicClassifier(min_df=1, name="chung", **shape).fit(texts, topics).model_
    assert (model.unaccented is None) == ("no bare" in request.param)
    assert (model.accented.short is None) == ("one table" in request.param)
    return model


@pytest.fixture(scope="session")
def general(make_texts: MakeTexts) -> TopicModel:
    """A general model with both readings and weights for short texts."""
    return TopicClassifier(min_df=1, name="chung").fit(*make_texts(150, 1)).model_


@pytest.fixture(scope="session")
def refiled() -> Callable[[list[str]], list[str]]:
    """Return a function that gives topics the way another newspaper files them: cars are business, health is travel."""
    moved = {"xe": "kinh-doanh", "suc-khoe": "du-lich"}
    return lambda topics: [moved.get(topic, topic) for topic in topics]
