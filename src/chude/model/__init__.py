"""What was learned: a `TopicModel` scores, saves and loads, and knows nothing of how it was trained."""

from chude.model.head import Calibration, Head
from chude.model.prediction import Prediction
from chude.model.scorer import Scorer
from chude.model.topic_model import TopicModel

__all__ = ["Calibration", "Head", "Prediction", "Scorer", "TopicModel"]
