"""What was learned: a `TopicModel` answers, saves and loads, and knows nothing of how it was trained."""

from chude.model.calibration import Calibration
from chude.model.reading import Reading, ShortTexts
from chude.model.topic_model import Judgement, TopicModel

__all__ = ["Calibration", "Judgement", "Reading", "ShortTexts", "TopicModel"]
