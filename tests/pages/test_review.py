"""The page of `chude review` in a real browser, by keyboard, mouse and thumb."""

import csv
import io
import re
import unicodedata
from pathlib import Path

import pytest

from chude import TopicModel
from chude.adapt import adapt
from chude.dataset import read
from chude.pages.visible import visible_pieces
from chude.review.candidates import CANDIDATE_COLUMNS, Candidate
from chude.review.page import MAX_CHARACTERS, render, saved_by

HOSTILE = (Path(__file__).parent / "hostile.txt").read_text(
    encoding="utf-8"
) + 'vàng\u202eoan\u2067 hd\x00\x1b[31m\x85 lãi\r\nhết, "trích"\r!</script><script>alert(5)</script>'
KEYS = "1234567890qwertyiopasdfghlzxcvbm"


@pytest.fixture(scope="module")
def texts(samples) -> list[Candidate]:
    return [Candidate(f"bài/{i}.txt", None, "", text, i or None) for i, text in enumerate(samples[0])]


@pytest.fixture(scope="module")
def page_html(samples_model, texts) -> str:
    return render(samples_model, texts)


@pytest.fixture
def slugs(samples_model) -> list[str]:
    return samples_model.classes_.tolist()


def saved(page, name: str = "reviewed.csv") -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.keyboard.press("Control+s")
    assert waiting.value.suggested_filename == name
    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def headline(page) -> str:
    return page.locator("#headline").inner_text()


def first_line(text: Candidate) -> str:
    return text.text.split("\n")[0]


def test_a_section_can_be_taken_away(page_html, open_page) -> None:
    page = open_page(page_html)
    assert page.locator("#clear").is_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    for way in (lambda: page.keyboard.press("Delete"), page.locator("#clear").click):
        page.keyboard.press("k")
        assert page.locator("#clear").is_visible()
        way()
        assert page.locator("#clear").is_hidden()
        assert page.locator("input[name=section]:checked").count() == 0
    assert [row["topic"] for row in saved(page)[:3]] == ["", "", ""]
    page.keyboard.press("u")
    assert page.locator("input[name=section]:checked").count() == 1


def test_a_whole_review_by_keyboard_survives_closing_and_teaches_a_model(
    samples_model, samples, texts, page_html, open_page, slugs, tmp_path
) -> None:
    page = open_page(page_html)
    guesses = samples_model.predict(samples[0]).tolist()
    expected = []
    for i in range(20):
        assert headline(page) == first_line(texts[i])
        truth = samples[1][i]
        page.keyboard.press("Enter" if truth == guesses[i] else KEYS[slugs.index(truth)])
        expected.append(truth)
    assert page.locator("#count").inner_text() == f"20 of {len(texts)} done"
    right = round(100 * sum(map(str.__eq__, expected, guesses)) / 20)
    assert page.locator("#right").inner_text() == f"guess right: {right}\N{NO-BREAK SPACE}%"

    page.keyboard.press("u")  # the last one again
    assert headline(page) == first_line(texts[19])
    assert page.locator("#count").inner_text() == f"19 of {len(texts)} done"
    page.keyboard.press("n")
    page.keyboard.type("Đường sắt")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press(KEYS[len(slugs)])
    page.keyboard.press("j")
    assert headline(page) == first_line(texts[21])

    again = page.context.new_page()
    page.close()
    again.goto((tmp_path / "page-0.html").as_uri())
    assert headline(again) == first_line(texts[21])
    rows = saved(again)
    assert list(rows[0]) == list(CANDIDATE_COLUMNS)
    assert [row["topic"] for row in rows] == [*expected[:19], "Đường sắt", *[""] * (len(texts) - 20)]
    assert [row["text"] for row in rows] == samples[0]
    assert [row["best_topic"] for row in rows] == guesses
    assert [row["path"] for row in rows] == [text.path for text in texts]
    assert [row["stands_for"] for row in rows] == [str(text.stands_for or "") for text in texts]

    with (tmp_path / "reviewed.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, CANDIDATE_COLUMNS)
        table.writeheader()
        table.writerows(rows)
    data = read([tmp_path / "reviewed.csv"])
    assert data.topics == [*expected[:19], "Đường sắt"]
    assert data.texts == samples[0][:20]
    model = adapt(data.texts, data.topics, samples_model, with_curve=False).model
    assert "Đường sắt" in model.classes_


def test_the_guess_is_not_chosen_until_the_reader_says_so(page_html, open_page) -> None:
    page = open_page(page_html)
    assert page.locator("#sections :checked").count() == 0
    assert page.locator("#accept").is_visible()
    assert {row["topic"] for row in saved(page)} == {""}


def test_arrows_and_space_choose_as_in_any_radio_group_and_stay(page_html, open_page, texts, slugs) -> None:
    page = open_page(page_html)
    page.locator("#sections input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert headline(page) == first_line(texts[0])
    assert page.locator("#sections input").nth(2).is_checked()
    assert page.evaluate("document.activeElement.value") == "2"
    page.keyboard.press("Enter")
    assert headline(page) == first_line(texts[1])
    assert saved(page)[0]["topic"] == slugs[2]


@pytest.mark.parametrize("phone", [False, True])
def test_a_click_or_a_tap_chooses_and_moves_on(page_html, open_page, texts, slugs, phone) -> None:
    page = open_page(page_html, phone=phone)
    page.locator("#sections label").nth(4).click()
    assert headline(page) == first_line(texts[1])
    page.locator("#accept").click()
    assert headline(page) == first_line(texts[2])
    assert page.locator("#position").inner_text().startswith("Text 3 of ")
    assert page.locator("#news").inner_text().startswith("Text 2: ")  # not the one that is read now
    page.locator("#back").click()
    page.locator("#skip").click()
    page.locator("#undo").click()
    assert headline(page) == first_line(texts[1])
    assert [row["topic"] for row in saved(page)][:2] == [slugs[4], ""]


def test_every_key_can_be_switched_off(page_html, open_page, texts) -> None:
    page = open_page(page_html)
    page.locator("#keys").uncheck()
    for key in "1qjnu":
        page.keyboard.press(key)
    assert headline(page) == first_line(texts[0])
    assert page.locator("#dialog").is_hidden()
    page.reload()
    assert not page.locator("#keys").is_checked()


def test_keys_under_an_input_method(page_html, open_page, slugs) -> None:
    page = open_page(page_html)
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Process', code: 'KeyW', bubbles: true}))"
    )
    assert saved(page)[0]["topic"] == slugs[KEYS.index("w")]


@pytest.mark.parametrize(
    ("typed", "key"), [("ư", "w"), ("ơ", "w"), ("ê", "e"), ("Ô", "o"), ("đ", "d"), ("ế", "s"), ("ữ", "x")]
)
def test_letters_of_telex_are_the_keys_they_are_typed_with(page_html, open_page, slugs, typed: str, key: str) -> None:
    page = open_page(page_html)
    page.evaluate(
        "typed => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: typed, bubbles: true}))", typed
    )
    place = KEYS.index(key)
    assert saved(page)[0]["topic"] == (slugs[place] if place < len(slugs) else "")


def test_a_dot_below_moves_on_as_j_does(page_html, open_page, texts) -> None:
    page = open_page(page_html)
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ẹ', bubbles: true}))")
    assert headline(page) == first_line(texts[1])


def test_sections_are_renamed_and_merged_and_that_is_undone(page_html, open_page, texts, slugs) -> None:
    page = open_page(page_html)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("n")
    name = page.locator("#managed input")
    name.nth(0).fill("  Số   hóa ")
    name.nth(0).press("Tab")
    page.locator("#managed select").nth(1).select_option("0")
    page.locator("#close").click()
    assert page.locator("#sections label").count() == len(slugs) - 1
    assert [row["topic"] for row in saved(page)[:2]] == ["Số hóa", "Số hóa"]
    page.keyboard.press("Control+z")
    assert [row["topic"] for row in saved(page)[:2]] == ["Số hóa", slugs[1]]
    page.keyboard.press("Control+z")
    assert [row["topic"] for row in saved(page)[:2]] == [slugs[0], slugs[1]]


@pytest.mark.parametrize(
    ("name", "said"),
    [(" ", "needs a name"), ("a|b", "cannot hold"), ("Thể Thao", "of that name"), ("XE", "of that name")],
)
def test_names_that_would_mislead_are_refused(page_html, open_page, slugs, name: str, said: str) -> None:
    page = open_page(page_html)
    page.keyboard.press("n")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    assert said in page.locator("#problem").inner_text()
    assert page.locator("#managed li").count() == len(slugs)


def test_names_are_composed(page_html, open_page) -> None:
    page = open_page(page_html)
    page.keyboard.press("n")
    page.locator("#new-section").fill(unicodedata.normalize("NFD", "Thể dục"))
    page.keyboard.press("Enter")
    assert page.locator("#managed input").last.input_value() == "Thể dục"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_meets_wcag_aa_and_fits(page_html, open_page, violations, overflow, phone: bool, dark: bool) -> None:
    page = open_page(page_html, phone=phone, dark=dark)
    for language in ("en", "vi"):
        page.locator(f"[data-language={language}]").click()
        page.keyboard.press("3")
        page.keyboard.press("k")
        assert violations(page) == []
        assert overflow(page) <= 0
    page.keyboard.press("n")
    assert violations(page) == []
    assert overflow(page) <= 0
    page.keyboard.press("Escape")


def test_the_end_says_what_to_do_next(samples_model, texts, open_page, violations) -> None:
    page = open_page(render(samples_model, texts[:2]))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "some have no section" in page.locator("#done-title").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#done-title").inner_text() == "Every text has its section."
    assert "chude adapt reviewed.csv" in page.locator("#done").inner_text()
    assert page.locator("#accept").is_hidden()
    assert violations(page) == []
    page.keyboard.press("1")  # there is no text to file
    page.keyboard.press("Enter")
    assert all(row["topic"] == row["best_topic"] for row in saved(page))


def test_a_section_that_was_added_is_seen_and_said(page_html, open_page) -> None:
    page = open_page(page_html)
    page.keyboard.press("n")
    for name in ("Bóng đá", "Phim"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        assert page.locator("#added").inner_text() == f"{name} is added."
        assert page.locator("#managed li input").last.input_value() == name
    page.keyboard.type("phim")
    page.keyboard.press("Enter")
    assert page.locator("#added").inner_text() == ""
    assert "merge the two" in page.locator("#problem").inner_text()


def test_the_page_of_a_second_round_neither_replaces_nor_forgets_the_first(samples_model, texts, open_page) -> None:
    name = saved_by("rounds/second.html")
    assert name == "second-reviewed.csv"
    page = open_page(render(samples_model, texts[:2], saved=name, earlier=["reviewed.csv"]))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    command = "chude adapt reviewed.csv second-reviewed.csv -o ours.safetensors --overwrite"
    assert page.locator("#done code").inner_text() == command
    assert len(saved(page, name)) == 2
    assert page.locator("#news").inner_text() == f"{name} is saved: 2 of 2 texts have a section."


def test_all_sections_are_seen_on_a_phone(samples_model, page_html, browser, tmp_path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_html.replace('<html lang="en"', '<html lang="vi"'), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(path.as_uri())
    hidden = page.locator("#sections").evaluate("each => each.scrollHeight - each.clientHeight")
    context.close()
    assert hidden <= 0


def test_texts_of_labels_are_put_into_these(samples_model, texts) -> None:
    html = render(samples_model, texts[:2], labels="my labels.csv")
    assert "<code>chude apply &#39;my labels.csv&#39; reviewed.csv -o final.csv</code>" in html
    assert "chude adapt" not in html


@pytest.mark.parametrize("locale", ["vi-VN", "en-US"])
def test_the_language_is_that_of_writing_and_can_be_switched(
    samples_model, page_html, browser, open_page, tmp_path, locale: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_html.replace('<html lang="en"', '<html lang="vi"'), encoding="utf-8")
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator("#save").inner_text() == "Lưu"
    assert page.locator("footer").inner_text().startswith("Trang này gói trọn trong một tệp")
    untold = page.evaluate("[...document.querySelectorAll('[data-say]')].filter((each) => !each.dataset.say).length")
    assert untold == 0
    assert page.locator("#guess").get_attribute("lang") == "vi"
    page.keyboard.press("1")
    assert page.locator("#news").inner_text() == f"Bài 1: đã chọn {samples_model.topics[0].vi}"
    english = page.locator("[data-language=en]")
    english.click()
    assert page.locator("#save").inner_text() == "Save"
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"
    assert english.get_attribute("aria-pressed") == "true"
    context.close()


def test_markup_and_marks_of_direction_are_text_and_are_saved_as_they_were(samples_model, open_page, overflow) -> None:
    hostile = Candidate('"><img src=x onerror=alert(1)>\u202e.csv', 3, "<b>Tựa</b>\u2067 & co", HOSTILE)
    page = open_page(render(samples_model, [hostile], "</title><script>alert(6)</script>"), phone=True)
    assert page.locator("#text").evaluate("e => e.textContent") == "".join(
        piece for piece, _ in visible_pieces(HOSTILE)
    ).replace("\r\n", "\n")
    assert headline(page) == "<b>Tựa</b>U+2067 & co"
    assert page.locator("#where").inner_text() == '"><img src=x onerror=alert(1)>U+202E.csv:3'
    assert page.locator("#article b, #article img, #article script").count() == 0
    assert overflow(page) <= 0
    (row,) = saved(page)
    assert (row["path"], row["row"], row["title"]) == (hostile.path, "3", hostile.title)
    assert row["text"] == HOSTILE


def test_half_a_character_does_not_break_the_page(samples_model, open_page) -> None:
    page = open_page(render(samples_model, [Candidate("a", None, "", "Giá vàng\ud83c tăng")]))
    assert page.locator("#text .control").all_inner_texts() == ["U+D83C"]


def test_the_policy_names_the_script_and_refuses_others(page_html, open_page) -> None:
    assert re.search(r"script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'\"", page_html)
    page = open_page(page_html.replace("<main>", '<script>alert(1)</script><main onclick="alert(2)">'))
    page.locator("main").click()
    assert not [fault for fault in open_page.faults if fault.startswith("dialog")]
    assert len([fault for fault in open_page.faults if "Content Security Policy" in fault]) == 2
    open_page.faults.clear()


def test_a_browser_that_keeps_nothing_is_told_of(page_html, open_page, browser, tmp_path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_html, encoding="utf-8")
    context = browser.new_context()
    context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("#unkept").is_visible()
    page.keyboard.press("Enter")
    with page.expect_event("dialog") as waiting:  # asks before it loses what was decided
        page.close(run_before_unload=True)
    assert waiting.value.type == "beforeunload"
    waiting.value.accept()
    context.close()


@pytest.mark.parametrize(
    "stored",
    ["null", "7", '{"sections": []}', '{"sections": [{"name": null, "into": 0}], "decisions": [], "undo": []}'],
)
def test_what_other_files_put_into_the_storage_does_no_harm(page_html, open_page, texts, stored: str) -> None:
    page = open_page(page_html)
    page.keyboard.press("Enter")
    page.evaluate("stored => Object.keys(localStorage).forEach(name => localStorage.setItem(name, stored))", stored)
    page.reload()
    assert headline(page) == first_line(texts[0])


def test_pages_of_other_texts_keep_their_own(samples_model, texts, open_page) -> None:
    pages = [render(samples_model, texts[:3]), render(samples_model, texts[3:6])]
    first, second = [re.search(r'"id":"(\w+)"', html)[1] for html in pages]
    assert first != second
    assert re.search(r'"id":"(\w+)"', render(samples_model, texts[:3]))[1] == first


def test_a_thousand_texts_without_a_hitch(samples_model, texts, open_page) -> None:
    many = [Candidate(f"{i}.txt", None, "", f"{i}\n{texts[i % len(texts)].text}") for i in range(1000)]
    page = open_page(render(samples_model, many))
    milliseconds = page.evaluate(
        """() => {
            const start = performance.now();
            const press = () => new KeyboardEvent("keydown", {key: "Enter", bubbles: true});
            for (let i = 0; i < 100; i++) document.body.dispatchEvent(press());
            document.body.offsetHeight;
            return (performance.now() - start) / 100;
        }"""
    )
    assert page.locator("#count").inner_text().startswith("100 of")
    assert milliseconds < 50


def test_a_long_text_is_shortened_and_the_page_says_so(samples_model, open_page) -> None:
    text = "Giá vàng tăng. " * 2000
    page = open_page(render(samples_model, [Candidate("dài.txt", None, "Dài", text)]))
    assert page.locator("#shortened").inner_text() == "Shortened: this is the beginning of 30,000 characters."
    (row,) = saved(page)
    assert text.startswith(row["text"])
    assert MAX_CHARACTERS - 10 < len(row["text"]) <= MAX_CHARACTERS


def test_evidence_is_underlined(samples_model, texts, open_page) -> None:
    page = open_page(render(samples_model, texts[:1]))
    marks = page.locator("#article mark").all_inner_texts()
    best = samples_model.explain(texts[0].text).evidence[0]
    assert marks
    assert any(best.towards[0].term.split()[0] in mark.lower() for mark in marks)


def test_topics_of_ones_own_model(open_page) -> None:
    from chude import TopicClassifier

    labels = ["<b>đậm</b>", "Bóng \u202eđá"]
    model: TopicModel = TopicClassifier(min_df=1, calibration_folds=0).fit(["Giá vàng", "Đội tuyển"], labels).model_
    page = open_page(render(model, [Candidate("a", 1, "", "giá vàng")]), phone=True)
    page.keyboard.press("1")
    assert page.locator("b").count() == 0
    assert saved(page)[0]["topic"] == model.classes_[0]
