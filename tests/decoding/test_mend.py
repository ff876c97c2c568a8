"""Mangled UTF-8 is mended, good text is left alone, and good text never loads ftfy."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from chude.decoding import decode
from chude.decoding.mend import looks_mangled, mended

HERE = Path(__file__).parent
GOOD = [case["text"] for case in tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["good"]]
SAMPLES = HERE.parents[1] / "data" / "samples"
ARTICLES = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*-*/*.txt"))]


def mangle(text: str, reader: str) -> str:
    """Read UTF-8 as Latin-1, or as windows-1252 with its five holes read as Latin-1, as browsers do."""
    if reader == "latin-1":
        return text.encode().decode("latin-1")
    holes = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    return "".join(chr(byte) if byte in holes else bytes([byte]).decode("cp1252") for byte in text.encode())


@pytest.mark.parametrize("reader", ["latin-1", "windows-1252"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le"])
def test_mangled_articles_are_mended(reader: str, encoding: str) -> None:
    assert len(ARTICLES) > 20
    for text in ARTICLES:
        data = mangle(text, reader).encode(encoding)
        assert decode(data).text == text
        assert decode(data).encoding == f"{encoding}, mended"


def test_mending_can_be_switched_off() -> None:
    mangled = mangle(ARTICLES[0], "latin-1")
    assert decode(mangled.encode(), mend=False).text == mangled
    assert decode(mangled.encode(), mend=False).encoding == "utf-8"


def test_only_mangled_lines_are_mended() -> None:
    good, other = ARTICLES[0].splitlines()[0], ARTICLES[1].splitlines()[0]
    text = f"{good}\n{mangle(other, 'latin-1')}\n{good}\n"
    assert decode(text.encode()).text == f"{good}\n{other}\n{good}\n"


@pytest.mark.parametrize("text", [*GOOD, *ARTICLES])
def test_good_text_is_left_alone(text: str) -> None:
    for variant in (text, text.upper(), text.replace(" ", "\u00a0")):
        assert mended(variant) == variant
        assert decode(variant.encode()).encoding == "utf-8"


def test_other_repairs_of_ftfy_are_not_wanted() -> None:
    text = "“Trích dẫn”, ﬁ, ＡＢＣ, &amp;, \x1b[1m"
    mangled = mangle(ARTICLES[0], "windows-1252")
    assert mended(f"{text}\n{mangled}") == f"{text}\n{ARTICLES[0]}"


def test_what_was_lost_for_good_stays_marked() -> None:
    """A strict windows-1252 reader replaces five bytes; the letters they belonged to cannot come back."""
    mangled = "đã có những tiếng nói về việc này".encode().decode("cp1252", "replace")
    decoded = decode(mangled.encode())
    assert decoded.encoding == "utf-8, mended"
    assert "\ufffd" in decoded.text
    assert "những tiếng nói" in decoded.text


def test_good_text_does_not_load_ftfy() -> None:
    code = (
        "import sys; from chude.decoding import decode; from pathlib import Path\n"
        f"for path in Path({str(SAMPLES)!r}).rglob('*.txt'): decode(path.read_bytes())\n"
        "print({'ftfy', 'trafilatura', 'lxml', 'sklearn', 'pyarrow', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_the_cheap_check_sees_every_toned_letter() -> None:
    for reader in ("latin-1", "windows-1252"):
        for char in "àáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ":
            assert looks_mangled(mangle(char, reader))
            assert looks_mangled(mangle(char.upper(), reader))
