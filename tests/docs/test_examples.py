"""Each public name, and each public method of the main classes, has an example that runs."""

import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import chude
from chude import bundled
from chude.explain import Explanation
from chude.labelling.labels import Labels

NAMES = [name for name in chude.__all__ if name != "TOPICS"]  # a tuple has no docstring of its own
CLASSES = (
    chude.TopicModel, chude.TopicClassifier, chude.VietnameseTfidfVectorizer, chude.Topic, Labels, Explanation,
)  # fmt: skip


def methods() -> Iterator[tuple[str, object]]:
    """The public methods and properties that chude itself defines."""
    for owner in CLASSES:
        for name, member in vars(owner).items():
            documented = callable(member) or isinstance(member, classmethod | property) or hasattr(member, "func")
            if not name.startswith("_") and documented:
                yield f"{owner.__name__}.{name}", inspect.getattr_static(owner, name)


SUBJECTS = {
    **{name: getattr(chude, name) for name in NAMES},
    **{each.__name__: each for each in CLASSES},
    **dict(methods()),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_public_name_has_an_example_that_runs(name: str, workplace: Path) -> None:
    if "news" not in bundled.model_names():
        pytest.skip("models/news.safetensors is not built")
    text = inspect.getdoc(SUBJECTS[name]) or ""
    assert "\nExamples\n--------\n" in text, f"{name} has no Examples section"
    example = doctest.DocTestParser().get_doctest(
        text, {"chude": chude, **{each: getattr(chude, each) for each in chude.__all__}}, name, None, None
    )
    assert example.examples
    doctest.DebugRunner(optionflags=doctest.ELLIPSIS).run(example)
