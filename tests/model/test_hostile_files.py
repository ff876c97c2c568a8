"""A file from a stranger is one clear error or a working model: no crash, no hang, no flood of memory, no code run."""

import gzip
import importlib.util
import io
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
    for number in range(N_MUTANTS):
        raw = mutants.mutant(data, number)
        start = time.monotonic()
        try:
            model = loaded(raw)
            if model is not None:
                working += 1
                judged = model.judge(TEXTS)
                assert np.isfinite(judged.scores).all()
                assert np.allclose(judged.probabilities.sum(axis=1), 1)
                assert judged.probabilities.min() >= 0
                assert loaded(model.to_bytes()) is not None
        except Exception as error:
            raise AssertionError(f"mutant {number}") from error
        assert time.monotonic() - start < 20, number
    assert 0.02 * N_MUTANTS < working < 0.8 * N_MUTANTS


def test_every_cut_is_refused(data: bytes) -> None:
    for length in [*range(0, 2000, 7), *range(2000, len(data), 97), len(data) - 1]:
        with pytest.raises(ModelFileError):
            TopicModel.from_bytes(data[:length])


def test_loading_takes_little_more_memory_than_the_file(make_model) -> None:
    rows = 60_000
    header = mutants.split(make_model(1, bare=False).to_bytes())[1]
    vocabulary = "\n".join(f"a{i:x}" for i in range(rows)).encode()
    parts = {
        "marked.intercept": ("F64", [1], np.zeros(1)),
        "marked.offsets": ("F64", [1], np.zeros(1)),
        "marked.priors": ("F64", [1], np.ones(1)),
        "marked.temperature": ("F64", [2], np.ones(2)),
        "marked.idf": ("F32", [rows], np.ones(rows, np.float32)),
        "marked.scale": ("F32", [rows], np.ones(rows, np.float32)),
        "marked.weights": ("I8", [rows, 1], np.ones(rows, np.int8)),
        "marked.vocabulary": ("U8", [len(vocabulary)], np.frombuffer(vocabulary, np.uint8)),
    }
    body, tensors = b"", {"__metadata__": {}}
    for name, (dtype, shape, array) in parts.items():
        tensors[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + array.nbytes]}
        body += array.tobytes()
    raw = mutants.joined(tensors, header, body)
    TopicModel.from_bytes(raw)  # compiles
    tracemalloc.start()
    try:
        model = TopicModel.from_bytes(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(model.reading.idf) == rows
    assert peak < 2 * len(raw) + (24 << 20)


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
    with pytest.raises(ModelFileError, match=r"model\.safetensors: .*not a chude model") as caught:
        TopicModel.load(path)
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
