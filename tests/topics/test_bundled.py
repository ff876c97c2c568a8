"""Bundled files are found in a wheel and in a checkout, and their absence is said clearly."""

from pathlib import Path

import pytest

from chude import bundled
from chude.errors import InputError


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    package = tmp_path / "src" / "chude"
    package.mkdir(parents=True)
    monkeypatch.setattr(bundled, "_ROOTS", (package, tmp_path))
    return package, tmp_path


def _put(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    return folder


def test_the_data_of_this_installation_is_there() -> None:
    assert (bundled.data_folder() / "topics.toml").is_file()


def test_a_checkout_has_them_at_its_top(roots: tuple[Path, Path]) -> None:
    _, top = roots
    models = _put(top / "models", "vntc.safetensors", "news.safetensors", "news.md")
    data = _put(top / "data", "topics.toml")
    assert (bundled.models_folder(), bundled.data_folder()) == (models, data)
    assert bundled.model_names() == ("news", "vntc")


def test_a_wheel_has_them_in_the_package_and_looks_no_further(roots: tuple[Path, Path]) -> None:
    package, top = roots
    models, data = _put(package / "models", "news.safetensors"), _put(package / "data", "topics.toml")
    _put(top / "models", "other.safetensors")
    _put(top / "data", "topics.toml")
    assert (bundled.models_folder(), bundled.data_folder()) == (models, data)
    assert bundled.model_names() == ("news",)


def test_a_folder_of_another_project_with_the_same_name_is_not_taken(roots: tuple[Path, Path]) -> None:
    _, top = roots
    _put(top / "data", "something.csv")
    with pytest.raises(InputError, match=r"topics\.toml"):
        bundled.data_folder()


def test_missing_models_are_said_with_what_to_do(roots: tuple[Path, Path]) -> None:
    for call in (bundled.models_folder, bundled.model_names):
        with pytest.raises(InputError, match="make models") as caught:
            call()
        assert all(str(root / "models") in str(caught.value) for root in roots)
