"""The page of `chude evaluate --report` in a real browser."""

import io
import json

import numpy as np
import pytest

from chude import TopicModel
from chude.dataset import Dataset
from chude.evaluation import evaluate
from chude.evaluation.learning_curve import LearningPoint
from chude.evaluation.report import Report
from chude.pages.numbers import percent

HOSTILE = "<script>alert(1)</script> & \"giá\" 'vàng'\u202e ngược \x1b[31m {{ 7 * 7 }}"


def made(model: TopicModel, texts: list[str], topics: list[str], publishers: list[str] | None = None) -> Report:
    data = Dataset(texts, topics, [f"bài {number}.txt" for number in range(len(texts))], publishers)
    points = [LearningPoint(10, 0.5, 0.4), LearningPoint(20, 0.7, 0.6)]
    return Report(evaluate(model, texts, topics), model, data, "samples", points)


@pytest.fixture(scope="module")
def report(samples, samples_model) -> Report:
    texts, topics = samples
    wrong = ["xe" if number % 5 == 0 else topic for number, topic in enumerate(topics)]
    return made(samples_model, texts, wrong, [f"Báo {number % 3}" for number in range(len(texts))])


def test_says_what_the_evaluation_says(report, open_page) -> None:
    page = open_page(report.to_html())
    shown = page.locator(".headline .value").all_inner_texts()
    found = report.found
    assert shown == [percent(each) for each in (found.accuracy, found.top2, found.macro_f1, found.ece)]
    rows = page.locator("section", has=page.locator("#topics")).locator("tbody tr")
    assert rows.count() == len(found.topics)
    diagonal = page.locator(".matrix .hit").all_inner_texts()
    recalls = [f"{100 * row.recall:.0f}" if row.recall >= 0.005 else "" for row in found.by_topic]
    assert diagonal == recalls
    assert page.locator(".wrong li").count() == len(report.wrong) == min(20, int((~found.right).sum()))
    assert page.locator("section", has=page.locator("#publishers")).locator("tbody tr").count() == 3
    assert page.locator("figure img").evaluate_all("images => images.every(i => i.naturalWidth > 0 && i.alt)")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_meets_wcag_aa_and_fits(report, open_page, violations, overflow, phone: bool, dark: bool) -> None:
    page = open_page(report.to_html(), phone=phone, dark=dark)
    assert not violations(page)
    assert overflow(page) <= 0
    scores = page.locator(".scroll", has=page.locator("table.scores")).first
    assert scores.evaluate("region => region.scrollWidth - region.clientWidth") <= 0  # F1 is seen without scrolling


@pytest.mark.parametrize("dark", [False, True])
def test_a_table_that_scrolls_has_a_shadow_where_it_goes_on(report, open_page, dark: bool) -> None:
    from matplotlib.image import imread

    page = open_page(report.to_html(), phone=True, dark=dark)
    matrix = page.locator(".scroll", has=page.locator("table.matrix"))
    scores = page.locator(".scroll", has=page.locator("table.scores")).first

    def right_edge(region) -> list[float]:
        pixels = imread(io.BytesIO(region.screenshot()))[..., :3]
        return list(np.median(pixels[:, -3:], axis=(0, 1)))  # most cells of the matrix are empty

    paper = right_edge(scores)
    shadow = np.subtract(right_edge(matrix), paper)
    assert (shadow > 0.1).all() if dark else (shadow < -0.1).all()
    matrix.evaluate("region => region.scrollBy(10000, 0)")
    assert right_edge(matrix) == pytest.approx(paper, abs=0.01)


def test_charts_are_dark_in_dark_colours(report, open_page) -> None:
    from matplotlib.image import imread

    for dark in (False, True):
        charts = open_page(report.to_html(), dark=dark).locator("figure img")
        for number in range(charts.count()):
            brightness = imread(io.BytesIO(charts.nth(number).screenshot()))[..., :3].mean()
            assert brightness < 0.4 if dark else brightness > 0.6


def test_hostile_text_labels_and_names_are_shown_as_text(samples_model, open_page) -> None:
    texts = [HOSTILE, "", "đội tuyển thắng trận"]
    report = made(samples_model, texts, [HOSTILE, "xe", "the-thao"], [HOSTILE] * 3)
    page = open_page(report.to_html())
    assert page.locator("script").count() == 0
    shown = page.locator(".excerpt").all_inner_texts()
    assert any("<script>alert(1)</script> & \"giá\" 'vàng'" in text and "U+202E" in text for text in shown)
    assert any("{{ 7 * 7 }}" in text for text in shown)
    assert "\u202e" not in page.content()


def test_written_files_are_complete_and_the_same_each_time(report, tmp_path) -> None:
    for name in ("a", "b"):
        report.write(tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a").as_posix() for path in (tmp_path / "a").rglob("*.*"))
    drawn = ("confusion-matrix", "learning-curve", "reliability-diagram", "risk-coverage-curve")
    assert files == [f"figures/{name}.{kind}" for name in drawn for kind in ("png", "svg")] + [
        "report.html",
        "report.json",
    ]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    listed = json.loads((tmp_path / "a" / "report.json").read_text(encoding="utf-8"))
    assert listed["accuracy"] == pytest.approx(report.found.accuracy)
    assert sum(part["texts"] for part in listed["by_length"]) == len(report.data)
    assert np.sum(listed["confusion_matrix"]["counts"]) == len(report.data)


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_names_are_whole_captions_in_sight_and_the_right_half_is_used(report, open_page, width: int) -> None:
    page = open_page(report.to_html())
    page.set_viewport_size({"width": width, "height": 900})
    heights = page.locator(".scores th[scope=row] bdi").evaluate_all(
        "names => names.map(e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight))"
    )
    assert max(heights) < 1.5, "a name is on more than one line"
    right = page.locator("caption:not(.unseen)").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert max(right) <= width
    if width == 1400:
        for selector in (".matrix", ".wrong li:nth-child(2)", ".scores"):
            assert page.locator(selector).first.evaluate("e => e.getBoundingClientRect().right") > width / 2
