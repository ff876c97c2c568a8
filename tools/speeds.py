"""The tables of speed, from what ``make bench`` measured: ``benchmarks/results.json``."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tools.written import count, significant, written

MEASURED = Path(__file__).parents[1] / "benchmarks" / "results.json"
CORE, SKLEARN, FASTTEXT = "underthesea_core", "scikit-learn", "fastText"
SKLEARN_ALL = "scikit-learn, all features"
"""The one whose accuracy `make evaluate` measures."""
NAMES = {SKLEARN: {SKLEARN, f"{SKLEARN}, 20,000 features"}}
"""What a contestant is called in the measurements, where that is not its name alone."""
ARTICLES, SHORT_CALL = "articles, one list", "first 15 syllables, one a call"


@dataclass(frozen=True)
class Line:
    """A row of the table: where it stands in the measurements, and what it says."""

    what: str
    other: str | None
    label: str
    beside: str = ""
    note: str = ""


LINES = (
    Line(ARTICLES, CORE, "articles, one list, chude on two threads", "`underthesea_core`, one thread,"),
    Line(ARTICLES, SKLEARN, "", "scikit-learn, 20,000 features, one thread,"),
    Line(ARTICLES, SKLEARN_ALL, "", "scikit-learn, all features, one thread,"),
    Line(ARTICLES, FASTTEXT, "", "fastText, one thread,"),
    Line("articles, 2 threads", "chude, one thread", "the same, two threads", "one thread"),
    Line("first 15 syllables, one list", CORE, "first 15 syllables, one list", "`underthesea_core`"),
    Line("one article a call", CORE, "one article a call", "`underthesea_core`"),
    Line(SHORT_CALL, CORE, "first 15 syllables, one a call", "`underthesea_core`"),
    Line("start, one file labelled", "import sklearn.svm", "`chude label` on one file, with the start",
         "`import sklearn.svm`"),
    Line("files on disk to labels", "open and read", "files to labels, with the start",
         "a loop that only opens and reads them", "with their starts"),
    Line("files on disk to labels", "open and read", "files to labels, without the starts",
         "a loop that only opens and reads them", "without their starts"),
    Line("training, vocabulary and fit", CORE, "learning from 33,759 articles, as `underthesea_core` learns",
         "`underthesea_core`"),
    Line("training, the default recipe", None, "the same with all defaults"),
    Line("memory, 2,000,000 lines", None, "memory, 2,000,000 lines"),
    Line("memory, 200,000 lines", None, "memory, 200,000 lines"),
)  # fmt: skip
PER_SECOND_UNITS = {"articles/s", "texts/s", "files/s"}
VIETNAMESE = {
    "beside it": "so với",
    "ratio (lowest to highest)": "tỷ số (thấp nhất đến cao nhất)",
    "to": "đến",
    "of its time": "thời gian của bên kia",
    "a second": "mỗi giây",
    "articles, one list, chude on two threads": "bài báo, cả danh sách, chude chạy hai luồng",
    "`underthesea_core`, one thread,": "`underthesea_core`, một luồng,",
    "scikit-learn, 20,000 features, one thread,": "scikit-learn, 20.000 đặc trưng, một luồng,",
    "scikit-learn, all features, one thread,": "scikit-learn, mọi đặc trưng, một luồng,",
    "fastText, one thread,": "fastText, một luồng,",
    "the same, two threads": "cũng vậy, hai luồng",
    "one thread": "một luồng",
    "first 15 syllables, one list": "15 âm tiết đầu, cả danh sách",
    "one article a call": "mỗi lần gọi một bài báo",
    "first 15 syllables, one a call": "mỗi lần gọi 15 âm tiết đầu",
    "`chude label` on one file, with the start": "`chude label` một tệp, kể cả khởi động",
    "files to labels, with the start": "từ tệp đến nhãn, kể cả khởi động",
    "a loop that only opens and reads them": "vòng lặp chỉ mở và đọc các tệp ấy",
    "files to labels, without the starts": "từ tệp đến nhãn, không kể khởi động",
    "learning from 33,759 articles, as `underthesea_core` learns": "học từ 33.759 bài báo, như `underthesea_core` học",
    "the same with all defaults": "cũng vậy với mọi mặc định",
    "memory, 2,000,000 lines": "bộ nhớ, 2.000.000 dòng",
    "memory, 200,000 lines": "bộ nhớ, 200.000 dòng",
}
"""Words of the table; what is not here, such as the name of a program, is the same."""

TIMES = {"µs", "ms", "s"}
PER_SECOND = {"en": "articles a second, one list", "vi": "số bài mỗi giây, cả danh sách"}
PER_CALL = {"en": "microseconds for 15 syllables, one text a call", "vi": "micro giây cho 15 âm tiết, từng văn bản một"}


class Speeds:
    """What was measured, by what it is and beside what."""

    def __init__(self) -> None:
        self.measured = json.loads(MEASURED.read_text(encoding="utf-8"))

    def row(self, what: str, other: str | None, note: str = "") -> dict[str, Any] | None:
        """Return a row, None where it was not measured."""
        for row in self.measured["rows"]:
            name = (row["theirs"] or {}).get("name")
            if row["what"] == what and name in NAMES.get(other or "", {other}) and note in row["note"]:
                found: dict[str, Any] = row
                return found
        return None

    def median(self, what: str, other: str | None, side: str = "ours") -> float | None:
        """Return the median of ours, or of theirs; None where it was not measured."""
        row = self.row(what, other)
        return None if row is None else median(row[side]["values"])

    def accuracy(self, other: str) -> float | None:
        """Return the per cent of whole articles that another program has right; None where it was not measured."""
        rows = [row for row in self.measured["rows"] if row["ours"]["unit"] == "% right"]
        found = [row["theirs"]["values"] for row in rows if (row["theirs"] or {}).get("name") == other]
        return max(map(median, found), default=None)  # the other row is of their first syllables


def said(words: str, language: str) -> str:
    """Return words of the table in a language."""
    return VIETNAMESE.get(words, words) if language == "vi" else words


def _value(figures: dict[str, Any], language: str) -> str:
    unit = said("a second", language) if figures["unit"] in PER_SECOND_UNITS else figures["unit"]
    return f"{significant(median(figures['values']), language)} {unit}"


def table(language: str = "en") -> str:
    """Return the table of docs/speed.md; lines that were not measured are left out, which is said on standard error."""
    speeds = Speeds()
    header = [said("beside it", language), said("ratio (lowest to highest)", language)]
    lines = [f"| | chude (`vntc`) | {' | '.join(header)} |", "|---|--:|---|--:|"]
    for line in LINES:
        if row := speeds.row(line.what, line.other, line.note):
            cells = [said(line.label, language), _value(row["ours"], language) if line.label else "", "", ""]
            if theirs := row["theirs"]:
                low, middle, high = min(row["ratios"]), row["median_ratio"], max(row["ratios"])
                low, middle, high = (written(f"{ratio:.3g}", language) for ratio in (low, middle, high))
                cells[2] = f"{said(line.beside, language)} {_value(theirs, language)}"
                cells[3] = f"{middle} ({low} {said('to', language)} {high})"
                cells[3] += f" {said('of its time', language)}" if theirs["unit"] in TIMES else ""
            lines.append(f"| {' | '.join(cells)} |")
        else:
            print(
                f"benchmarks/results.json has no row {line.what!r} beside {line.other!r}: run make bench",
                file=sys.stderr,
            )
    return "\n".join([*lines, "", measured_on(speeds, language)])


def measured_on(speeds: Speeds, language: str) -> str:
    """Return where, when and by which versions it was measured."""
    machine = speeds.measured["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    if language == "vi":
        where = f"{machine['processors_used']} bộ xử lý ({machine['processor']}, {machine['system']})"
        return (
            f"Trung vị của {speeds.measured['runs']} lượt chạy xen kẽ, {machine['date']}, trên {where}, "
            f"Python {machine['python']}; {versions}."
        )
    where = f"{machine['processors_used']} processors ({machine['processor']}, {machine['system']})"
    return (
        f"Medians of {speeds.measured['runs']} runs in turns, {machine['date']}, on {where}, "
        f"Python {machine['python']}; {versions}."
    )


def summary(language: str) -> list[tuple[str, list[tuple[float | None, str]], bool]]:
    """Return the rows of the READMEs' table: a name, chude's and the peers' figures, and whether larger is better."""
    speeds = Speeds()
    rates = [
        speeds.median(ARTICLES, CORE),
        speeds.median(ARTICLES, CORE, "theirs"),
        speeds.median(ARTICLES, SKLEARN_ALL, "theirs"),
    ]
    calls = [speeds.median(SHORT_CALL, CORE), speeds.median(SHORT_CALL, CORE, "theirs"), None]
    return [
        (name[language], [(f, "–" if f is None else shown(f, language)) for f in figures], larger)
        for name, figures, shown, larger in ((PER_SECOND, rates, count, True), (PER_CALL, calls, significant, False))
        if figures[0] is not None
    ]


def blocks(language: str) -> dict[str, str]:
    """Return the tables by the names of their places in the pages."""
    return {"speed": table(language)}
