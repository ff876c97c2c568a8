"""A file from a stranger is one clear error or a working model: no crash, no hang, no flood of memory, no code run."""

import gzip
import importlib.util
import io
import json
import os
import pickle
import time
import tracemalloc
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pytest

from chude import TopicModel
from chude.errors import InputError, ModelFileError
from chude.model import Calibration, Head, Scorer
from chude.tokenizer import Tokenizer
from chude.topics import Topic

_spec = importlib.util.spec_from_file_location("mutants", Path(__file__).with_name("mutants.py"))
assert _spec is not None
assert _spec.loader is not None
mutants = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mutants)

N_MUTANTS = 10_000 if os.environ.get("CHUDE_SOAK") else 300
TEXTS = ["Giá vàng tăng mạnh", "gia vang tang manh", "", "Đội tuyển bóng đá thắng trận"]


@pytest.fixture(scope="module")
def data(make_model) -> bytes:
    return make_model(3).to_bytes()


def loaded(raw: bytes) -> TopicModel | None:
    try:
        return TopicModel.from_bytes(raw)
    except ModelFileError as error:
        said = str(error)
    assert said.strip()
    assert len(said) < 700, said
    return None


def test_mutants_are_refused_or_work(data: bytes) -> None:
    working = 0
    TopicModel.from_bytes(data).score_texts(TEXTS)
    for number in range(N_MUTANTS):
        raw = mutants.mutant(data, number)
        start = time.process_time()
        try:
            model = loaded(raw)
            if model is not None:
                working += 1
                judged = model.score_texts(TEXTS)
                assert np.isfinite(judged.scores).all()
                assert np.allclose(judged.probabilities.sum(axis=1), 1)
                assert judged.probabilities.min() >= 0
                assert loaded(model.to_bytes()) is not None
        except Exception as error:
            raise AssertionError(f"mutant {number}") from error
        assert time.process_time() - start < 20, number
    assert 0.02 * N_MUTANTS < working < 0.8 * N_MUTANTS


def test_every_cut_is_refused(data: bytes) -> None:
    for length in [*range(0, 2000, 7), *range(2000, len(data), 97), len(data) - 1]:
        with pytest.raises(ModelFileError):
            TopicModel.from_bytes(data[:length])


def many_terms(rows: int) -> bytes:
    """The file of a model with one topic and terms as short as can be: the most memory for a byte of it."""
    vocabulary = np.frombuffer("\n".join(f"{i:x}" for i in range(rows)).encode(), np.uint8)
    calibration = Calibration(1, 0, np.zeros(1), np.ones(1))
    head = Head(np.ones(rows, np.float32), np.ones((rows, 1), np.int8), np.zeros(1), calibration)
    scorer = Scorer(Tokenizer(), (1, 1), True, 0, vocabulary, np.ones(rows, np.float32), head)
    return TopicModel("many", (Topic("a", "a", "a"),), scorer).to_bytes()


def peak_of(raw: bytes) -> int:
    """Most bytes of memory at a time while a file is loaded, without the file itself."""
    tracemalloc.start()
    try:
        loaded(raw)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_file_and_what_loading_it_takes_are_at_most_twice_the_file() -> None:
    loaded(many_terms(10))
    raw = many_terms(1_000_000)
    mutated = [mutants.mutant(raw, number) for number in range(0, N_MUTANTS, N_MUTANTS // 20)]
    for number, data in enumerate([raw, *mutated]):
        assert peak_of(data) < len(data) + (2 << 20), number


@pytest.mark.parametrize("padded", [True, False])
def test_a_header_of_one_gigabyte_is_refused_unread(tmp_path: Path, padded: bool) -> None:
    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        file.write((1 << 30).to_bytes(8, "little") + b'{"__metadata__":')
        if padded:
            file.truncate(8 + (1 << 30))  # a file with a hole: nothing is on the disk
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="header of the model file claims" if padded else "cut short"):
            TopicModel.load(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_numbers_that_are_no_numbers_are_refused_in_every_array(data: bytes) -> None:
    layout, header, body = mutants.split(data)
    arrays = {name: tensor for name, tensor in layout.items() if tensor.get("dtype") in ("F32", "F64")}
    assert len(arrays) >= 12
    for name, tensor in arrays.items():
        for wrong in (np.nan, np.inf, -np.inf):
            start, stop = tensor["data_offsets"]
            numbers = np.frombuffer(body[start:stop], "<f4" if tensor["dtype"] == "F32" else "<f8").copy()
            numbers[-1] = wrong
            with pytest.raises(ModelFileError, match=f"array {name} holds NaN"):
                TopicModel.from_bytes(mutants.joined(layout, header, body[:start] + numbers.tobytes() + body[stop:]))


@pytest.mark.parametrize("where", ["array", "metadata", "header"])
def test_a_name_that_stands_twice_is_refused(data: bytes, where: str) -> None:
    layout, header, body = mutants.split(data)
    text = json.dumps(header)
    if where == "header":
        text = text[:-1] + ', "name": "other"}'
    layout["__metadata__"] = {"chude": text}
    whole = json.dumps(layout)
    if where != "header":
        name = "marked.idf" if where == "array" else "__metadata__"
        whole = f'{whole[:-1]}, "{name}": {json.dumps(layout[name])}}}'
    with pytest.raises(ModelFileError, match="header is damaged"):
        TopicModel.from_bytes(mutants.with_text(whole, body))


def test_arrays_that_are_not_aligned_are_refused(data: bytes) -> None:
    layout, header, body = mutants.split(data)
    odd = {name: dict(tensor) for name, tensor in layout.items() if name != "__metadata__"}
    for tensor in odd.values():
        tensor["data_offsets"] = [place + 1 for place in tensor["data_offsets"]]
    odd["marked.first"] = {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}
    with pytest.raises(ModelFileError, match="not aligned"):
        TopicModel.from_bytes(mutants.joined(odd, header, b"x" + body))


@pytest.mark.parametrize("kind", ["deep", "wide", "long"])
def test_a_header_of_nothing_but_json_is_no_flood(data: bytes, kind: str) -> None:
    filler = {"deep": "[" * 4_000_000, "wide": "[" + "[]," * 2_000_000 + "[]]", "long": '"' + "x" * 8_000_000 + '"'}[
        kind
    ]
    raw = mutants.with_text('{"__metadata__": ' + filler + "}", b"")
    tracemalloc.start()
    try:
        assert loaded(raw) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(raw) + (1 << 20)


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize(
    "disguise", ["pickle", "old pickle", "joblib", "compressed joblib", "zip", "gzip", "npz", "text"]
)
def test_what_is_no_model_is_refused_unread(tmp_path: Path, disguise: str) -> None:
    path, trace = tmp_path / "model.safetensors", tmp_path / "trace"
    trap = Trap(trace)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("data.pkl", pickle.dumps(trap))
    saved = io.BytesIO()
    np.savez(saved, a=np.zeros(3))
    if "joblib" in disguise:
        joblib.dump(trap, path, compress=3 if disguise.startswith("compressed") else 0)
    else:
        path.write_bytes(
            {
                "pickle": pickle.dumps(trap),
                "old pickle": pickle.dumps(trap, protocol=0),
                "zip": archive.getvalue(),
                "gzip": gzip.compress(pickle.dumps(trap)),
                "npz": saved.getvalue(),
                "text": "Giá vàng lập đỉnh mới".encode(),
            }[disguise]
        )
    os.truncate(path, 1 << 30)  # longer by a hole, so that reading it would show
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=r"model\.safetensors: .*not a chude model") as caught:
            TopicModel.load(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    if disguise in ("pickle", "joblib", "zip", "gzip", "npz"):
        assert "can run any code" in str(caught.value)
        assert "chude train" in str(caught.value)
    assert not trace.exists()


def test_a_newer_format_says_to_upgrade(data: bytes) -> None:
    layout, header, body = mutants.split(data)
    with pytest.raises(ModelFileError, match="upgrade chude"):
        TopicModel.from_bytes(mutants.joined(layout, header | {"format_version": 99}, body))


def test_a_file_of_another_program_is_said_to_be_that() -> None:
    from safetensors.numpy import save

    with pytest.raises(ModelFileError, match="not written by chude"):
        TopicModel.from_bytes(save({"weight": np.zeros((3, 4))}))


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(InputError, match="cannot read the model file"):
            TopicModel.load(path)
