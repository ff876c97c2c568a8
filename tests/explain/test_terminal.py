"""The terminal view: within its width, honest without colour, deaf to escapes in the text."""

import re
import unicodedata

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import TopicClassifier
from chude.pages.numbers import percent
from chude.pages.visible import columns, visible

TEXT = "Ngân hàng nâng lãi suất, giá vàng tăng mạnh trong phiên sáng nay; doanh nghiệp dè dặt hơn."


def text_part(view: str) -> str:
    return view[view.index("The text") :].partition(":\n\n")[2]


def test_lines_fit_the_width(samples_model, samples) -> None:
    for text in (*samples[0], unicodedata.normalize("NFD", samples[0][0]), "", "xyzzy"):
        for line in str(samples_model.explain(text)).split("\n"):
            assert columns(line) <= 80 or " " not in line.strip()


def test_long_and_wide_labels_fit_too() -> None:
    labels = ["một nhãn rất dài " * 9, "汉字汉字" * 9]
    model = TopicClassifier(min_df=1, calibration_folds=0).fit(["Giá vàng tăng", "Đội tuyển thắng"], labels).model_
    view = str(model.explain("giá vàng"))
    bars = [line for line in view.split("\n") if line.startswith("  ") and "%" in line]
    assert len(bars) == 2
    assert all(columns(line) <= 80 for line in bars)


def test_without_colour_the_evidence_is_in_brackets(samples_model) -> None:
    view = samples_model.explain(TEXT).to_text()
    assert "\x1b" not in view
    shown = text_part(view)
    assert re.search(r"\[\++giá\]", shown), shown
    assert re.sub(r"\[[+-]+|\]", "", shown).split() == TEXT.split()


def test_colour_adds_nothing_but_colour(samples_model, written) -> None:
    @given(text=written)
    @settings(max_examples=60, deadline=None)
    def check(text: str) -> None:
        view = text_part(click.unstyle(samples_model.explain(text).to_text(colour=True)))
        assert "".join(view.split()) == "".join(visible(text).split())

    check()


def test_nothing_in_a_text_reaches_the_terminal_as_control(samples_model) -> None:
    text = "giá vàng\x1b[2J\x1b]0;title\x07 tăng\u202e\x9b31m \ud83c\rxong"
    view = samples_model.explain(text).to_text()
    assert not [c for c in view if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert "\u202e" not in view
    for name in ("⟨U+001B⟩", "⟨U+0007⟩", "⟨U+202E⟩", "⟨U+009B⟩", "⟨U+D83C⟩", "⟨U+000D⟩"):
        assert name in view


def test_figures_of_the_view_are_those_of_the_explanation(samples_model) -> None:
    explanation = samples_model.explain(TEXT, k=3)
    view = str(explanation)
    assert view.startswith(f"Kinh doanh {percent(explanation.topics[0].probability)}, then ")
    assert f"knows {explanation.known} of {len(explanation.tokens)} tokens" in view
    for evidence in explanation.evidence:
        for term in (*evidence.towards, *evidence.away):
            assert f"{abs(term.contribution):.3f} {term.spelling}" in view


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "has no word in it"), ("xyzzy qwrtz", "knows none of the 2 tokens"), ("Giá vàng", "read with diacritics"),
     ("gia vang tang manh", "read without diacritics")],
)  # fmt: skip
def test_how_the_text_was_read(samples_model, text: str, sentence: str) -> None:
    assert sentence in str(samples_model.explain(text))


@given(st.floats(0, 1))
def test_percentages_do_not_claim_certainty(share: float) -> None:
    text = percent(share)
    assert (text == "0.0 %") == (share == 0)
    assert (text == "100.0 %") == (share == 1)
