"""Whole files: each has its row, with a label or with what is wrong; nothing hangs."""

import gzip
import os
import random
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chude.errors import InputError
from chude.labelling.api import label_files


def rows(*paths: str | Path, **options: Any) -> list[dict[str, Any]]:
    return [row for batch in label_files(list(paths), **options) for row in batch.rows()]


def test_each_text_has_one_row_in_order(tree: Callable[[int], Path], model: Any) -> None:
    root = tree(1500)
    found = rows(root, model=model)
    assert [row["path"] for row in found] == sorted(map(str, root.rglob("*.txt")), key=os.fsencode)
    assert all(row["error"] is None and row["row"] is None and row["encoding"] == "utf-8" for row in found)


def test_rows_do_not_depend_on_threads(tree: Callable[[int], Path], model: Any) -> None:
    root = tree(1200)
    assert rows(root, model=model, threads=1) == rows(root, model=model, threads=5)


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_special_and_broken_files(tmp_path: Path, model: Any, nobody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    Path("dead.txt").symlink_to("nowhere")
    Path("circle.txt").symlink_to("circle.txt")
    Path("device.txt").symlink_to("/dev/zero")
    Path("secret.txt").write_text("Giá vàng", encoding="utf-8")
    Path("secret.txt").chmod(0)
    Path("good.txt").write_text("Giá vàng", encoding="utf-8")
    Path("empty.txt").write_bytes(b"")
    Path("blank.txt").write_bytes(b" \n\n")
    with nobody():
        found = {row["path"]: row for row in rows(".", model=model)}
    assert {path: row["error"] for path, row in found.items()} == {
        "./blank.txt": None,
        "./circle.txt": "cannot be opened: too many levels of symbolic links",
        "./dead.txt": "broken symbolic link",
        "./device.txt": "a device, not a file",
        "./empty.txt": "empty file",
        "./good.txt": None,
        "./pipe.txt": "a named pipe, not a file",
        "./secret.txt": "cannot be opened: permission denied",
    }
    assert found["./blank.txt"]["reason"] == "empty"
    assert found["./blank.txt"]["topic"] == "unknown"
    assert found["./dead.txt"]["topic"] is None
    assert found["./dead.txt"]["probability"] is None


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_a_socket(tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        assert [row["error"] for row in rows(".", model=model)] == ["a socket, not a file"]


@pytest.mark.skipif(os.name == "nt", reason="no such rights there")
def test_a_folder_that_loses_permission_midway(tree: Any, model: Any, nobody: Any) -> None:
    root = tree(1400)
    folders = sorted(root.iterdir())
    batches = iter(label_files(root, model=model, threads=1))
    with nobody():
        found = [*next(batches).rows()]
    folders[-1].chmod(0)
    folders[-2].chmod(0o444)
    with nobody():
        found += [row for batch in batches for row in batch.rows()]
    for folder in folders:
        folder.chmod(0o755)
    failed = [row for row in found if row["error"]]
    assert len(found) == 1400
    assert len(failed) == 400
    assert {row["error"] for row in failed} == {"cannot be opened: permission denied"}


def test_sparse_giant_is_not_read(tmp_path: Path, model: Any) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert [row["error"] for row in rows(path, model=model)] == [
        "larger than a text may be (16,777,216 bytes; chude label --max-size allows more)"
    ]


def test_giants_that_are_read(tmp_path: Path, model: Any) -> None:
    (tmp_path / "a.txt").write_text("ấ" * (10 << 20 >> 1), encoding="utf-8")
    (tmp_path / "b.txt").write_text("a" + "\u0301" * 1_000_000, encoding="utf-8")
    assert [row["error"] for row in rows(tmp_path, model=model)] == [None, None]


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda data, chance: data[: chance.randrange(len(data))],
    "flip": lambda data, chance: bytes(b ^ (1 << chance.randrange(8)) if chance.random() < 0.02 else b for b in data),
    "splice": lambda data, chance: data[chance.randrange(len(data)) :] + data[: chance.randrange(len(data))],
    "random": lambda data, chance: chance.randbytes(chance.randrange(1, 3000)),
    "surrogates": lambda data, chance: data.decode().encode("utf-16-le")[1:] + b"\x00\xd8" * 9,
    "nul": lambda data, chance: data + b"\0" * chance.randrange(1, 999),
    "wide": lambda data, chance: data.decode().encode(chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-8-sig"])),
    "signed": lambda data, chance: (
        chance.choice([b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"\xff\xfe", b"PK\x03\x04"]) + data
    ),
}


def test_mutated_files_have_their_rows(tmp_path: Path, model: Any, sentence: Any) -> None:
    count = 1000 if os.environ.get("CHUDE_SOAK") else 120
    names = list(MUTATIONS)
    for k in range(count):
        chance = random.Random(k)
        data = " ".join(sentence(k + n) for n in range(chance.randrange(1, 12))).encode()
        for _ in range(chance.randrange(1, 3)):
            try:
                data = MUTATIONS[names[chance.randrange(len(names))]](data, chance) or b"?"
            except UnicodeError:
                data = data[::-1]
        (tmp_path / f"{k:04}.txt").write_bytes(data)
    found = rows(tmp_path, model=model)
    assert [Path(row["path"]).name for row in found] == [f"{k:04}.txt" for k in range(count)]
    assert all((row["topic"] is None) == (row["error"] is not None) for row in found)
    assert all(row["encoding"] is not None for row in found if row["error"] is None)


def test_archives(tmp_path: Path, model: Any) -> None:
    text = "Giá vàng tăng mạnh."
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    import pyarrow as pa

    (tmp_path / "b.txt.zst").write_bytes(pa.compress(text.encode(), "zstd", asbytes=True))
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(text.encode())[:-9])
    (tmp_path / "d.txt.zst").write_bytes(b"\x28\xb5\x2f\xfd nonsense")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("z/2.txt", text)
        archive.writestr("z/1.txt", text.encode("utf-16"))
        archive.writestr("z/picture.png", "x")
        archive.writestr("__MACOSX/z/._1.txt", "x")
        archive.writestr("z/.hidden.txt", "x")
    (tmp_path / "f.zip").write_bytes(b"PK nonsense")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        archive.writestr("tên.txt", text)
    (tmp_path / "g.zip").write_bytes((tmp_path / "g.zip").read_bytes().replace("tên".encode(), b"t\xff\xffn"))
    found = rows(*sorted(tmp_path.iterdir()), model=model)
    labelled = {Path(row["path"]).relative_to(tmp_path).as_posix(): row["error"] or row["encoding"] for row in found}
    assert labelled.pop("c.txt.gz").startswith("damaged or encrypted archive (")
    assert labelled.pop("d.txt.zst").startswith("damaged archive (")
    assert labelled.pop("g.zip").startswith("not a zip archive ('utf-8' codec can't decode byte 0xff")
    assert labelled == {
        "a.txt.gz": "utf-8",
        "b.txt.zst": "utf-8",
        "e.zip/z/1.txt": "utf-16-le",
        "e.zip/z/2.txt": "utf-8",
        "f.zip": "not a zip archive (File is not a zip file)",
    }
    assert len({row["probability"] for row in found if row["error"] is None}) == 1


def test_a_bomb_is_not_unpacked(tmp_path: Path, model: Any) -> None:
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(bytes(64 << 20)))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bytes(64 << 20))
    found = rows(tmp_path / "bomb.txt.gz", tmp_path / "bomb.zip", model=model)
    assert all(row["error"].startswith("larger than a text may be") for row in found)


def test_pages(tmp_path: Path, model: Any) -> None:
    pytest.importorskip("trafilatura")
    body = "".join(f"<p>{'Giá vàng trong nước hôm nay tăng mạnh so với hôm qua. ' * 4}</p>" for _ in range(3))
    (tmp_path / "a.html").write_text(
        f"<html><body><article><h1>Tin</h1>{body}</article></body></html>", encoding="utf-8"
    )
    (tmp_path / "b.htm").write_bytes(b"<<<>>>\xff\x00")
    found = rows(tmp_path, model=model, include=["*.htm*"])
    assert [row["error"] is None for row in found] == [True, False]


def test_names_given_twice_come_once(tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.txt"):
        Path(name).write_text("Giá vàng", encoding="utf-8")
    assert [row["path"] for row in rows("b.txt", "*.txt", ".", "./a.txt", model=model)] == ["b.txt", "a.txt"]


@pytest.mark.parametrize(
    ("paths", "options", "said"),
    [
        (["missing.txt"], {}, "no such file or folder: missing.txt"),
        (["Đội bóng thành phố thắng."], {}, "no such file .* thắng.; a text itself is given by standard input"),
        (["Đội bóng nào sẽ thắng?"], {}, "nothing matches .* thắng\\?; a text itself is given by standard input"),
        (["Tin về đội bóng thành phố.txt"], {}, "no such file or folder: Tin về đội bóng thành phố.txt$"),
        (["*.nothing"], {}, r"nothing matches \*.nothing"),
        ([], {}, "nothing to label"),
        (["."], {"include": ["*.doc"]}, r"no texts in \.: searched for \*\.doc"),
        (["t.csv"], {}, "t.csv is a table: name its column of text .* its columns are: id, content"),
        (["a.txt"], {"threads": 0}, "the number of threads must be at least 1, not 0"),
        (["a.txt"], {"encoding": "klingon"}, "unknown encoding 'klingon'"),
        (["a.txt"], {"min_probability": 1.5}, "between 0 and 1, not 1.5"),
        (["a.txt"], {"max_size": 0}, "at least 1 byte, not 0"),
        (["a.txt"], {"top": -1}, "0 or more, not -1"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch, paths: list[str], options: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Giá vàng", encoding="utf-8")
    Path("t.csv").write_text("id,content\n1,x\n", encoding="utf-8")
    with pytest.raises(InputError, match=said):
        rows(*paths, model=model, **options)


@pytest.mark.parametrize("given", ["a.txt", "./a.txt", "*.txt", "link.md", "folder/../a.txt"])
@pytest.mark.parametrize("out", ["a.txt", "out.csv"])
def test_a_text_is_not_replaced_by_its_label(
    tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch, given: str, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Giá vàng", encoding="utf-8")
    Path("folder").mkdir()
    Path("link.md").symlink_to("a.txt")
    Path("out.csv").symlink_to("a.txt")
    with pytest.raises(InputError, match="both input and output"):
        label_files(given, model=model).write(out, format="csv")
    assert Path("a.txt").read_text(encoding="utf-8") == "Giá vàng"


def test_the_format_is_that_of_the_name_given_not_of_what_it_links_to(
    tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Giá vàng", encoding="utf-8")
    Path("labels.csv").symlink_to("stored.2024")
    label_files("a.txt", model=model).write("labels.csv")
    assert Path("stored.2024").read_text(encoding="utf-8").startswith("path,row,")


def test_forced_encoding(tmp_path: Path, model: Any) -> None:
    (tmp_path / "a.txt").write_bytes(b"Ti\xd5ng Vi\xd6t")
    assert rows(tmp_path, model=model, encoding="TCVN3")[0]["encoding"] == "tcvn3"
