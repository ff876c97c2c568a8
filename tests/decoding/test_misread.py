"""Text that was decoded wrongly and saved is put right, or refused; clean text stays as it is."""

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chude.decoding import Decoded, decode, put_right
from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.mend import is_spoilt, may_need_mending, mended
from chude.decoding.syllables import is_syllable
from chude.errors import DecodingError

FILES = Path(__file__).with_name("files")
SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ARTICLES = [
    unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    for path in sorted(SAMPLES.glob("*/*.txt"))
    if path.parent.name != "difficult"
]
SYLLABLES = sorted(
    {word.lower() for text in ARTICLES for word in text.split() if is_syllable(word) and not word.isascii()}
)
FOOTBALL = (
    "Đội bóng thành phố biển thắng ngược 3-2 trên sân khách trong trận đấu muộn tối qua. Tiền đạo mang áo số chín "
    "ghi hai bàn ở hiệp hai, còn thủ môn cản phá một quả phạt đền ở phút bù giờ. Huấn luyện viên nói cầu thủ của ông "
    "đã chơi kiên nhẫn, giữ bóng tốt và xứng đáng giành ba điểm để leo lên vị trí thứ tư trên bảng xếp hạng giải vô "
    "địch quốc gia."
)


def read_as(data: bytes, reader: str, holes: str = "control") -> str:
    """Read bytes in a single-byte encoding; those it does not have become controls, U+FFFD or nothing."""
    if reader == "latin-1":
        return data.decode("latin-1")
    chars = code_page(reader).chars
    others = {"control": chr, "replaced": lambda _: "\ufffd", "dropped": lambda _: ""}[holes]
    return "".join(others(byte) if chars[byte] == "\ufffe" else chars[byte] for byte in data)


def encodable(text: str, name: str) -> str:
    known = code_page(name).bytes_of
    if name == "tcvn3":
        text = "".join(char if char in known else char.lower() for char in text)
    return "".join(filter(known.__contains__, text))


def differing_words(first: str, second: str) -> float:
    a, b = first.split(), second.split()
    if len(a) != len(b):
        return 1.0
    return sum(map(str.__ne__, a, b)) / len(a)


@pytest.mark.parametrize("name", ["tcvn3-saved-as-unicode.txt", "vni-saved-as-unicode.txt"])
def test_fonts_saved_as_unicode(name: str) -> None:
    decoded = decode((FILES / name).read_bytes())
    assert (decoded.text.strip(), decoded.encoding) == (FOOTBALL, "utf-8, mended")


def test_utf8_read_as_windows_1258() -> None:
    """Letters that lost a byte come back where one letter makes a syllable; "giờ" may be "giỏ", and stays marked."""
    decoded = decode((FILES / "utf8-read-as-1258.txt").read_bytes())
    assert decoded.encoding == "utf-8, mended"
    lost = [(a, b) for a, b in zip(decoded.text.split(), FOOTBALL.split(), strict=True) if a != b]
    assert lost == [("đ\ufffdn", "đền"), ("gi\ufffd.", "giờ.")]


@pytest.mark.parametrize("reader", ["latin-1", "windows-1252", "windows-1258"])
@pytest.mark.parametrize("text", ARTICLES)
def test_utf8_read_wrongly(reader: str, text: str) -> None:
    assert mended(read_as(text.encode(), reader)) == text
    assert mended(read_as(text.encode(), reader).replace("\n", "\r\n")) == text.replace("\n", "\r\n")


@pytest.mark.parametrize("reader", ["cp1250", "cp1254", "mac_roman", "cp437", "cp850"])
def test_utf8_read_in_rarer_encodings_is_put_right_or_refused(reader: str) -> None:
    for text in ARTICLES:
        data = text.encode().decode(reader, "replace").encode()
        try:
            found = decode(data)
        except DecodingError as error:
            assert "letters were lost" in str(error)  # noqa: PT017 - one or the other
        else:
            assert found.encoding == "utf-8, mended"
            assert differing_words(found.text, text) < 0.15


def test_letters_written_as_entities() -> None:
    for text in ARTICLES:
        written = "".join(char if char.isascii() else f"&#{ord(char)};" for char in text)
        assert decode(written.encode()) == Decoded(text, "utf-8, mended")
        assert decode(written.encode(), mend=False).text == written
    mixed = "Bệnh vi&#7879;n v&agrave; tr&#x1B0;&#7901;ng h&oacute;a AT&amp;T &lt;b&gt; &copy; &nbsp;"
    assert mended(mixed) == "Bệnh viện và trường hóa AT&amp;T &lt;b&gt; &copy; &nbsp;"
    assert mended("H&M; R&D; x&eacute;cafe") == "H&M; R&D; x&eacute;cafe"


@pytest.mark.parametrize("reader", ["windows-1252", "windows-1258"])
@pytest.mark.parametrize("holes", ["replaced", "dropped"])
def test_utf8_read_wrongly_that_lost_bytes(reader: str, holes: str) -> None:
    """Most words come back whole; the others keep a mark, or what is left of them."""
    differing = []
    for text in ARTICLES:
        found = mended(read_as(text.encode(), reader, holes))
        differing.append(differing_words(found, text))
        assert not is_spoilt(found)
    assert sum(differing) / len(differing) < 0.12, differing


def test_letters_read_wrongly_that_lost_their_no_break_space() -> None:
    text = "và hàng nghìn người đà khách qua nhà ga là có thật, thành phố cho biết"
    mangled = read_as(text.encode(), "windows-1252").replace("\u00a0", " ")
    assert not is_spoilt(mended(mangled))
    assert sum(word in mended(mangled).split() for word in text.split()) >= 0.75 * len(text.split())


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
@pytest.mark.parametrize("reader", ["latin-1", "windows-1252", "windows-1258"])
def test_fonts_read_wrongly(name: str, reader: str) -> None:
    """Pieces of about forty words, in small letters and as they are."""
    if name == reader:
        return
    wrong, total = [], 0
    for article in ARTICLES:
        for at in range(0, len(article) - 200, 200):
            text = " ".join(encodable(article[at : at + 200], name).split())
            saved = read_as(code_page(name).encode(text), reader)
            if saved == text:
                continue
            total += 1
            if mended(saved) != text:
                wrong.append((text, mended(saved)))
    assert total > 150
    # Undefined bytes of windows-1258 are Latin-1 letters to nobody: what VISCII and VPS need is lost on the way.
    assert len(wrong) <= 0.02 * total, wrong[:5]


@pytest.mark.parametrize("reader", ["latin-1", "windows-1252"])
def test_one_upon_the_other(reader: str) -> None:
    for text in ARTICLES[:8]:
        twice = read_as(read_as(text.encode(), reader).encode(), reader)
        assert mended(twice) == text
        fonts = encodable(text, "vni")
        assert mended(read_as(read_as(code_page("vni").encode(fonts), reader).encode(), reader)) == fonts


def test_lines_that_are_right_stay_right() -> None:
    first, second = ARTICLES[0].splitlines()[0], encodable(ARTICLES[1].splitlines()[-1], "vni")
    for reader in ("latin-1", "windows-1252"):
        saved = read_as(code_page("vni").encode(second), reader)
        assert mended(f"{first}\n{saved}\n{first}") == f"{first}\n{second}\n{first}"


@pytest.mark.parametrize("text", ARTICLES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_clean_articles_stay(text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)
    for variant in (text, text.upper(), text.lower(), text.title(), text.replace(" ", "\u00a0"), *text.splitlines()):
        assert mended(variant) == variant
        assert not is_spoilt(variant)
        assert put_right(variant, "utf-8").text == variant


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=60), st.sampled_from([str, str.upper, str.title]))
@settings(deadline=None)
def test_clean_syllables_stay(words: list[str], change: object) -> None:
    text = change(" ".join(words))  # type: ignore[operator]
    assert mended(text) == text
    assert not is_spoilt(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12))
@example("Ã\xa0")
@example("ĐÃ\xa0")
@example("Å\x80")
@settings(deadline=None, max_examples=500)
def test_a_few_characters_are_no_evidence(text: str) -> None:
    assert put_right(text, "utf-8").text == text.removeprefix("\ufeff")


OTHERS = [
    "Les élèves français étudient à l'école, où la forêt fut brûlée à côté des îles; Noël, ça et là, œuvre, aïeul.",
    "Die Straße über den Fluß führt zu schönen Häusern, größer als früher; Äpfel, Öl und Übung für alle Bürger.",
    "El niño pequeño comió una manzana en el jardín mañana; ¿qué pasó después? ¡Adiós, señor! Así será el año.",
    "A educação não é só dever: a população pediu ações já, não amanhã; são três irmãs, mãe e avó à mesa.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy; šťastný děd čte článek o řece.",
    "Hän söi sämpylää ja näki yöllä pöllön; sää on tänään hyvä, äiti sanoo. Älä lyö, tyttö!",
    "Smørrebrød på bordet; jeg går gerne en tur ved åen, når det er køligt. Øl, ære og år.",
    "Þetta er ágætt; það var gömul kona í húsinu, ðegar við komum. Öll börnin sáu hana.",
    "25 °C; 5 m²; § 12; © 2024 Công ty; ® đã đăng ký; ½ lít; 3 × 4 ÷ 2 = 6; «trích»; µm; ¥100; £20",
    "Beyoncé, Zoë, São Paulo, Señor José và Škoda: năm cái tên trong một câu.",
    "f(a) = a^2 + b^2; x += y*2; if (a>b) { return c++; } // e^x ~ 1 + x; C++ va` Java",
    "Hoi nghi thuong dinh My - Trieu: hai ben noi gi? Ai loi? Ai thiet? Cau tra loi: chua ro.",
    "I don't know why he's late... Who's there? You're kidding! It's o'clock. (a) yes (b) no (e) maybe",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages_and_signs_stay(text: str) -> None:
    for variant in (text, text.upper(), f"{text}\n{text}"):
        assert decode(variant.encode()).text == variant
        assert decode(variant.encode()).encoding == "utf-8"


@pytest.mark.parametrize("text", ARTICLES)
def test_letters_replaced_by_question_marks_are_refused(text: str) -> None:
    data = text.encode("windows-1252", "replace")
    with pytest.raises(DecodingError, match=r"letters were lost.*--no-mend"):
        decode(data)
    assert decode(data, mend=False).text.count("?") >= 20


def test_text_full_of_replacement_characters_is_refused() -> None:
    for text in ARTICLES[:5]:
        lost = "".join(char if char.isascii() else "\ufffd" for char in text)
        with pytest.raises(DecodingError, match="letters were lost"):
            decode(lost.encode())
        with pytest.raises(DecodingError, match="letters were lost"):
            put_right(lost, "utf-8")
        assert put_right(lost, "utf-8", mend=False).text == lost


def test_questions_and_addresses_are_not_spoilt() -> None:
    text = "Ai? Gì? Ở đâu? Xem https://vi.example/tin?a=b&c=d?e và hỏi-đáp??? Thế à?! Không."
    assert decode(text.encode()).text == text
    assert not is_spoilt("Sao vay? Ai noi the? Khong biet nua? That a?")


@given(st.text(max_size=200), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_what_the_cheap_look_passes_is_left_alone(text: str, seed: random.Random) -> None:
    words = [*text.split(), *seed.sample(SYLLABLES, 5)]
    seed.shuffle(words)
    text = " ".join(words)
    if not may_need_mending(text):
        assert mended(text) == text
        assert not is_spoilt(text)
