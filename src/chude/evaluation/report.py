"""A report of an evaluation: one self-contained page, its figures as files, and its data as JSON."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from chude import pages
from chude.atomic import write_atomically
from chude.dataset import Dataset
from chude.errors import OutputError
from chude.evaluation import figures
from chude.evaluation.intervals import Interval, bootstrap
from chude.evaluation.learning_curve import LearningPoint
from chude.evaluation.scores import Evaluation
from chude.evaluation.slices import Slice, by_length, by_publisher, thresholds
from chude.explain import Explanation, explain
from chude.model import TopicModel

N_WRONG, N_TERMS = 20, 6
_PAGE, _LISTED, _FIGURES = "report.html", "report.json", "figures"
_EXCERPT = 400


@dataclass(frozen=True)
class Wrong:
    """A text with a wrong prediction of high probability: its place, its true topic and name, and the explanation."""

    place: str
    truth: str
    truth_name: str
    explanation: Explanation

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        text = " ".join(self.explanation.text.split())
        return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"place": self.place, "truth": self.truth, **self.explanation.to_dict()}


@dataclass(frozen=True, eq=False)
class Report:
    """The content of a report.

    Parameters
    ----------
    found : Evaluation
    model : TopicModel
    data : Dataset
        The data of `found`.
    source : str
        Name of the data.
    learning : sequence of LearningPoint
    learned_from : sequence of str
        Those of the data that the model was learned from: its scores on them are too high.
    """

    found: Evaluation
    model: TopicModel
    data: Dataset
    source: str
    learning: Sequence[LearningPoint] = field(default_factory=tuple)
    learned_from: Sequence[str] = field(default_factory=tuple)

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Main scores with their confidence intervals."""
        return bootstrap(self.found)

    @cached_property
    def lengths(self) -> list[Slice]:
        """Scores by number of tokens."""
        return by_length(self.found, self.model.score_texts(self.data.texts).n_tokens)

    @cached_property
    def publishers(self) -> list[Slice]:
        """Scores by publisher; empty if no column names publishers."""
        return [] if self.data.publishers is None else by_publisher(self.found, self.data.publishers)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Vietnamese names of the topics; a topic that the model does not have stands for itself."""
        known = {topic.slug: topic.vi for topic in self.model.topics}
        return {topic: known.get(topic, topic) for topic in self.found.confusion_labels}

    @cached_property
    def wrong(self) -> list[Wrong]:
        """The wrong predictions of highest probability."""
        order = np.argsort(-self.found.confidence, kind="stable")
        chosen = [i for i in order.tolist() if not self.found.right[i]][:N_WRONG]
        return [self._wrong(i) for i in chosen]

    def _wrong(self, i: int) -> Wrong:
        truth = self.data.topics[i]
        return Wrong(self.data.places[i], truth, self.names[truth], explain(self.model, self.data.texts[i], N_TERMS))

    @cached_property
    def figures(self) -> dict[str, dict[str, bytes]]:
        """Files of each figure, by name and format."""
        drawn = {
            "confusion-matrix": figures.confusion_matrix(self.found, list(self.names.values())),
            "reliability-diagram": figures.reliability_diagram(self.found),
            "risk-coverage-curve": figures.risk_coverage_curve(self.found),
        }
        if self.learning:
            drawn["learning-curve"] = figures.learning_curve(self.learning)
        return drawn

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "model": self.model.name,
            "data": self.source,
            "learned_from": list(self.learned_from),
            **self.found.to_dict(),
            "intervals": {name: interval._asdict() for name, interval in self.intervals.items()},
            "thresholds": [threshold._asdict() for threshold in thresholds(self.found)],
            "by_length": [_listed(part) for part in self.lengths],
            "by_publisher": [_listed(part) for part in self.publishers],
            "learning_curve": [point._asdict() for point in self.learning],
            "confidently_wrong": [wrong.to_dict() for wrong in self.wrong],
        }

    def to_html(self) -> str:
        """Return the page.

        Raises
        ------
        MissingExtraError
            If matplotlib is not there.
        """
        counts = self.found.confusion_matrix
        return pages.render(
            "evaluation.html.j2",
            report=self,
            found=self.found,
            names=self.names,
            thresholds=thresholds(self.found),
            shares=(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).tolist(),
            counts=counts.tolist(),
            images={name: _data_address(files["svg"]) for name, files in self.figures.items()},
        )

    def write(self, folder: str | os.PathLike[str]) -> Path:
        """Write ``report.html``, ``report.json`` and ``figures/`` into a folder, which is made if it is missing.

        Returns
        -------
        pathlib.Path
            The page.

        Raises
        ------
        OutputError
            If a file cannot be written.
        MissingExtraError
            As `to_html`.
        """
        folder = Path(folder)
        page = self.to_html()
        try:
            (folder / _FIGURES).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {folder}: {error.strerror or error}") from error
        for name, files in self.figures.items():
            for ending, data in files.items():
                write_atomically(folder / _FIGURES / f"{name}.{ending}", data)
        listed = json.dumps(self.to_dict(), ensure_ascii=False, indent=2)
        write_atomically(folder / _LISTED, (listed + "\n").encode("utf-8", "backslashreplace"))
        write_atomically(folder / _PAGE, page.encode("utf-8", "backslashreplace"))
        return folder / _PAGE


def report_files(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the files of a report that `Report.write` would write into a folder, as far as they are known before."""
    figures_there = sorted((Path(folder) / _FIGURES).glob("*"))
    return [Path(folder) / _PAGE, Path(folder) / _LISTED, *figures_there]


def _listed(part: Slice) -> dict[str, Any]:
    return {**part._asdict(), "accuracy": part.accuracy._asdict()}


def _data_address(svg: bytes) -> str:
    """Return a picture as an address that holds it: its ids and styles stay its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
