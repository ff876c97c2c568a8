"""Files are read by what is in them: pages, mails, documents, prose, whatever they are called."""

import base64
import concurrent.futures
import datetime
import email.message
import io
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chude.decoding import Decoded, documents, file_text, require_reader
from chude.decoding.code_pages import code_page
from chude.decoding.documents import document_text, workbook_rows
from chude.decoding.magic import PDF, WORD, WORKBOOK
from chude.decoding.mail import decode_mail
from chude.errors import DecodingError, MissingExtraError

FILES = Path(__file__).with_name("files")
TITLE = "Đi bộ nhanh 20 phút mỗi ngày giúp người tiểu đường kiểm soát đường huyết"
BODY = "Bác sĩ Trần Thị Mỹ Hạnh, Trưởng khoa Nội tiết một bệnh viện ở Cần Thơ, cho biết nhiều bệnh nhân đái tháo đường"


def read(name: str, as_name: str = "") -> Decoded:
    return file_text((FILES / name).read_bytes(), as_name)


@pytest.mark.parametrize("name", ["page.chn", "a.txt", "a", "-", "a.html"])
def test_a_page_by_any_name(name: str) -> None:
    pytest.importorskip("trafilatura")
    found = read("page.chn", name)
    assert found.text.startswith("Ngừng thuốc huyết áp, nhập viện cấp cứu\nBác sĩ khoa nội tim mạch")
    assert "Thể thao" not in found.text
    assert "<" not in found.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "windows-1258", "vni"])
def test_a_page_in_any_encoding(encoding: str) -> None:
    pytest.importorskip("trafilatura")
    page = (FILES / "page.chn").read_text(encoding="utf-8")
    data = code_page(encoding).encode(page) if encoding in {"windows-1258", "vni"} else page.encode(encoding)
    assert file_text(data).text == read("page.chn").text


def test_a_page_that_names_an_encoding_chude_does_not_tell() -> None:
    pytest.importorskip("trafilatura")
    page = "<html><head><meta charset=windows-1251></head><body><p>Привет, это страница о погоде.</p></body></html>"
    assert file_text(page.encode("windows-1251")).text == "Привет, это страница о погоде."


def test_a_saved_page() -> None:
    pytest.importorskip("trafilatura")
    found = read("page.mhtml")
    assert found.text.startswith(f"{TITLE}\n{BODY}")
    assert found.encoding == "utf-8"
    assert "=E1" not in found.text


def test_a_mail() -> None:
    found = read("mail.eml")
    assert found.text.startswith(TITLE)
    assert BODY in found.text
    assert "example.com" not in found.text


def mail(*parts: tuple[str, str, str], subject: str = "Giá vàng") -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", subject
    kind, charset, text = parts[0]
    message.set_content(text, subtype=kind, charset=charset)
    for kind, charset, text in parts[1:]:
        message.add_alternative(text, subtype=kind, charset=charset)
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "cp1258", "iso-8859-1"])
def test_charsets_of_mails(charset: str) -> None:
    text = "Giá vàng là cái mà ai cũng mong." if charset == "utf-8" else "Giá vàng là cái mà ai hay mong."
    assert file_text(mail(("plain", charset, text), subject="Tin")).text.strip() == f"Tin\n{text}"


def test_of_text_and_page_a_mail_gives_the_text() -> None:
    data = mail(("plain", "utf-8", "Chữ của thư."), ("html", "utf-8", "<p>Trang của thư.</p>"))
    assert file_text(data).text.split("\n")[:2] == ["Giá vàng", "Chữ của thư."]


def test_a_mail_that_is_only_a_page() -> None:
    pytest.importorskip("trafilatura")
    assert file_text(mail(("html", "utf-8", "<p>Trang của thư.</p>"))).text == "Giá vàng\nTrang của thư."


def test_attachments_are_no_text() -> None:
    message = email.message.EmailMessage()
    message["From"], message["Date"], message["Subject"] = "a@example.com", "Mon, 1 Jan 2024 08:00:00 +0700", "Ảnh"
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    with pytest.raises(DecodingError, match="mail without a text"):
        file_text(message.as_bytes())


def test_a_mailbox_of_several_mails() -> None:
    one = b"From ann Mon Jan  1 08:00:00 2024\n" + mail(("plain", "utf-8", "Chữ."))
    assert file_text(one).text.startswith("Giá vàng\nChữ.")
    with pytest.raises(DecodingError, match=r"mailbox of 3 mails.*\.eml"):
        file_text(one + b"\n" + one + b"\n" + one)


def test_damaged_and_hostile_mails() -> None:
    head = b"From: a@example.com\nTo: b@example.com\nSubject: =?utf-8?B?%%%?=\nMIME-Version: 1.0\n"
    nested = head + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (k, k) for k in range(3000))
    for data in (
        head + b"Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n!!!!",
        head + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x--\n",
        head + b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ=",
        nested,
    ):
        start = time.perf_counter()
        try:
            assert isinstance(decode_mail(data).text, str)
        except DecodingError as error:
            assert "mail" in str(error)  # noqa: PT017 - one or the other
        assert time.perf_counter() - start < 10


def test_base64_of_a_vietnamese_font() -> None:
    body = base64.encodebytes(code_page("tcvn3").encode("bệnh viện vừa cấp cứu một ca nhồi máu cơ tim")).decode()
    head = "From: a@example.com\nTo: b@example.com\nSubject: x\nContent-Type: text/plain; charset=iso-8859-1\n"
    found = file_text(f"{head}Content-Transfer-Encoding: base64\n\n{body}".encode())
    assert (found.text, found.encoding) == ("x\nbệnh viện vừa cấp cứu một ca nhồi máu cơ tim", "tcvn3")


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    docx = pytest.importorskip("docx")
    document, target = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        grid = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(grid.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        document.add_paragraph("Hết.")
    document.save(target)
    return target.getvalue()


def test_a_word_document_whose_first_bytes_do_not_say_so() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("Giá vàng"))) as source, zipfile.ZipFile(target, "w") as archive:
        archive.writestr("docProps/a.jpeg", b"\xff\xd8" + bytes(8000))
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    assert file_text(target.getvalue()).text == "Giá vàng"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{\\rtf1\\ansi Hi!}", "RTF document, not text: save it as"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
            r"Microsoft Office document .*, not text: save it as \.docx",
        ),
        (b"PK\x05\x06" + bytes(18), "ZIP archive, not text: unpack it, or give it as a file"),
        (b"\x1f\x8b\x08" + bytes(50), "gzip archive, not text: unpack it first"),
        (b"PAR1\x15\x04", "Parquet table, not text: --text-column reads it; the name of a file has to end in .parquet"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive, not text: unpack it first"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG image, not text"),
    ],
)
def test_other_formats_are_named_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(DecodingError, match=says):
        file_text(data, "a.txt")


def pdf(content: str = "", trailer: str = "") -> bytes:
    """Make a PDF of one page, without a table of where its objects are: readers find them."""
    stream = f"BT /F1 12 Tf 72 720 Td ({content}) Tj ET" if content else ""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        font,
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer\n<< /Root 1 0 R /Size 6 {trailer} >>\n%%EOF\n".encode("latin-1")


def test_a_word_document() -> None:
    pytest.importorskip("docx")
    found = read("bai.docx", "bai.txt")
    assert found.text.startswith(f"{TITLE}\n{BODY}")
    assert found.encoding == "docx"


def test_tables_of_a_word_document_stand_where_they_are() -> None:
    data = word("Giá vàng", rows=(("Loại", "Giá"), ("SJC", "120")))
    assert file_text(data).text == "Giá vàng\nLoại\tGiá\nSJC\t120\nHết."


def test_a_word_document_in_a_vietnamese_font_is_mended() -> None:
    text = "bệnh viện vừa cấp cứu một ca nhồi máu cơ tim do bệnh nhân tự ý ngừng thuốc"
    found = file_text(word(code_page("tcvn3").encode(text).decode("latin-1")))
    assert (found.text, found.encoding) == (text, "docx, mended")


def test_a_pdf() -> None:
    pytest.importorskip("pypdfium2")
    found = read("bai.pdf", "bai")
    assert found.encoding == "pdf"
    assert " ".join(TITLE.split()) in " ".join(found.text.split())
    assert " ".join(BODY.split()) in " ".join(found.text.split())
    assert file_text(pdf("Hello, world")).text == "Hello, world"


def test_documents_that_hold_no_text() -> None:
    for data, said in (
        (pdf(), r"PDF document: no text in 1 pages: a scan has to go through OCR first"),
        (word(""), r"Word document \(\.docx\): it holds no text"),
    ):
        with pytest.raises(DecodingError, match=said):
            file_text(data)


def test_an_encrypted_pdf() -> None:
    pytest.importorskip("pypdfium2")
    key = "00" * 32
    encrypted = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<{key}> <{key}>]"
    with pytest.raises(DecodingError, match="PDF document: encrypted: save it without a password"):
        file_text(pdf("Hello", encrypted))


def test_an_encrypted_part() -> None:
    target = io.BytesIO(word("Giá vàng"))
    data = bytearray(target.getvalue())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(sign, at + 1)
    with pytest.raises(DecodingError, match="encrypted"):
        file_text(bytes(data))


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_damaged_documents(kind: str) -> None:
    pytest.importorskip("pypdfium2")
    data = {"docx": word("Giá vàng tăng" * 50), "pdf": (FILES / "bai.pdf").read_bytes(), "xlsx": workbook([["a"]])}[
        kind
    ]
    for cut in (200, len(data) // 3, len(data) // 2, len(data) - 30):
        broken = data[:cut]
        try:
            if kind == "xlsx":
                list(workbook_rows(broken))
            else:
                document_text(broken, WORD if kind == "docx" else PDF)
        except DecodingError as error:
            assert str(error).startswith((WORD, PDF, WORKBOOK))  # noqa: PT017 - readers recover some
            continue
        assert kind == "pdf"


def test_what_unpacks_to_much_more_is_refused() -> None:
    pytest.importorskip("docx")
    target = io.BytesIO(word("Giá vàng"))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/media/a.bin", "w", force_zip64=True) as member,
    ):
        for _ in range(520):
            member.write(bytes(1 << 20))
    assert len(target.getvalue()) < 10 << 20
    with pytest.raises(DecodingError, match="larger unpacked than a document may be"):
        file_text(target.getvalue())


def slow_document() -> bytes:
    source, target = io.BytesIO(word("Giá vàng")), io.BytesIO()
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "word/document.xml":
                paragraph = data[data.index(b"<w:p>") : data.index(b"</w:p>") + len(b"</w:p>")]
                data = data.replace(paragraph, paragraph * 200_000)
            copy.writestr(name, data)
    return target.getvalue()


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    slow = slow_document()
    start = time.perf_counter()
    with pytest.raises(DecodingError, match=r"Word document .* takes longer than 0.5 seconds to read"):
        document_text(slow, WORD, time_limit=0.5)
    assert time.perf_counter() - start < 5
    assert document_text(word("Giá vàng"), WORD) == "Giá vàng"


def test_a_reader_that_dies_takes_no_other_document_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **named: started.append(popen(*args, **named)) or started[-1]
    )
    documents._READERS.end_all()
    slow = slow_document()

    def kill() -> None:
        while not started:
            time.sleep(0.01)
        started[0].kill()

    threading.Thread(target=kill).start()
    with pytest.raises(DecodingError, match=r"Word document .* that cannot be read: damaged, or larger in memory"):
        document_text(slow, WORD)
    assert document_text(word("Giá vàng"), WORD) == "Giá vàng"
    started[1].kill()
    started[1].wait()
    assert document_text(word("Giá vàng"), WORD) == "Giá vàng"
    assert len(started) == 3


def test_documents_in_threads() -> None:
    made = {k: word(f"Giá vàng {k}") for k in range(12)}
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda k: document_text(made[k], WORD), made))
    assert found == [f"Giá vàng {k}" for k in made]


def workbook(*sheets: list[list[Any]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Tờ {number}")
        for row in rows:
            sheet.append(row)
    book.save(target)
    return target.getvalue()


def test_rows_of_a_workbook() -> None:
    rows = [["id", "nội dung"], *([k, f"Giá vàng {k}"] for k in range(1200))]
    dated = [[datetime.date(2024, 2, 3), datetime.datetime(2024, 2, 3, 4, 5), True, None, 1.5]]
    found: dict[str, list[Any]] = {}
    for sheet, piece in workbook_rows(workbook(rows, dated)):
        found.setdefault(sheet, []).extend(piece)
    assert found == {"Tờ 0": rows, "Tờ 1": [["2024-02-03", "2024-02-03T04:05:00", True, None, 1.5]]}


def test_a_workbook_is_a_table_not_a_text() -> None:
    with pytest.raises(DecodingError, match=r"Excel workbook \(\.xlsx\), a table: .*--text-column"):
        file_text(workbook([["a"]]))


def test_rows_that_nobody_asks_for_are_not_read() -> None:
    rows = workbook_rows(workbook([[k] for k in range(5000)]))
    next(rows)
    rows.close()
    assert [len(piece) for _, piece in workbook_rows(workbook([[1], [2]]))] == [2]


@pytest.mark.parametrize(
    ("data", "ending", "says"),
    [
        ("bai.docx", ".docx", r'Word document \(\.docx\) needs python-docx: pip install "chude\[documents\]"'),
        ("bai.pdf", ".pdf", r'PDF document needs pypdfium2: pip install "chude\[documents\]"'),
        ("page.chn", ".html", r'web page \(HTML\) needs trafilatura: pip install "chude\[html\]"'),
    ],
)
def test_what_to_install(data: str, ending: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("docx", "pypdfium2", "trafilatura"):
        monkeypatch.setitem(sys.modules, module, None)
    require_reader.cache_clear()
    with pytest.raises(MissingExtraError, match=says):
        read(data)
    with pytest.raises(MissingExtraError, match=says):
        require_reader(ending)
    require_reader.cache_clear()
    require_reader(".txt")
