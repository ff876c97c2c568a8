"""The page of `chude explain` in a real browser."""

import re
import unicodedata
from pathlib import Path

import pytest

from chude import TopicClassifier
from chude.explain.runs import runs
from chude.pages.numbers import percent
from chude.pages.visible import visible_pieces

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "data" / "samples"
ARTICLE = (SAMPLES / "kinh-doanh" / "kinh-doanh-4-chung-khoan.txt").read_text(encoding="utf-8")
HOSTILE = (HERE / "hostile.txt").read_text(
    encoding="utf-8"
) + "vàng\u202eoan\u2067 hd\x00\x1b[31m\x85 lãi\ud83c\r\nhết\r!"


@pytest.fixture(scope="module")
def page_html(samples_model) -> str:
    return samples_model.explain(ARTICLE).to_html("chứng khoán.txt")


def shade(page, selector: str) -> str:
    return page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")


def line(page, selector: str) -> str:
    return page.locator(selector).first.evaluate("e => getComputedStyle(e).borderBottomStyle")


def test_says_what_the_explanation_says(samples_model, page_html, open_page) -> None:
    explanation = samples_model.explain(ARTICLE)
    page = open_page(page_html)
    assert page.title() == f"Kinh doanh {percent(explanation.topics[0].probability)} · chứng khoán.txt"
    assert page.locator("h1").inner_text().split("\n")[0].startswith("Kinh doanh")
    assert page.locator(".text").evaluate("e => e.textContent") == ARTICLE
    assert page.locator(".bars tbody tr").count() == len(explanation.topics)
    widths = page.locator(".bars .bar").evaluate_all(
        "bars => bars.map(b => parseFloat(getComputedStyle(b, '::before').width) / b.getBoundingClientRect().width)"
    )
    assert widths == pytest.approx([score.probability for score in explanation.topics], abs=0.01)
    told = page.locator(".evidence").first.locator("tbody th bdi").all_inner_texts()
    best = explanation.evidence[0]
    assert told == [term.spelling for term in (*best.towards, *best.away)]


def test_marks_are_where_the_evidence_is(samples_model, page_html, open_page) -> None:
    page = open_page(page_html)
    marks = page.locator("mark").evaluate_all("marks => marks.map(m => [m.textContent, +(m.dataset.a || 0)])")
    assert marks == [[run.text, run.levels[0]] for run in runs(samples_model.explain(ARTICLE)) if any(run.levels)]


def test_a_text_of_five_megabytes_is_a_page_of_less_than_one_that_says_what_it_left_out(
    samples_model, open_page
) -> None:
    text = (ARTICLE + "\n") * (5_000_000 // len(ARTICLE.encode()))
    html = samples_model.explain(text).to_html("dài.txt")
    assert len(html.encode()) < 1_000_000
    page = open_page(html)
    shown = page.locator(".text").evaluate("e => e.textContent")
    assert text.startswith(shown)
    told = [int(n.replace(",", "")) for n in re.findall(r"[\d,]+", page.locator(".left-out").inner_text()) if n != ","]
    assert told == [len(shown), len(text) - len(shown)]


def test_one_word_of_five_megabytes_is_a_small_page_too(samples_model) -> None:
    html = samples_model.explain("a" * 5_000_000).to_html()
    assert len(html.encode()) < 1_000_000
    assert "5,000,000 more are left out" in html


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_meets_wcag_aa_and_fits(page_html, open_page, violations, overflow, phone: bool, dark: bool) -> None:
    page = open_page(page_html, phone=phone, dark=dark)
    assert violations(page) == []
    assert overflow(page) <= 0
    page.locator("#topic-2").check()
    assert violations(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_shade_is_told_apart_without_colour_and_text_on_it_is_readable(
    page_html, open_page, violations, dark: bool
) -> None:
    marks = " ".join(
        f'<mark data-a="{level}" data-b="{-level}">lãi suất {level}</mark>' for level in range(-4, 5) if level
    )
    page = open_page(
        re.sub(r'(<div class="text"[^>]*>).*?</div>', rf"\1{marks}</div>", page_html, flags=re.DOTALL), dark=dark
    )
    for chosen, letter in (("#topic-1", "a"), ("#topic-2", "b")):
        page.locator(chosen).check()
        shades = {shade(page, f'mark[data-{letter}="{level}"]') for level in range(-4, 5) if level}
        assert len(shades) == 8
        assert {line(page, f'mark[data-{letter}="{level}"]') for level in (1, 2, 3, 4)} == {"solid"}
        assert {line(page, f'mark[data-{letter}="{-level}"]') for level in (1, 2, 3, 4)} == {"dotted"}
        assert violations(page) == []


@pytest.mark.parametrize("phone", [False, True])
def test_hostile_text_is_shown_as_text(samples_model, open_page, violations, overflow, phone: bool) -> None:
    html = samples_model.explain(HOSTILE * 3).to_html('"><script>alert(4)</script>\u202e.txt')
    page = open_page(html, phone=phone)
    shown = "".join(piece for piece, _ in visible_pieces(HOSTILE * 3))
    assert page.locator(".text").evaluate("e => e.textContent") == shown.replace("\r\n", "\n")
    assert {"U+202E", "U+2067", "U+0000", "U+001B", "U+0085", "U+D83C", "U+000D"} <= set(
        page.locator(".text .control").all_inner_texts()
    )
    assert page.locator("script, img, .text style").count() == 0
    assert '"><script>alert(4)</script>⟨U+202E⟩.txt' in page.title()
    assert page.locator("main").is_visible()
    assert "49" not in page.locator(".text").inner_text()
    assert violations(page) == []
    assert overflow(page) <= 0


def test_hostile_labels(open_page, overflow) -> None:
    labels = ["<b>đậm</b>" * 12, "\u202e\x1b[2J'\"&"]
    model = TopicClassifier(min_df=1, calibration_folds=0, name="</footer><script>").fit(
        ["Giá vàng tăng", "Đội tuyển thắng"], labels
    )
    page = open_page(model.model_.explain("giá vàng").to_html(), phone=True)
    assert page.locator("h1 bdi").inner_text() == labels[0]
    assert page.locator(".bars .control").all_inner_texts() == ["U+202E", "U+001B"]
    assert page.locator("b, script").count() == 0
    assert overflow(page) <= 0


def test_one_long_word_does_not_widen_a_phone(samples_model, open_page, overflow) -> None:
    page = open_page(samples_model.explain("vàng" * 200 + " giá vàng").to_html("x" * 200), phone=True)
    assert overflow(page) <= 0


def test_decomposed_text_keeps_its_marks_on_their_letters(samples_model, open_page) -> None:
    text = unicodedata.normalize("NFD", ARTICLE)
    page = open_page(samples_model.explain(text).to_html())
    assert page.locator(".text").evaluate("e => e.textContent") == text
    firsts = page.locator("mark").evaluate_all("marks => marks.map(m => m.textContent[0])")
    assert not [first for first in firsts if unicodedata.combining(first)]


def test_keyboard_alone_turns_to_the_runner_up(page_html, open_page) -> None:
    page = open_page(page_html)
    pushed = ['mark[data-a="4"]', 'mark[data-b]:not([data-b^="-"])']  # towards the topic, and towards the runner-up
    before = [shade(page, mark) for mark in pushed]
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id")
    assert focused == "topic-1"
    outline = page.locator("#topic-1").evaluate(
        "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
    )
    assert outline == "solid3px"
    page.keyboard.press("ArrowRight")
    assert page.locator("#topic-2").is_checked()
    assert [shade(page, mark) for mark in pushed] != before


@pytest.mark.parametrize("text", ["", "xyzzy qwrtz"])
def test_page_of_a_text_that_says_nothing(samples_model, open_page, violations, overflow, text: str) -> None:
    page = open_page(samples_model.explain(text).to_html(), phone=True)
    assert page.locator(".bars tbody tr").count() == 13
    assert page.locator("mark, input, .evidence").count() == 0
    assert violations(page) == []
    assert overflow(page) <= 0


def test_languages_are_named(page_html, open_page) -> None:
    page = open_page(page_html)
    assert page.locator("html").get_attribute("lang") == "en"
    for selector in (".text", "h1 bdi", ".bars bdi", ".terms bdi"):
        assert set(page.locator(selector).evaluate_all("all => all.map(e => e.lang)")) == {"vi"}
