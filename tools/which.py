"""The tables of docs/which-tool.md: what other programs measure beside chude, and what a million texts cost.

Figures are those of ``make evaluate`` and ``make bench``, or arithmetic from assumptions that the page
states; published figures of other programs stand in the page with their sources.
"""

from dataclasses import dataclass

from tools.scores import Scores
from tools.speeds import ARTICLES, CORE, FASTTEXT, SKLEARN, SKLEARN_ALL, Speeds
from tools.written import count, percent

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


def comparison() -> str:
    """Return accuracy and speed of each program, a dash where there is neither a run nor a source."""
    scores, speeds = Scores(), Speeds()
    lines = [
        "| | VNTC-10 | newspapers never seen | their headlines | articles a second / threads "
        "| offline | needs no labels |",
        "|---|--:|--:|--:|--:|---|---|",
    ]

    def line(name: str, contestant: str, rate: float | None, threads: int, without_labels: str) -> str:
        shares = [percent(scores.accuracy(*place, contestant), "en") for place in COLUMNS]
        speed = "–" if rate is None else f"{count(rate, 'en')} / {threads}"
        return f"| {name} | {' | '.join(shares)} | {speed} | yes | {without_labels} |"

    fast = speeds.accuracy(FASTTEXT)
    fast_rate = speeds.median(ARTICLES, FASTTEXT, "theirs")
    lines += [
        line("chude", "chude", speeds.median(ARTICLES, CORE), 2, "yes"),
        line("`underthesea_core.TextClassifier`", CORE, speeds.median(ARTICLES, CORE, "theirs"), 1, "no ¹"),
        line("scikit-learn by hand", SKLEARN, speeds.median(ARTICLES, SKLEARN_ALL, "theirs"), 1, "no"),
    ]
    if fast is not None and fast_rate is not None:
        lines.append(f"| fastText | {fast:.1f} % | – | – | {count(fast_rate, 'en')} / 1 | yes | no |")
    lines += [
        "| PhoBERT, fine-tuned | – ² | – ² | – ² | – | once fetched | no |",
        "| a language model, asked | – ³ | – ³ | – ³ | – | if it runs at yours | yes |",
    ]
    return "\n".join(lines)


@dataclass(frozen=True)
class Cost:
    """What a million articles cost with a program."""

    name: str
    how: str
    dollars: float


def costs() -> list[Cost]:
    """Return the cost of a million articles, by the assumptions above."""
    speeds = Speeds()
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
            how = f"{count(TEXTS, 'en')} / {count(rate, 'en')} a second x {cores} core{'s' if cores > 1 else ''}"
            found.append(Cost(name, f"{how} = {seconds:,.0f} core-seconds", seconds / 3600 * CORE_HOUR))
    work = 2.0 * PARAMETERS * TOKENS * TEXTS
    for device, speed, price in (("processors", CORE_FLOPS, CORE_HOUR), ("a graphics card", GPU_FLOPS, GPU_HOUR)):
        hours = work / speed / 3600
        how = f"2 x {PARAMETERS // 10**6} M x {TOKENS} tokens x 1 M = {work:.1e} operations; "
        how += f"at {speed:.0e} a second {hours:,.1f} h"
        found.append(Cost(f"PhoBERT on {device}", how, hours * price))
    asked = TEXTS / 1e6 * (PROMPT_TOKENS * INPUT_PRICE + ANSWER_TOKENS * OUTPUT_PRICE)
    how = f"{PROMPT_TOKENS:,} tokens x {INPUT_PRICE} + {ANSWER_TOKENS} tokens x {OUTPUT_PRICE} dollars a million tokens"
    return [*found, Cost("a small language model by its maker's interface", how, asked)]


def cost_table() -> str:
    """Return the costs as a table."""
    rows = [f"| {cost.name} | {cost.how} | {_dollars(cost.dollars)} |" for cost in costs()]
    return "\n".join(["| a million articles | arithmetic | dollars |", "|---|---|--:|", *rows])


def _dollars(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.1g}"


def blocks(_language: str) -> dict[str, str]:
    """Return the tables by the names of their places in the page."""
    return {"which-tool": comparison(), "costs": cost_table()}
