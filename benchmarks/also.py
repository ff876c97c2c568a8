"""What `chude label --also P` gains and costs: ``python -m benchmarks.also [en|vi]``.

Articles of the development sets count as right where their newspaper's section is among the topics that they get.
"""

import os
import sys
from pathlib import Path

import numpy as np

from benchmarks.adapting import read
from benchmarks.corpus import ROOT
from tools.written import written

SETS = ("dev_vietnamnet_2023", "dev_tuoitre_vnexpress_2025", "dev_vnexpress_2026")
WORDS = {
    "en": {
        "head": ("articles, scored by their newspaper's one section", "right", "with `--also {}`"),
        "names": ("VietnamNet 2023", "Tuổi Trẻ and VnExpress 2025", "VnExpress 2026"),
        "last": ("get a second topic", "{} to {}"),
    },
    "vi": {
        "head": ("bài báo, đối chiếu với mục duy nhất của báo", "đúng", "với `--also {}`"),
        "names": ("VietnamNet 2023", "Tuổi Trẻ và VnExpress 2025", "VnExpress 2026"),
        "last": ("có chủ đề thứ hai", "{} đến {}"),
    },
}
LEAST = (0.1, 0.2, 0.3)


def gains(folder: Path, corpus: str) -> tuple[float, list[float], list[float]]:
    """Return the per cent right, that with a second topic for each of `LEAST`, and the per cent that get one."""
    import chude

    model = chude.load()
    texts, topics = read(folder / f"{corpus}.parquet")
    probabilities = model.predict_proba(texts)
    best, second = np.argsort(-probabilities, axis=1, kind="stable")[:, :2].T
    right, right_second = model.classes_[best] == topics, model.classes_[second] == topics
    gets = [probabilities[np.arange(len(texts)), second] >= least for least in LEAST]
    with_second = [100 * float((right | (right_second & each)).mean()) for each in gets]
    return 100 * float(right.mean()), with_second, [100 * float(each.mean()) for each in gets]


def as_markdown(found: list[tuple[float, list[float], list[float]]], language: str) -> str:
    """Return a table."""
    words = WORDS[language]
    articles, right, with_second = words["head"]
    rows = [[articles, right, *(with_second.format(least) for least in LEAST)], ["---", *["--:"] * (1 + len(LEAST))]]
    for name, (alone, shares, _) in zip(words["names"], found, strict=True):
        rows.append([name, *(written(f"{share:.1f} %", language) for share in (alone, *shares))])
    ranges = [[shares[2][i] for shares in found] for i in range(len(LEAST))]
    name, two = words["last"]
    rows.append([name, "", *(f"{two.format(round(min(each)), round(max(each)))} %" for each in ranges)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(arguments: list[str]) -> int:
    """Measure and print a table."""
    folder = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if missing := [name for name in SETS if not (folder / f"{name}.parquet").is_file()]:
        print(f"benchmarks: {', '.join(missing)} not in {folder}; set CHUDE_CORPORA", file=sys.stderr)
        return 2
    print(as_markdown([gains(folder, corpus) for corpus in SETS], arguments[0] if arguments else "en"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
