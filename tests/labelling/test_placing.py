"""Files sorted into folders: each is in one place, none is overwritten, and the tables say where."""

import csv
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chude.errors import InputError, OutputError
from chude.labelling import placing
from chude.labelling.api import label_files, label_table
from chude.labelling.placing import folder_name


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def clashing(tmp_path: Path, sentence: Callable[[int], str]) -> Path:
    """Thirty folders with a file of the same name, and one that is no text."""
    root = tmp_path / "in"
    for k in range(30):
        (root / f"{k:02}").mkdir(parents=True)
        (root / f"{k:02}" / "tin.txt").write_text(sentence(k), encoding="utf-8")
    (root / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    return root


@pytest.mark.parametrize("move", [False, True])
def test_every_file_has_one_place(tmp_path: Path, clashing: Path, model: Any, move: bool) -> None:
    before = {str(p): p.read_bytes() for p in clashing.rglob("*.txt")}
    out = tmp_path / "sorted"
    (out / "kinh-doanh").mkdir(parents=True)
    (out / "kinh-doanh" / "tin.txt").write_text("somebody else's", encoding="utf-8")
    state, placed = label_files(clashing, model=model).sort_into(out, move=move)
    assert (placed.files, dict(placed.left), state.tally.failed) == (30, {"not labelled": 1}, 1)
    labels, places = table(out / "labels.csv"), table(out / "places.csv")
    topics = {row["path"]: row["topic"] for row in labels}
    assert [row["path"] for row in labels if row["topic"]] == [row["path"] for row in places]
    for row in places:
        assert (out / row["place"]).read_bytes() == before[row["path"]]
        assert Path(row["place"]).parent.name == topics[row["path"]]
    assert len({row["place"] for row in places}) == 30
    assert (out / "kinh-doanh" / "tin.txt").read_text(encoding="utf-8") == "somebody else's"
    assert (out / "the-thao" / "tin-2.txt").exists()
    left = {str(p) for p in clashing.rglob("*.txt")}
    assert left == ({str(clashing / "picture.txt")} if move else set(before))
    assert sorted(p.name for p in out.iterdir() if p.is_file()) == ["labels.csv", "places.csv"]


def test_nothing_is_moved_before_all_is_labelled(tmp_path: Path, clashing: Path, model: Any) -> None:
    def score_texts(texts: Any, *, threads: Any = None) -> Any:
        raise RuntimeError("defect")

    broken = type("Broken", (type(model),), {"score_texts": staticmethod(score_texts)})()
    with pytest.raises(RuntimeError, match="defect"):
        label_files(clashing, model=broken, threads=1).sort_into(tmp_path / "sorted", move=True)
    assert len(list(clashing.rglob("*.txt"))) == 31
    _, placed = label_files(clashing, model=model).sort_into(tmp_path / "sorted", move=True, resume=True)
    assert placed.files == 30


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_moving_to_another_file_system(clashing: Path, model: Any) -> None:
    before = sorted(p.read_bytes() for p in clashing.glob("*/tin.txt"))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        if Path(other).stat().st_dev == clashing.stat().st_dev:
            pytest.skip("the same file system")
        label_files(clashing, model=model).sort_into(Path(other) / "sorted", move=True)
        assert sorted(p.read_bytes() for p in Path(other).rglob("tin*.txt")) == before
        assert not list(Path(other).rglob(".*"))
    assert [p.name for p in clashing.rglob("*.txt")] == ["picture.txt"]


def test_a_copy_that_fails_is_gone_on_with(tmp_path: Path, clashing: Path, model: Any) -> None:
    copies = iter(range(100))

    copyfile = shutil.copyfile

    def full(source: str, target: str) -> None:
        if next(copies) == 12:
            Path(target).write_bytes(b"half")
            raise OSError(28, "No space left on device")
        copyfile(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(OutputError, match=r"no space left on device; labels\.csv is complete: .* --resume"):
            label_files(clashing, model=model).sort_into(tmp_path / "sorted")
    _, placed = label_files(clashing, model=model).sort_into(tmp_path / "sorted", resume=True)
    assert placed.files == 30
    found = sorted(p.read_bytes() for p in (tmp_path / "sorted").rglob("tin*.txt"))
    assert found == sorted(p.read_bytes() for p in clashing.glob("*/tin.txt"))
    assert not list((tmp_path / "sorted").rglob(".*"))


@pytest.mark.parametrize("move", [False, True])
def test_starting_again_places_every_file(
    tmp_path: Path, clashing: Path, model: Any, monkeypatch: pytest.MonkeyPatch, move: bool
) -> None:
    """What the run before has placed does not count for the new one."""
    put, places = placing.Placing._put, iter(range(100))

    def stopped(self: placing.Placing, source: str, place: str) -> None:
        if next(places) == 12:
            raise KeyboardInterrupt
        put(self, source, place)

    before = sorted(p.read_bytes() for p in clashing.glob("*/tin.txt"))
    with monkeypatch.context() as patch:
        patch.setattr(placing.Placing, "_put", stopped)
        with pytest.raises(KeyboardInterrupt):
            label_files(clashing, model=model).sort_into(tmp_path / "sorted", move=move)
    _, placed = label_files(clashing, model=model).sort_into(tmp_path / "sorted", move=move, restart=True)
    assert placed.files == (18 if move else 30)
    assert [p.name for p in clashing.rglob("*.txt")] == ["picture.txt"] or not move
    found = {p.read_bytes() for p in (tmp_path / "sorted").rglob("tin*.txt")}
    assert found - {b""} == set(before)
    for row in table(tmp_path / "sorted" / "places.csv"):
        assert (tmp_path / "sorted" / row["place"]).is_file()


def test_a_file_that_is_gone_by_then(
    tmp_path: Path, clashing: Path, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = placing.Placing.run

    def gone(self: Any) -> Any:
        (clashing / "03" / "tin.txt").unlink()
        return run(self)

    monkeypatch.setattr(placing.Placing, "run", gone)
    _, placed = label_files(clashing, model=model).sort_into(tmp_path / "sorted")
    assert placed.files == 29
    assert placed.left["gone since it was labelled"] == 1


def test_what_cannot_be_sorted(tmp_path: Path, clashing: Path, model: Any) -> None:
    (tmp_path / "t.csv").write_text("text\nmột\n", encoding="utf-8")
    for labels in (label_table(tmp_path / "t.csv", model=model), label_files(clashing / "01", lines=True, model=model)):
        with pytest.raises(InputError, match="only whole files can be sorted"):
            labels.sort_into(tmp_path / "sorted")
    label_files(clashing, model=model).sort_into(tmp_path / "sorted")
    with pytest.raises(InputError, match=r"has a labels\.csv already: sort into another folder"):
        label_files(clashing, model=model).sort_into(tmp_path / "sorted")
    state, placed = label_files(clashing, model=model).sort_into(tmp_path / "sorted", resume=True)
    assert (state.tally.texts, placed.files) == (0, 0)


def test_sorted_files_are_no_input(tmp_path: Path, clashing: Path, model: Any) -> None:
    """The folder may lie in the one that is labelled."""
    (clashing / "sorted").mkdir()
    (clashing / "sorted" / "earlier.txt").write_text("một", encoding="utf-8")
    state, _ = label_files(clashing, model=model).sort_into(clashing / "sorted")
    assert state.tally.texts == 31


@pytest.mark.parametrize(
    ("topic", "name"), [("kinh-doanh", "kinh-doanh"), ("a/b", "a_b"), ("..", "_"), ("c:\\d. ", "c__d"), ("", "_")]
)
def test_folders_of_topics(topic: str, name: str) -> None:
    assert folder_name(topic) == name
