"""An explanation adds up, points at the right places, and agrees with the model it explains."""

import json
import math
from dataclasses import FrozenInstanceError, replace
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import TopicClassifier, TopicModel
from chude.errors import InputError
from chude.explain import Explanation
from chude.explain.runs import runs
from chude.tokenizer import Tokenizer


def tokenizer_of(model: TopicModel, explanation: Explanation) -> Tokenizer:
    ((scorer, _),) = model.scorers([explanation.text])
    return scorer.tokenizer


def check_sums(explanation: Explanation) -> None:
    for i, evidence in enumerate(explanation.evidence):
        terms = math.fsum(term.contribution for term in evidence.terms)
        assert evidence.intercept + terms == pytest.approx(evidence.score, abs=1e-6)
        assert math.fsum(token.shares[i] for token in explanation.tokens) == pytest.approx(terms, abs=1e-6)
        listed = evidence.to_dict()
        told = [term["contribution"] for side in ("towards", "away") for term in listed[side]]
        assert math.fsum([*told, listed["intercept"], listed["others"]]) == pytest.approx(evidence.score, abs=1e-6)


def check_places(explanation: Explanation, tokenizer: Tokenizer) -> None:
    """Find every term by brute force over the tokens' spellings."""
    spans = tokenizer.spans(explanation.text)
    assert [(token.start, token.stop) for token in explanation.tokens] == [(span.start, span.stop) for span in spans]
    spelled = [span.token for span in spans]
    found: dict[str, list[tuple[int, int]]] = {}
    for n in (1, 2, 3):
        for i in range(len(spelled) - n + 1):
            found.setdefault(" ".join(spelled[i : i + n]), []).append((spans[i].start, spans[i + n - 1].stop))
    for evidence in explanation.evidence:
        for term in evidence.terms:
            assert list(term.spans) == found[term.term]
            assert tokenizer.kind == "word" or len(term.spelling.split(" ")) == len(term.term.split(" "))


def check_agrees(model: TopicModel, explanation: Explanation) -> None:
    judged = model.score_texts([explanation.text])
    best = explanation.topics[0]
    assert best.topic.slug == model.predict([explanation.text])[0]
    assert [(s.topic.slug, s.probability) for s in explanation.topics] == model.top(
        [explanation.text], len(model.topics)
    )[0]
    columns = {slug: i for i, slug in enumerate(model.classes_.tolist())}
    assert all(s.score == judged.scores[0, columns[s.topic.slug]] for s in explanation.topics)
    assert [e.topic for e in explanation.evidence] == [s.topic for s in explanation.topics[:2]]
    assert (len(explanation.tokens), explanation.coverage) == (judged.n_tokens[0], judged.coverage[0])
    assert explanation.known == sum(token.known for token in explanation.tokens)


def test_everything_holds_of_any_text(models, written) -> None:
    @given(text=written, model=st.sampled_from(models), k=st.integers(0, 5))
    @settings(max_examples=150, deadline=None)
    def check(text: str, model: TopicModel, k: int) -> None:
        explanation = model.explain(text, k)
        check_sums(explanation)
        check_places(explanation, tokenizer_of(model, explanation))
        check_agrees(model, explanation)
        assert "".join(run.text for run in runs(explanation)) == text
        for evidence in explanation.evidence:
            contributions = [term.contribution for term in evidence.terms]
            assert contributions == sorted(contributions, reverse=True)
            assert [term.contribution for term in evidence.towards] == [c for c in contributions if c > 0][:k]
            assert [term.contribution for term in evidence.away] == [c for c in contributions[::-1] if c < 0][:k]
        json.dumps(explanation.to_dict())

    check()


def test_samples_in_full(samples_model, samples) -> None:
    for text in samples[0]:
        explanation = samples_model.explain(text)
        check_sums(explanation)
        check_places(explanation, tokenizer_of(samples_model, explanation))
        check_agrees(samples_model, explanation)


def test_text_without_diacritics_is_explained_by_the_reading_that_judged_it(samples_model) -> None:
    explanation = samples_model.explain("Hoc sinh thi tot nghiep, giao vien cham bai, truong dai hoc tuyen sinh")
    assert not explanation.diacritics
    assert explanation.evidence[0].topic.slug == "giao-duc"
    check_sums(explanation)
    assert {"hoc sinh", "giao vien"} <= {term.term for term in explanation.evidence[0].terms}
    assert samples_model.explain("Học sinh thi tốt nghiệp").diacritics


@pytest.mark.parametrize("text", ["", "   \n", "🏆 … !!", "xyzzy qwrtz"])
def test_nothing_known_leaves_the_priors(samples_model, text: str) -> None:
    explanation = samples_model.explain(text)
    assert (explanation.coverage, explanation.known) == (0.0, 0)
    assert all(not evidence.terms and evidence.score == evidence.intercept for evidence in explanation.evidence)
    assert math.fsum(score.probability for score in explanation.topics) == pytest.approx(1)
    assert str(explanation)
    assert explanation.to_html()


def test_words(samples) -> None:
    pytest.importorskip("underthesea")
    texts, labels = samples
    classifier = TopicClassifier(
        tokenizer="word", min_df=1, cut_lengths=(), unaccented=False, calibration_folds=0, name="words"
    )
    model = classifier.fit(texts[:12], labels[:12]).model_
    explanation = model.explain(texts[0].upper() + " 🏆 " + texts[5])
    check_sums(explanation)
    check_places(explanation, tokenizer_of(model, explanation))
    check_agrees(model, explanation)
    assert any("_" in term.term for term in explanation.evidence[0].terms)


def test_a_term_is_shown_as_the_text_spells_it_first(samples) -> None:
    """i and y, the place of the tone mark, capitals and NFD are one term; a reader looks for what is in the text."""
    texts = ["Ca sĩ Mĩ hòa nhạc ở nhà hát", "Giá vàng và đô la tăng mạnh", "Ca sỹ hoà nhạc", "Vàng và đô la tăng"]
    classifier = TopicClassifier(min_df=1, calibration_folds=0, unaccented=False)
    model = classifier.fit(texts, ["nhạc", "tiền", "nhạc", "tiền"]).model_
    told = model.explain(normalize("NFD", "CA SỸ Mỹ,\nHoà nhạc. Ca sĩ Mĩ hòa nhạc"), k=50)
    spellings = {term.term: term.spelling for term in told.evidence[0].terms}
    assert spellings["ca sĩ"] == "ca sỹ"
    assert spellings["hòa nhạc"] == "hoà nhạc"
    assert spellings["mĩ hòa"] == "mỹ hoà"
    listed = told.to_dict()["evidence"][0]["towards"]
    assert {each["term"]: each["spelling"] for each in listed}.items() <= spellings.items()
    for shown in (told.to_text(), told.to_html()):
        assert "ca sỹ" in shown
        assert "ca sĩ" not in normalize("NFC", shown.partition(told.text)[0])


def test_two_topics_and_labels_of_ones_own() -> None:
    texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
    model = TopicClassifier(min_df=1, calibration_folds=0).fit(texts, ["bóng đá", "tiền", "bóng đá", "tiền"]).model_
    explanation = model.explain("vàng tăng")
    assert [evidence.topic.slug for evidence in explanation.evidence] == ["tiền", "bóng đá"]
    check_sums(explanation)
    assert explanation.evidence[0].towards[0].contribution > 0


def test_one_share_of_a_term_for_each_occurrence_and_token(samples_model) -> None:
    text = "ngân hàng, ngân hàng"
    explanation = samples_model.explain(text)
    first, second, third, fourth = explanation.tokens
    assert first.shares == pytest.approx(third.shares)
    assert second.shares == pytest.approx(fourth.shares)
    assert [token.linked for token in explanation.tokens] == [False, True, False, True]
    pair = next(term for term in explanation.evidence[0].terms if term.term == "ngân hàng")
    assert [text[a:b] for a, b in pair.spans] == ["ngân hàng", "ngân hàng"]


def test_wrong_use(samples_model) -> None:
    with pytest.raises(TypeError, match="one text of type str, got list"):
        samples_model.explain(["Giá vàng"])
    with pytest.raises(InputError, match="0 or more, not -1"):
        samples_model.explain("Giá vàng", -1)


def test_an_explanation_does_not_change(samples_model) -> None:
    explanation = samples_model.explain("Giá vàng tăng")
    with pytest.raises(FrozenInstanceError):
        explanation.text = "Giá vàng giảm"
    assert explanation == samples_model.explain("Giá vàng tăng")
    assert repr(explanation).startswith("<Explanation: unknown (uncertain): kinh-doanh 0.")
    without_limits = replace(samples_model, about={})
    assert repr(without_limits.explain("Giá vàng tăng")).startswith("<Explanation: kinh-doanh 0.")
