"""What every page has in common, and that the checks of the other tests in this folder do find what they look for."""

import pytest

from chude import pages
from chude.pages.numbers import signed

BARE = '<!doctype html><html lang="en"><head><title>x</title>{}</head><body><main>{}</main></body></html>'


@pytest.mark.parametrize(
    ("head", "body", "fault"),
    [
        ("", '<img src="https://chude.invalid/x.png" alt="">', "request: https://chude.invalid/x.png"),
        ('<link rel="stylesheet" href="style.css">', "", "request: file://"),
        ("<script>nothing.here()</script>", "", "error: nothing is not defined"),
        ("<script>alert(1)</script>", "", "dialog: 1"),
        ("<script>console.warn('hm')</script>", "", "console warning: hm"),
    ],
)
def test_opener_notes_faults(open_page, head: str, body: str, fault: str) -> None:
    page = open_page(BARE.format(head, body))
    page.wait_for_timeout(300)
    assert any(noted.startswith(fault) for noted in open_page.faults), open_page.faults
    open_page.faults.clear()


def test_axe_and_overflow_find_faults(open_page, violations, overflow) -> None:
    pale = '<p style="color: #999; background: #fff">Giá vàng</p><input><p style="width: 500px">rộng</p>'
    page = open_page(BARE.format("", pale), phone=True)
    found = violations(page)
    assert [violation.partition(":")[0] for violation in found] == ["color-contrast", "label"]
    assert overflow(page) > 0


def test_policy_of_the_pages_refuses_scripts_and_requests(samples_model, open_page) -> None:
    html = samples_model.explain("Giá vàng").to_html()
    smuggled = '<main><script>alert(1)</script><img src="https://chude.invalid/x.png" alt="">'
    page = open_page(html.replace("<main>", smuggled))
    page.wait_for_timeout(300)
    assert len(open_page.faults) >= 2
    assert not [fault for fault in open_page.faults if fault.startswith("dialog")]
    assert [fault for fault in open_page.faults if "Content Security Policy" in fault]
    open_page.faults.clear()


def test_everything_but_markup_is_escaped() -> None:
    assert pages.shown("<b>\u202e'\"&") == '&lt;b&gt;<span class="control">U+202E</span>&#39;&#34;&amp;'
    assert pages.shown(pages.shown("<b>")) == "&lt;b&gt;"


def test_figures() -> None:
    assert [signed(value) for value in (1.5, -0.25, 0.0001, -0.0001)] == ["+1.500", "−0.250", "0.000", "0.000"]
