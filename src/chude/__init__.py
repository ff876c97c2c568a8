"""chude (chủ đề, "topic"): what a Vietnamese text is about.

>>> import chude
>>> model = chude.load()
>>> model.predict(["Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào"]).tolist()
['kinh-doanh']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chude.classifier import TopicClassifier
    from chude.errors import ChudeError
    from chude.labelling.api import label_files, label_table
    from chude.model.loading import load
    from chude.model.prediction import Prediction
    from chude.model.topic_model import TopicModel
    from chude.review.picking import pick
    from chude.topics import TOPICS, Topic
    from chude.vectorizer.tfidf import VietnameseTfidfVectorizer

# Names are found when they are first asked for: labelling must not pay for scikit-learn or pandas.
_HOMES = {
    "ChudeError": "chude.errors",
    "Prediction": "chude.model.prediction",
    "TOPICS": "chude.topics",
    "Topic": "chude.topics",
    "TopicClassifier": "chude.classifier",
    "TopicModel": "chude.model.topic_model",
    "VietnameseTfidfVectorizer": "chude.vectorizer.tfidf",
    "label_files": "chude.labelling.api",
    "label_table": "chude.labelling.api",
    "load": "chude.model.loading",
    "pick": "chude.review.picking",
}

__all__ = [
    "TOPICS",
    "ChudeError",
    "Prediction",
    "Topic",
    "TopicClassifier",
    "TopicModel",
    "VietnameseTfidfVectorizer",
    "label_files",
    "label_table",
    "load",
    "pick",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("chude")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
