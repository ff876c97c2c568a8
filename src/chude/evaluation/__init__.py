"""Scores and calibration of a model, and reports of them."""

from chude.evaluation.calibration import Bin, RiskCoverage, expected_calibration_error, reliability, risk_coverage
from chude.evaluation.scores import Confusion, Evaluation, TopicScores, evaluate

__all__ = [
    "Bin",
    "Confusion",
    "Evaluation",
    "RiskCoverage",
    "TopicScores",
    "evaluate",
    "expected_calibration_error",
    "reliability",
    "risk_coverage",
]
