"""The table of labels on a terminal."""

import pytest

from chude.cli._screen import ScreenSink
from chude.locale import choose_language


@pytest.mark.parametrize(("probability", "is_named"), [(0.05, True), (0.049, False)])
def test_a_second_topic_is_named_where_it_is_probable(probability: float, is_named: bool) -> None:
    row = {
        "path": "a.txt", "row": None, "error": None, "reason": None, "topic": "xe", "best_topic": "xe",
        "probability": 0.9, "second_topic": "du-lich", "second_probability": probability,
    }  # fmt: skip
    line = ScreenSink({"xe": "Xe", "du-lich": "Du lịch"}, {})._line(row, None)
    assert ("or Du lịch" in line) == is_named


def test_columns_stand_under_their_heads_in_vietnamese() -> None:
    choose_language("vi")
    try:
        head = ScreenSink({}, {}).header.decode()
    finally:
        choose_language("en")
    assert head.startswith("x.suất  chủ đề")
