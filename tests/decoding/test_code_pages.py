"""The encodings agree with their sources, with each other's implementations, and with themselves there and back."""

import shutil
import subprocess
import tomllib
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.names import ENCODINGS
from chude.decoding.syllables import TONED
from chude.errors import InputError

LETTERS = sorted({*TONED, *"ăâêôơưđĂÂÊÔƠƯĐ"})
SECOND_SOURCES = tomllib.loads(Path(__file__).with_name("second_sources.toml").read_text(encoding="utf-8"))
ICONV = {"viscii": "VISCII", "tcvn3": "TCVN", "windows-1258": "CP1258"}


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
def test_every_letter_goes_there_and_back(name: str) -> None:
    letters = [char for char in LETTERS if name != "tcvn3" or char in code_page(name).bytes_of]
    assert len(letters) >= (74 if name == "tcvn3" else 134)
    for char in letters:
        assert code_page(name).decode(code_page(name).encode(char)) == char


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
@given(data=st.data())
@settings(deadline=None)
def test_what_can_be_encoded_comes_back(name: str, data: st.DataObject) -> None:
    alphabet = sorted(code_page(name).bytes_of.keys() - set("\u0300\u0301\u0303\u0309\u0323"))
    text = data.draw(st.text(st.sampled_from(alphabet)))
    assert code_page(name).decode(code_page(name).encode(text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
def test_bytes_without_a_meaning_are_marked_never_dropped(name: str) -> None:
    decoded = [code_page(name).decode(bytes([byte])) for byte in range(256)]
    assert all(len(char) == 1 for char in decoded)
    assert [decoded[byte] for byte in range(0x20, 0x7F)] == [chr(byte) for byte in range(0x20, 0x7F)]


def test_vni_marks_need_their_letter() -> None:
    assert code_page("vni").decode("toâi vaø nhaø".encode("latin-1")) == "tôi và nhà"
    assert code_page("vni").decode("øa, bù".encode("latin-1")) == "\ufffda, b\ufffd"


def test_tcvn3_has_no_toned_capitals() -> None:
    with pytest.raises(InputError, match="tcvn3 cannot write 'Ấ'"):
        code_page("tcvn3").encode("ẤM")


@pytest.mark.parametrize("name", SECOND_SOURCES)
def test_second_source_agrees(name: str) -> None:
    letters = {char: bytes.fromhex(digits) for char, digits in SECOND_SOURCES[name].items()}
    assert len(letters) >= 120
    assert {char: code_page(name).encode(char) for char in letters} == letters
    assert {char: code_page(name).decode(data) for char, data in letters.items()} == {char: char for char in letters}


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not installed")
@pytest.mark.parametrize("name", ICONV)
def test_iconv_agrees(name: str) -> None:
    letters = [char for char in LETTERS if char in code_page(name).bytes_of]
    text = " ".join(letters)
    command = ["iconv", "-f", ICONV[name], "-t", "UTF-8"]
    run = subprocess.run(command, input=code_page(name).encode(text), capture_output=True, check=False)
    if b"not supported" in run.stderr or b"unsupported" in run.stderr:
        pytest.skip(f"this iconv does not know {ICONV[name]}")
    assert unicodedata.normalize("NFC", run.stdout.decode()) == text


@given(st.text(st.sampled_from([*LETTERS, *"abc xyz 123"])))
@settings(deadline=None)
def test_windows_1258_is_pythons_own_once_composed(text: str) -> None:
    data = code_page("windows-1258").encode(text)
    assert unicodedata.normalize("NFC", data.decode("cp1258")) == code_page("windows-1258").decode(data)


def test_an_encoding_that_is_detected_can_be_asked_for() -> None:
    assert set(LEGACY_ENCODINGS) < set(ENCODINGS)


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii", "vps"])
def test_tables_name_their_source_and_show_the_right_letters(name: str) -> None:
    lines = files("chude.decoding").joinpath("maps", f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    assert any("RFC 1456" in line or "UniKey" in line for line in lines if line.startswith("#"))
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(f"U+{ord(shown):04X}" == code for _, shown, code in rows if shown)
    assert len({source for source, _, _ in rows}) == len(rows)
