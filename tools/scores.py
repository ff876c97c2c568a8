"""The tables of scores in the READMEs and guides, from what ``make evaluate`` measured: ``models/accuracy.json``."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools import speeds
from tools.written import count, percent, written

MODELS = Path(__file__).parents[1] / "models"
MEASURED = MODELS / "accuracy.json"
PEERS = ("underthesea_core", "scikit-learn")

HEADERS = {
    "en": "| measured on | texts | accuracy | macro-F1 | first two topics | `underthesea_core` | scikit-learn |",
    "vi": "| đo trên | số bài | độ chính xác | macro-F1 | hai chủ đề đầu | `underthesea_core` | scikit-learn |",
}
ROWS = [
    (("vntc", "VNTC-10", "official test split", "whole"), {
        "en": "`vntc`: VNTC-10, official test split",
        "vi": "`vntc`: VNTC-10, phần kiểm tra chính thức",
    }),
    (("vntc", "VNTC-10", "test split without articles of train", "whole"), {
        "en": "... without the articles that train holds too",
        "vi": "... bỏ những bài có cả trong phần huấn luyện",
    }),
    (("publishers", "mean", "articles", "whole"), {
        "en": "`news`: newspapers never seen",
        "vi": "`news`: báo chưa từng thấy",
    }),
    (("publishers", "mean", "articles", "no diacritics"), {
        "en": "... typed without diacritics",
        "vi": "... gõ không dấu",
    }),
    (("publishers", "mean", "articles", "10 % misspelt"), {
        "en": "... one syllable in ten misspelt",
        "vi": "... sai chính tả một phần mười số âm tiết",
    }),
    (("publishers", "mean", "articles", "first 50 syllables"), {
        "en": "... their first 50 syllables",
        "vi": "... 50 âm tiết đầu",
    }),
    (("publishers", "mean", "articles", "first 15 syllables"), {
        "en": "... their first 15 syllables",
        "vi": "... 15 âm tiết đầu",
    }),
    (("publishers", "mean", "headlines", "whole"), {
        "en": "... headlines alone",
        "vi": "... chỉ có tiêu đề",
    }),
    (("years", "", "dev_vietnamnet_2023", "whole"), {
        "en": "`news`: VietnamNet, 2023",
        "vi": "`news`: VietnamNet, 2023",
    }),
    (("years", "", "dev_tuoitre_vnexpress_2025", "whole"), {
        "en": "`news`: Tuổi Trẻ and VnExpress, 2025",
        "vi": "`news`: Tuổi Trẻ và VnExpress, 2025",
    }),
]  # fmt: skip
OWN = {
    "uit_vsfc": "`uit_vsfc`: students about their courses, four labels",
    "uts2017_bank": "`uts2017_bank`: customers about a bank, fourteen labels",
}
THRESHOLDS = {
    "en": "| `--min-probability` | labelled | right among those |",
    "vi": "| `--min-probability` | được gán chủ đề | đúng trong số đó |",
}


SUMMARY = [
    (("vntc", "VNTC-10", "official test split", "whole"), {
        "en": "VNTC-10, official test split",
        "vi": "VNTC-10, phần kiểm tra chính thức",
    }),
    (("publishers", "mean", "articles", "whole"), {
        "en": "newspapers never seen, whole articles",
        "vi": "báo chưa từng thấy, bài nguyên vẹn",
    }),
    (("publishers", "mean", "articles", "no diacritics"), {
        "en": "... typed without diacritics",
        "vi": "... gõ không dấu",
    }),
    (("publishers", "mean", "headlines", "whole"), {
        "en": "... headlines alone",
        "vi": "... chỉ có tiêu đề",
    }),
    (("years", "", "dev_vietnamnet_2023", "whole"), {
        "en": "VietnamNet, a year never seen",
        "vi": "VietnamNet, một năm chưa từng thấy",
    }),
    (("own", "uit_vsfc", "official test split", "whole"), {
        "en": "students' sentences, labels of one's own",
        "vi": "câu của sinh viên, nhãn tự đặt",
    }),
]  # fmt: skip
SUMMARY_HEADER = {
    "en": "| accuracy, then speed | chude | `underthesea_core` | scikit-learn |",
    "vi": "| độ chính xác, rồi tốc độ | chude | `underthesea_core` | scikit-learn |",
}
OLDER = {
    "en": "*Measured on an earlier build of the bundled models; `make evaluate` measures this one.*",
    "vi": "*Đo trên bản dựng trước của các mô hình đi kèm; `make evaluate` đo lại bản này.*",
}


class Scores:
    """What was measured, by where it stands."""

    def __init__(self) -> None:
        self.measured = json.loads(MEASURED.read_text(encoding="utf-8"))
        self._rows: dict[tuple[str, ...], dict[str, Any]] = {
            (row["group"], row["task"], row["part"], row["variant"], row["contestant"]): row
            for row in self.measured["scores"]
        }

    def of(self, *place: str) -> dict[str, Any] | None:
        """Return the scores of a contestant, None where there are none: group, task, part, variant, contestant."""
        return self._rows.get(place)

    def accuracy(self, *place: str) -> float | None:
        """Return the accuracy of a contestant, None where it was not measured."""
        return (self.of(*place) or {}).get("accuracy")

    @property
    def are_of_older_models(self) -> bool:
        """Whether a bundled model is not the file that was measured."""
        return any(
            (file := MODELS / f"{name}.safetensors").is_file() and sha256(file.read_bytes()).hexdigest() != measured
            for name, measured in self.measured.get("models", {}).items()
        )


def table(scores: Scores, language: str) -> str:
    """Return all the scores; the last columns are the peers' accuracy."""
    lines = [HEADERS[language], "|---|--:|--:|--:|--:|--:|--:|"]
    for place, name in ROWS:
        if ours := scores.of(*place, "chude"):
            figures = [percent(ours[column], language) for column in ("accuracy", "macro_f1", "top2")]
            peers = [percent(scores.accuracy(*place, peer), language) for peer in PEERS]
            lines.append(f"| {' | '.join([name[language], count(ours['texts'], language), *figures, *peers])} |")
    return _dated(lines, scores, language)


def summary(scores: Scores, language: str) -> str:
    """Return the small table of the READMEs: accuracy and speed beside the peers, the best of a row in bold."""
    lines = [SUMMARY_HEADER[language], "|---|--:|--:|--:|"]
    for place, name in SUMMARY:
        shares = [scores.accuracy(*place, contestant) for contestant in ("chude", *PEERS)]
        if shares[0] is not None:
            best = max(round(100 * share, 1) for share in shares if share is not None)
            cells = [_bold(percent(share, language), share is not None and round(100 * share, 1) == best)
                     for share in shares]  # fmt: skip
            lines.append(f"| {name[language]} | {' | '.join(cells)} |")
    for label, figures, larger_is_better in speeds.summary(language):
        known = [figure for figure, _ in figures if figure is not None]
        best = max(known) if larger_is_better else min(known)
        lines.append(f"| {label} | {' | '.join(_bold(text, figure == best) for figure, text in figures)} |")
    return _dated(lines, scores, language)


def _bold(text: str, best: bool) -> str:
    return f"**{text}**" if best else text


def _dated(lines: list[str], scores: Scores, language: str) -> str:
    return "\n".join([*lines, "", OLDER[language]] if scores.are_of_older_models else lines)


def thresholds(scores: Scores, language: str) -> str:
    """Return what thresholds give on newspapers never seen."""
    rows = [
        f"| {written(format(t['probability'], '.2f'), language)} | {percent(t['coverage'], language)} "
        f"| {percent(t['accuracy'], language)} |"
        for t in scores.measured["thresholds"]
    ]
    return "\n".join([THRESHOLDS[language], "|--:|--:|--:|", *rows])


def own_labels(scores: Scores, language: str) -> str:
    """Return what ``chude train`` makes of labels of one's own, beside the peers."""
    lines = ["| | texts scored | | accuracy | macro-F1 |", "|---|--:|---|--:|--:|"]
    for task, name in OWN.items():
        for contestant in ("chude", *PEERS):
            if row := scores.of("own", task, "official test split", "whole", contestant):
                figures = f"{percent(row['accuracy'], language)} | {percent(row['macro_f1'], language)}"
                lines.append(f"| {name} | {count(row['texts'], language)} | {contestant} | {figures} |")
    return "\n".join(lines)


def blocks(language: str) -> dict[str, str]:
    """Return the tables by the names of their places in the pages."""
    scores = Scores()
    return {
        "summary": summary(scores, language),
        "scores": table(scores, language),
        "thresholds": thresholds(scores, language),
        "own-labels": own_labels(scores, language),
    }
