"""The tables of scores in the READMEs and guides, from what ``make evaluate`` measured: ``models/accuracy.json``."""

import json
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).parents[1] / "models" / "accuracy.json"
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
        "vi": "... sai chính tả một phần mười số tiếng",
    }),
    (("publishers", "mean", "articles", "first 50 syllables"), {
        "en": "... their first 50 syllables",
        "vi": "... 50 tiếng đầu",
    }),
    (("publishers", "mean", "articles", "first 15 syllables"), {
        "en": "... their first 15 syllables",
        "vi": "... 15 tiếng đầu",
    }),
    (("publishers", "mean", "headlines", "whole"), {
        "en": "... headlines alone",
        "vi": "... chỉ tựa bài",
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


def percent(share: float | None) -> str:
    """Return a share in percent."""
    return "–" if share is None else f"{100 * share:.1f} %"


def table(scores: Scores, language: str) -> str:
    """Return the table of the READMEs; the last columns are the peers' accuracy."""
    lines = [HEADERS[language], "|---|--:|--:|--:|--:|--:|--:|"]
    for place, name in ROWS:
        if ours := scores.of(*place, "chude"):
            figures = [percent(ours[column]) for column in ("accuracy", "macro_f1", "top2")]
            peers = [percent((scores.of(*place, peer) or {}).get("accuracy")) for peer in PEERS]
            lines.append(f"| {' | '.join([name[language], format(ours['texts'], ','), *figures, *peers])} |")
    return "\n".join(lines)


def thresholds(scores: Scores, language: str) -> str:
    """Return what thresholds give on newspapers never seen."""
    rows = [
        f"| {t['probability']:.2f} | {percent(t['coverage'])} | {percent(t['accuracy'])} |"
        for t in scores.measured["thresholds"]
    ]
    return "\n".join([THRESHOLDS[language], "|--:|--:|--:|", *rows])


def own_labels(scores: Scores) -> str:
    """Return what ``chude train`` makes of labels of one's own, beside the peers."""
    lines = ["| | texts scored | | accuracy | macro-F1 |", "|---|--:|---|--:|--:|"]
    for task, name in OWN.items():
        for contestant in ("chude", *PEERS):
            if row := scores.of("own", task, "official test split", "whole", contestant):
                figures = f"{percent(row['accuracy'])} | {percent(row['macro_f1'])}"
                lines.append(f"| {name} | {row['texts']:,} | {contestant} | {figures} |")
    return "\n".join(lines)


def blocks(language: str) -> dict[str, str]:
    """Return the tables by the names of their places in the pages."""
    scores = Scores()
    return {
        "scores": table(scores, language),
        "thresholds": thresholds(scores, language),
        "own-labels": own_labels(scores),
    }
