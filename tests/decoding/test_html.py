"""Main text of pages, in whatever encoding they come."""

import subprocess
import sys
import time

import pytest

from chude.decoding import decode_html, main_text
from chude.decoding.code_pages import code_page
from chude.errors import DecodingError, MissingExtraError

BODY = (
    "Giá lúa hè thu ở nhiều tỉnh miền Tây tăng thêm ba trăm đồng một ký so với tuần trước, nông dân phấn khởi.",
    "Các thương lái cho biết nhu cầu xuất khẩu gạo vẫn cao trong khi nguồn cung hạn chế, nên giá khó giảm.",
)
PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>Giá lúa tăng - Báo Mẫu</title>
<script>if (a < b) track("lúa")</script></head>
<body><nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/the-thao">Thể thao</a></li></ul></nav>
<article><h1>Giá lúa tăng</h1><p>{0}</p><p>{1}</p></article>
<footer>Giấy phép số 12/GP-BTTTT</footer></body></html>"""
TEXT = "\n".join(("Giá lúa tăng", *BODY))


def page(charset: str) -> str:
    return PAGE.format(*BODY, charset=charset)


def test_title_and_text_and_nothing_else() -> None:
    pytest.importorskip("trafilatura")
    assert main_text(page("utf-8")) == TEXT
    assert main_text(page("utf-8").encode()) == TEXT


@pytest.mark.parametrize("said", ["utf-8", "windows-1252", "nonsense", "x-user-defined"])
@pytest.mark.parametrize("name", ["utf-8", "utf-16", "windows-1258", "vni", "tcvn3"])
def test_the_bytes_count_not_what_the_page_says(name: str, said: str) -> None:
    pytest.importorskip("trafilatura")
    html = page(said)
    if name.startswith("utf"):
        decoded = decode_html(html.encode(name))
    else:
        known = code_page(name).bytes_of
        decoded = decode_html(code_page(name).encode("".join(char if char in known else char.lower() for char in html)))
    assert (decoded.text, decoded.encoding) == (TEXT, "utf-16-le" if name == "utf-16" else name)


def test_what_the_page_says_counts_where_nothing_else_fits() -> None:
    pytest.importorskip("trafilatura")
    russian = "<html><head><meta charset=windows-1251></head><body><p>Привет, это страница о погоде.</p></body></html>"
    decoded = decode_html(russian.encode("windows-1251"))
    assert (decoded.text, decoded.encoding) == ("Привет, это страница о погоде.", "cp1251")
    with pytest.raises(DecodingError, match="encoding chude does not know"):
        decode_html(russian.replace("windows-1251", "klingon").encode("windows-1251"))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<html><body></body></html>", ""),
        ("<p>ngắn &amp; gọn</p><script>var lúa</script><b>đậm</b> 3 < 5", "ngắn & gọn\nđậm 3 < 5"),
        ("<html><head><title>Tiêu đề</title></head><body><div>vài chữ</div></body></html>", "Tiêu đề\nvài chữ"),
        ("chỉ là chữ, không có thẻ", "chỉ là chữ, không có thẻ"),
    ],
)
def test_without_a_main_text_all_visible_text_stands_in(html: str, text: str) -> None:
    pytest.importorskip("trafilatura")
    assert main_text(html) == text


def test_mangled_pages_are_mended() -> None:
    pytest.importorskip("trafilatura")
    mangled = page("utf-8").encode().decode("latin-1").encode()
    assert decode_html(mangled).encoding == "utf-8, mended"
    assert decode_html(mangled).text == TEXT
    assert decode_html(mangled, mend=False).encoding == "utf-8"


@pytest.mark.parametrize(
    "html", ["<div>" * 5000 + "sâu", "<script>" * 50_000, "<" * 500_000, "<p>" + "chữ " * 400_000, "&" * 500_000]
)
def test_hostile_pages_take_time_in_proportion(html: str) -> None:
    pytest.importorskip("trafilatura")
    start = time.perf_counter()
    assert isinstance(main_text(html), str)
    assert time.perf_counter() - start < 20


def test_not_a_page() -> None:
    with pytest.raises(DecodingError, match="PNG image"):
        decode_html(b"\x89PNG\r\n\x1a\n")


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match=r'pip install "chude\[html\]"'):
        main_text("<p>chữ</p>")


def test_nothing_is_written_to_the_console() -> None:
    pytest.importorskip("trafilatura")
    code = "from chude.decoding import main_text; main_text(''); main_text('<html></html>'); main_text('\\x01')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")
