"""Many files read and decoded at once are what the plain form makes of each."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chude.decoding import Decoded, begins_unlike_prose, decode, file_text, prose
from chude.kernels import files as kernel
from chude.kernels.plain import files as plain

letters = st.one_of(
    st.sampled_from("aăâbcđeêắằẵặấầẩẫậxy\n\t\0\ufeff\u0301“”…—\u00a0\U0001f600ÃĂÄÅÆº»·ªáßşøûïö®¶¯¸\ufffd║&#<{=ÿ€ƒˆ™"),
    st.characters(),
)
whole = st.one_of(
    st.text(letters, max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(letters, max_size=12).map(lambda text: ("Hà Nội, Việt " + text).encode("utf-8", "surrogatepass")),
    st.binary(max_size=12),
)
damaged = st.builds(
    lambda data, at, byte: data[: at % (len(data) + 1)] + bytes([byte]) + data[at % (len(data) + 1) + 1 :],
    whole,
    st.integers(0, 30),
    st.integers(0, 255),
)
cut = st.builds(lambda data, end: data[: max(len(data) - end, 0)], whole, st.integers(0, 3))


long = st.builds(
    lambda before, data, n: ("Việt Nam đổi mới " * n)[before:].encode() + data,
    st.integers(0, 40),
    whole,
    st.integers(2, 40),
)


@settings(deadline=None)
@given(st.lists(st.one_of(whole, damaged, cut, long), max_size=8), st.booleans())
@example([b"\xe1\xba", b"\xa1"], True)  # a character parted between two files
@example(["ạ".encode() * 3, b"\xe1\xba", "ạ".encode()], False)
@example([b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80"], True)
def test_texts_decoded_at_once(contents: list[bytes], mend: bool) -> None:
    texts = kernel.decode_utf8(contents, mend)
    assert texts == plain.decode_utf8(contents, mend)
    for data, text in zip(contents, texts, strict=True):
        if text is not None:
            assert str(text.encode().decode()) == text  # a str as Python itself would have made it
            assert hash(text) == hash(data.decode())
            assert decode(data, mend=mend) == Decoded(text, "utf-8")
            assert begins_unlike_prose(data) or file_text(data, mend=mend) == Decoded(text, "utf-8")


first_words = st.one_of(
    st.sampled_from(
        [*'[{<#\\%"/.-', "version https", "create", "Insert", "drop", "lock", "pragma", "copy", "set", "use", "select"]
    ),
    st.sampled_from(
        ["update", "DELETE", "alter", "begin", "start", "commit", "import", "from", "package", "using", "diff", "index"]
    ),
    st.sampled_from(["http/1.1", "warc/1", "Subject:", "a,b", "x" * 60, "x" * 59, "x" * 58 + ":", "a|b;c", "ạ" * 19]),
    st.text("aạ:,;|/+Z0", max_size=4),
)
spaces = st.text(" \n\r\t\f\v", max_size=3)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(spaces, first_words, spaces, st.sampled_from(["", "đổi mới\tx\n", "ạ" * 39 + "ab\t"])), max_size=9
    )
)
@example([("", "Hà", " ", "ạ" * 38 + "xx" + c * 2 + "\t") for c in ("", "x")])
def test_texts_that_begin_as_prose(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, str, str, str]]
) -> None:
    root = tmp_path_factory.mktemp("files")
    contents = ["".join((*part, "Hà Nội đổi mới\n")).encode() for part in parts]
    paths = [str(root / str(k)) for k in range(len(parts))]
    for path, data in zip(paths, contents, strict=True):
        Path(path).write_bytes(data)
    read = kernel.read_texts(paths, 1 << 20, 1 << 20, True)
    assert read == plain.read_texts(paths, 1 << 20, 1 << 20, True)
    for data, text, rest, size in zip(contents, *read, strict=True):
        assert size == len(data)
        assert (text, rest) == ((None, data) if text is None else (data.decode(), None))
        assert text is None or (not begins_unlike_prose(data) and file_text(data) == Decoded(text, "utf-8"))


FILE_TYPES = tomllib.loads((Path(__file__).parents[1] / "decoding" / "file_types.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", [kernel, plain])
@pytest.mark.parametrize("case", FILE_TYPES["type"], ids=lambda case: case["why"])
def test_no_file_of_another_type_is_read_at_once(tmp_path: Path, case: dict[str, str], module: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(case["text"].rstrip("\n") + "\n" + case["text"] + "đổi mới\n", encoding="utf-8", newline="")
    assert module.read_texts([str(path)], 1 << 20, 1 << 20, True)[0] == [None]


# What `begins_unlike_prose` looks for, whatever is added to it, in ASCII and without what shows markup anywhere.
unlike_prose = (
    st.from_regex(prose._SPECIAL_START)
    .map(lambda data: bytes(byte & 0x7F for byte in data).translate(bytes.maketrans(b"<{=\0", b"____")))
    .filter(begins_unlike_prose)
)


@settings(deadline=None)
@given(st.lists(unlike_prose, max_size=8))
@example(
    [b"2024-01-02 10:00 INFO", b"2024/01/02 1", b"127.0.0.1 - - [10/Oct", b"Jan  2 03:04:05 ", b"Jan 12 03:04:05 "]
)
@example(
    [b"fe80.1 - a [1", b"abc a b [1", b"Traceback (most recent", b"msgid _a_", b" \r\n 2024-01-02T10", b"1.5 a b [1"]
)
def test_nothing_that_begins_unlike_prose_is_taken_for_it(
    tmp_path_factory: pytest.TempPathFactory, beginnings: list[bytes]
) -> None:
    root = tmp_path_factory.mktemp("files")
    paths = [str(root / str(k)) for k in range(len(beginnings))]
    for path, data in zip(paths, beginnings, strict=True):
        Path(path).write_bytes(data + "\nHà Nội đổi mới".encode())
    assert kernel.read_texts(paths, 1 << 20, 1 << 20, False)[0] == [None] * len(paths)
    assert plain.read_texts(paths, 1 << 20, 1 << 20, False)[0] == [None] * len(paths)


@pytest.mark.parametrize("mend", [True, False])
def test_most_prose_is_read_at_once(tmp_path: Path, mend: bool) -> None:
    texts = ["Giá vàng & đô la, R&D, AT&T, việc hôm nay", "\r\n TP.HCM (chiều nay) nắng", "“Tôi” đã đến, copy that"]
    for k, text in enumerate(texts):
        (tmp_path / str(k)).write_bytes(text.encode())
    paths = [str(tmp_path / str(k)) for k in range(3)]
    assert kernel.read_texts(paths, 1 << 20, 1 << 20, mend)[0] == texts


@settings(deadline=None)
@given(st.text("aảà“\u00a0", max_size=20), st.integers(0, 300), st.integers(0, 60))
def test_texts_are_the_same_whatever_vectors_there_are(piece: str, start: int, rest: int) -> None:
    from chude.kernels.compiled.files import limit_vectors

    whole = ("ạ" + ("Hà Nội đổi mới " * 20)[start:] + piece * 2 + "x" * rest).encode()
    cut = [whole[:end] for end in (len(whole) - 1, len(whole) // 2, 40, 2)]
    texts = [whole, whole[1:], whole.replace("ộ".encode(), b"\xe1\xbb\xf0"), whole.replace(b"H", b"<"), *cut]
    expected = plain.decode_utf8(texts, True)
    try:
        for n_bytes in (64, 32, 0):
            limit_vectors(n_bytes)
            assert kernel.decode_utf8(texts, True) == expected
    finally:
        limit_vectors(64)


@settings(deadline=None)
@given(st.text("aảà“\u00a0", max_size=20), st.integers(0, 300), st.integers(0, 60))
def test_texts_of_any_length(piece: str, start: int, rest: int) -> None:
    text = "ạ" + ("Hà Nội đổi mới " * 20)[start:] + piece * 2 + "x" * rest
    assert kernel.decode_utf8([text.encode()], True) == [text]
    for at in (0, len(text.encode()) // 2, len(text.encode()) - 1):
        data = bytearray(text.encode())
        data[at] ^= 0x80
        assert kernel.decode_utf8([bytes(data)], False) == plain.decode_utf8([bytes(data)], False)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40) | st.sampled_from([63, 64, 65, 200]), max_size=24),
    st.sampled_from([30, 64, 1000]),
    st.sampled_from([1, 64, 1 << 20]),
)
def test_files_of_any_sizes(tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int, room: int) -> None:
    root = tmp_path_factory.mktemp("files")
    paths = [str(root / f"{k}.txt") for k in range(len(sizes))]
    for k, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        Path(path).write_bytes(bytes([65 + k]) * size)
    contents = kernel.read_files(paths, limit, room)
    assert contents == plain.read_files(paths, limit, room)
    assert contents or not paths
    assert kernel.read_texts(paths, limit, room, False) == plain.read_texts(paths, limit, room, False)


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_odd_files_among_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    Path("folder.txt").mkdir()
    for name, target in {"zero": "/dev/zero", "null": "/dev/null", "dead": "gone", "good": "0.txt"}.items():
        Path(f"{name}.txt").symlink_to(target)
    names = ["pipe", "0", "folder", "1", "zero", "null", "dead", "2", "good", "đất", "missing", "3"]
    for name in ("0", "1", "2", "3", "đất"):
        Path(f"{name}.txt").write_text(name * 3, encoding="utf-8")
    paths = [*(f"{name}.txt" for name in names), "", "0.txt\0x", "\ud800.txt"]
    assert kernel.read_files(paths, 1 << 20, 1 << 20) == plain.read_files(paths, 1 << 20, 1 << 20)
    assert kernel.read_texts(paths, 1 << 20, 1 << 20, True) == plain.read_texts(paths, 1 << 20, 1 << 20, True)
    sizes, times = kernel.sizes_and_times(paths)
    assert (sizes, times) == plain.sizes_and_times(paths)
    assert [sizes[names.index("đất")], times[names.index("missing")]] == [len("đất".encode()) * 3, None]


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_nothing_is_taken_out_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    reader = os.open(tmp_path / "pipe.txt", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(tmp_path / "pipe.txt", os.O_WRONLY)
    os.write(writer, "chưa đọc".encode())
    try:
        assert kernel.read_files([str(tmp_path / "pipe.txt")] * 3, 1 << 20, 1 << 20) == [None] * 3
        assert os.read(reader, 100).decode() == "chưa đọc"
    finally:
        os.close(reader)
        os.close(writer)


OPEN_FILES = Path("/proc/self/fd")


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="open files are counted in /proc")
def test_every_file_is_closed(tmp_path: Path) -> None:
    paths = [str(tmp_path / f"{k}.txt") for k in range(16)]
    for path in paths[::2]:
        Path(path).write_bytes(b"x" * 10)
    before = len(list(OPEN_FILES.iterdir()))
    for room in (1 << 20, 35, 5):
        kernel.read_files(paths, 8 if room == 5 else 100, room)
        kernel.read_texts(paths, 8 if room == 5 else 100, room, True)
    assert len(list(OPEN_FILES.iterdir())) == before
