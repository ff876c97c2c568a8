"""A small model of the sample articles for tests of what is built on models, the corpora, and how draws are made."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from chude import TopicClassifier, TopicModel

os.environ["CHUDE_LANG"] = "en"  # whatever the developer's locale says

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

# The same draws each time, so that `make test` ends as it did before; new ones in `make soak`.
settings.register_profile("seeded", derandomize=True)
settings.register_profile("free", derandomize=False)
settings.load_profile("free" if os.environ.get("CHUDE_SOAK") else "seeded")


@pytest.fixture(scope="session")
def samples() -> tuple[list[str], list[str]]:
    """Texts and topics of the sample articles, but for the difficult ones."""
    files = sorted(path for path in SAMPLES.glob("*/*.txt") if path.parent.name != "difficult")
    return [path.read_text(encoding="utf-8") for path in files], [path.parent.name for path in files]


@pytest.fixture(scope="session")
def samples_folder() -> Path:
    """The sample articles: one sub-folder a topic, and one of difficult ones."""
    return SAMPLES


@pytest.fixture(scope="session")
def samples_model(samples: tuple[list[str], list[str]]) -> TopicModel:
    """A model with both readings, learned from three quarters of the sample articles."""
    texts, labels = samples
    kept = [i for i in range(len(texts)) if i % 4]
    classifier = TopicClassifier(min_df=1, calibration_folds=2, name="samples")
    return classifier.fit([texts[i] for i in kept], [labels[i] for i in kept]).model_


@pytest.fixture(scope="session")
def samples_model_file(samples_model: TopicModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of `samples_model`."""
    path = tmp_path_factory.mktemp("model") / "samples.safetensors"
    samples_model.save(path)
    return path


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the corpora; a test that needs them is skipped where they are not."""
    folder = Path(os.environ.get("CHUDE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip(f"needs the corpora, which are not in {folder}; CHUDE_CORPORA says where they are")
    return folder
