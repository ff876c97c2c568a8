"""The tables of docs/which-tool.md: what other programs measure beside chude, and what a million texts cost.

Figures are those of ``make evaluate`` and ``make bench``, or arithmetic from assumptions that the page
states; published figures of other programs stand in the page with their sources.
"""

from dataclasses import dataclass

from tools.scores import Scores
from tools.speeds import ARTICLES, CORE, FASTTEXT, SKLEARN, SKLEARN_ALL, Speeds
from tools.written import count, percent, written

COLUMNS = (
    ("vntc", "VNTC-10", "official test split", "whole"),
    ("publishers", "mean", "articles", "whole"),
    ("publishers", "mean", "headlines", "whole"),
)

# Assumptions of the costs; the page states them beside the table.
CORE_HOUR, GPU_HOUR = 0.05, 0.50
TEXTS = 1_000_000
PARAMETERS, TOKENS = 85_000_000, 256
CORE_FLOPS, GPU_FLOPS = 50e9, 20e12
PROMPT_TOKENS, ANSWER_TOKENS = 1_000, 10
INPUT_PRICE, OUTPUT_PRICE = 0.15, 0.60


WORDS = {
    "newspapers never seen": "báo chưa từng thấy",
    "their headlines": "tiêu đề của báo ấy",
    "articles a second / threads": "số bài mỗi giây / số luồng",
    "offline": "không cần mạng",
    "needs no labels": "không cần nhãn",
    "yes": "có",
    "no": "không",
    "no ¹": "không ¹",
    "once fetched": "có, sau khi tải về",
    "if it runs at yours": "nếu chạy trên máy bạn",
    "scikit-learn by hand": "scikit-learn tự ghép",
    "PhoBERT, fine-tuned": "PhoBERT, tinh chỉnh",
    "a language model, asked": "hỏi mô hình ngôn ngữ",
    "a million articles": "một triệu bài báo",
    "arithmetic": "cách tính",
    "dollars": "đô la",
    "a second x": "mỗi giây x",
    "core": "nhân",
    "cores": "nhân",
    "core-seconds": "giây-nhân",
    "tokens x": "token x",
    "operations": "phép tính",
    "at": "với",
    "a second": "mỗi giây",
    "h": "giờ",
    "PhoBERT on processors": "PhoBERT trên bộ xử lý",
    "PhoBERT on a graphics card": "PhoBERT trên card đồ họa",
    "dollars a million tokens": "đô la mỗi triệu token",
    "a small language model by its maker's interface": "mô hình ngôn ngữ nhỏ, qua giao diện của hãng",
}
"""Words of the tables in Vietnamese; what is not here is the same."""


def _said(words: str, language: str) -> str:
    return WORDS.get(words, words) if language == "vi" else words


def comparison(language: str = "en") -> str:
    """Return accuracy and speed of each program, a dash where there is neither a run nor a source."""
    scores, speeds = Scores(), Speeds()
    names = ("newspapers never seen", "their headlines", "articles a second / threads", "offline", "needs no labels")
    lines = [
        f"| | VNTC-10 | {' | '.join(_said(name, language) for name in names)} |",
        "|---|--:|--:|--:|--:|---|---|",
    ]

    def line(name: str, contestant: str, rate: float | None, threads: int, without_labels: str) -> str:
        shares = [percent(scores.accuracy(*place, contestant), language) for place in COLUMNS]
        speed = "–" if rate is None else f"{count(rate, language)} / {threads}"
        return row(name, *shares, speed, "yes", without_labels)

    def row(*cells: str) -> str:
        return f"| {' | '.join(_said(cell, language) for cell in cells)} |"

    fast = speeds.accuracy(FASTTEXT)
    fast_rate = speeds.median(ARTICLES, FASTTEXT, "theirs")
    lines += [
        line("chude", "chude", speeds.median(ARTICLES, CORE), 2, "yes"),
        line("`underthesea_core.TextClassifier`", CORE, speeds.median(ARTICLES, CORE, "theirs"), 1, "no ¹"),
        line("scikit-learn by hand", SKLEARN, speeds.median(ARTICLES, SKLEARN_ALL, "theirs"), 1, "no"),
    ]
    if fast is not None and fast_rate is not None:
        share, rate = percent(fast / 100, language), count(fast_rate, language)
        lines.append(row("fastText", share, "–", "–", f"{rate} / 1", "yes", "no"))
    lines += [
        row("PhoBERT, fine-tuned", "– ²", "– ²", "– ²", "–", "once fetched", "no"),
        row("a language model, asked", "– ³", "– ³", "– ³", "–", "if it runs at yours", "yes"),
    ]
    return "\n".join(lines)


@dataclass(frozen=True)
class Cost:
    """What a million articles cost with a program."""

    name: str
    how: str
    dollars: float


def costs(language: str = "en") -> list[Cost]:
    """Return the cost of a million articles, by the assumptions above."""
    speeds = Speeds()

    def said(words: str) -> str:
        return _said(words, language)

    def shown(number: float, spec: str = ",") -> str:
        return written(format(number, spec), language)

    found = []
    for name, other, side, cores in (
        ("chude", CORE, "ours", 2),
        ("`underthesea_core`", CORE, "theirs", 1),
        ("fastText", FASTTEXT, "theirs", 1),
        ("scikit-learn", SKLEARN_ALL, "theirs", 1),
    ):
        rate = speeds.median(ARTICLES, other, side)
        if rate is not None:
            seconds = TEXTS / rate * cores
            how = f"{shown(TEXTS)} / {count(rate, language)} {said('a second x')} {cores} "
            how += f"{said('cores' if cores > 1 else 'core')} = {shown(seconds, ',.0f')} {said('core-seconds')}"
            found.append(Cost(name, how, seconds / 3600 * CORE_HOUR))
    work = 2.0 * PARAMETERS * TOKENS * TEXTS
    for device, speed, price in (("processors", CORE_FLOPS, CORE_HOUR), ("a graphics card", GPU_FLOPS, GPU_HOUR)):
        hours = work / speed / 3600
        how = f"2 x {PARAMETERS // 10**6} M x {TOKENS} {said('tokens x')} 1 M = {shown(work, '.1e')} "
        how += f"{said('operations')}; {said('at')} {speed:.0e} {said('a second')} {shown(hours, ',.1f')} {said('h')}"
        found.append(Cost(said(f"PhoBERT on {device}"), how, hours * price))
    asked = TEXTS / 1e6 * (PROMPT_TOKENS * INPUT_PRICE + ANSWER_TOKENS * OUTPUT_PRICE)
    how = f"{shown(PROMPT_TOKENS)} {said('tokens x')} {shown(INPUT_PRICE, '')} + {ANSWER_TOKENS} {said('tokens x')} "
    how += f"{shown(OUTPUT_PRICE, '')} {said('dollars a million tokens')}"
    return [*found, Cost(said("a small language model by its maker's interface"), how, asked)]


def cost_table(language: str = "en") -> str:
    """Return the costs as a table."""
    rows = [f"| {cost.name} | {cost.how} | {_dollars(cost.dollars, language)} |" for cost in costs(language)]
    header = " | ".join(_said(name, language) for name in ("a million articles", "arithmetic", "dollars"))
    return "\n".join([f"| {header} |", "|---|---|--:|", *rows])


def _dollars(amount: float, language: str) -> str:
    return written(f"{amount:,.0f}" if amount >= 10 else f"{amount:.1g}", language)


def blocks(language: str) -> dict[str, str]:
    """Return the tables by the names of their places in the page."""
    return {"which-tool": comparison(language), "costs": cost_table(language)}
