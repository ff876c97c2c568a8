"""Planted errors are found; what VNTC is known to hold is counted."""

import re

import pytest

from chude.dataset import Columns, Dataset, read
from chude.errors import InputError
from chude.evaluation.audit import CONTRADICTED, LEAKED, REPEATED, audit, joined

SPORT = re.findall(r"\w+", "trận đấu bóng đá bàn thắng cầu thủ huấn luyện viên sân cỏ khán giả cổ vũ đội nhà ghi điểm")
MONEY = re.findall(r"\w+", "giá vàng ngân hàng cổ phiếu lãi suất thị trường doanh nghiệp nhà đầu tư lợi nhuận tăng")


def text_of(words: list[str], number: int) -> str:
    """An own text of a topic's words: no shingle of it is in another one."""
    turned = words[number % len(words) :] + words[: number % len(words)]
    return " ".join(word if place % 3 else f"{word} số {number}" for place, word in enumerate(turned))


@pytest.fixture
def planted() -> Dataset:
    """Twenty texts a topic; 3 is labelled wrongly, 40 repeats 5 under another topic, 41 repeats 6 under the same."""
    texts = [text_of(words, number) for words in (SPORT, MONEY) for number in range(20)]
    topics = ["the-thao"] * 20 + ["kinh-doanh"] * 20
    topics[3] = "kinh-doanh"
    texts += [texts[5].upper() + "!", texts[6]]
    topics += ["kinh-doanh", "the-thao"]
    splits = ["train"] * 41 + ["test"]
    return Dataset(texts, topics, [f"{number}.txt" for number in range(42)], splits=splits)


@pytest.fixture
def audited(planted):
    return audit(planted, least=0.5)


def test_planted_errors_are_found_worst_first(audited):
    rows = audited.rows()
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    kinds = [row["kind"] for row in rows]
    assert kinds == sorted(kinds, key=[REPEATED, CONTRADICTED, LEAKED].index)
    places = {kind: [row["place"] for row in rows if row["kind"] == kind] for kind in kinds}
    assert places[REPEATED] == ["5.txt", "40.txt"]
    assert "3.txt" in places[CONTRADICTED]
    assert places[LEAKED] == ["6.txt", "41.txt"]
    of_3 = next(row for row in rows if row["place"] == "3.txt")
    assert (of_3["topic"], of_3["suggested"]) == ("kinh-doanh", "the-thao")


def test_counts(audited):
    same = audited.repeats(audited.same)
    assert (same.groups, same.texts, same.contradictory) == (2, 4, 1)
    assert audited.leaks() == {"test": (1, 1, 1), "train": (41, 1, 1)}


def test_no_text_vouches_for_its_copy(planted):
    """A wrong label given twice is still contradicted: copies are held out together."""
    data = joined(planted, Dataset([planted.texts[3]] * 3, ["kinh-doanh"] * 3, ["a", "b", "c"]))
    found = audit(data, least=0.5)
    assert {"3.txt", "a", "b", "c"} <= {data.places[i] for i in found.contradicted.tolist()}


def test_every_contradiction_is_one(audited):
    for i in audited.contradicted.tolist():
        assert audited.suggested[i] != audited.data.topics[i]
        assert audited.probabilities[i].max() >= audited.least


def test_too_few_texts_are_refused():
    with pytest.raises(InputError, match="too few"):
        audit(Dataset(["giá vàng", "bóng đá"], ["a", "b"], ["1", "2"]))


def test_repeated_articles_of_vntc_are_the_known_number(corpora):
    """Counted with the same canonical tokens: case, tone place, punctuation and spaces do not matter."""
    from chude.evaluation.audit import Audit
    from chude.tokenizer import Tokenizer
    from chude.training.splits import same_text

    data = read([corpora / "vntc10.parquet"], Columns(text="text", split="split"))
    groups = same_text(Tokenizer().batch(data.texts))
    counts = Audit(data, groups, groups, (), None, 1.0).repeats(groups)
    assert (counts.groups, counts.contradictory) == (3406, 381)


def test_a_topic_with_one_text_is_no_reason_to_stop(planted):
    data = joined(planted, Dataset(["một chuyện khác hẳn"], ["đời sống"], ["lẻ"]))
    found = audit(data)
    assert found.classes == ("kinh-doanh", "the-thao", "đời sống")
    assert len(found.probabilities) == len(data)
