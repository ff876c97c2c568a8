"""When a text is unknown: the model's limits, those given in their place, and what the output says then."""

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chude
from chude import TopicModel
from chude.labelling.api import label_table
from chude.labelling.rules import Rules
from chude.model.limits import DIGITS, Limits
from chude.topics import UNKNOWN

RULES = {field.name: field.default for field in fields(Rules)}


def makers() -> Iterator[tuple[str, ast.FunctionDef, ast.Call]]:
    """Yield the functions that make `Rules` from parameters. They are read as text: engines need not be installed."""
    for path in sorted(Path(chude.__path__[0]).rglob("*.py")):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and node.keywords]
            for call in calls if isinstance(function, ast.FunctionDef) else []:
                if ast.unparse(call.func) == "Rules":
                    yield f"{path.parent.name}/{path.stem}.{function.name}", function, call


MAKERS = list(makers())


@pytest.mark.parametrize(("function", "call"), [maker[1:] for maker in MAKERS], ids=[maker[0] for maker in MAKERS])
def test_public_functions_have_every_rule_with_its_default_and_pass_it_on(
    function: ast.FunctionDef, call: ast.Call
) -> None:
    defaults = {
        argument.arg: ast.literal_eval(default)
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is not None and argument.arg in RULES
    }
    assert defaults == RULES
    assert {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords} == {rule: rule for rule in RULES}


def test_these_functions_are_those_that_label() -> None:
    assert {function.name for _, function, _ in MAKERS} == {"label_files", "label_table", "label", "label_parquet"}


SHARES = st.sampled_from([0.0, 0.2, 0.5, 1.0])


@given(given_=st.none() | SHARES, of_model=SHARES)
def test_what_is_given_stands_in_place_of_the_limits_of_the_model(given_: float | None, of_model: float) -> None:
    class Model:
        min_probability = min_coverage = of_model

    found = Rules(min_probability=given_).limits(Model())
    assert found == Limits(of_model if given_ is None else given_, of_model)
    assert Rules(min_coverage=given_).limits(Model()).min_coverage == found.min_probability


@pytest.fixture(scope="module")
def strict(samples_model: TopicModel) -> TopicModel:
    """A model whose own limits some texts pass and others do not."""
    return replace(samples_model, about={**samples_model.about, "min_probability": 0.3, "min_coverage": 0.3})


WORDS = ["giá vàng", "bóng đá", "học sinh", "bác sĩ", "xe", "du lịch", "xyzzy", "qwrtz plugh"]


def test_every_text_has_its_best_topic(strict: TopicModel, tmp_path: Path) -> None:
    @given(
        texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=8),
        least=st.none() | SHARES,
        also=st.none() | SHARES,
    )
    @settings(max_examples=60, deadline=None)
    def check(texts: list[str], least: float | None, also: float | None) -> None:
        labels = label_table(pa.table({"text": texts}), model=strict, min_probability=least, also=also, top=1)
        rows = [row for batch in labels for row in batch.rows()]
        assert list(rows[0])[:4] == ["path", "row", "topic", "best_topic"]
        limit = 0.3 if least is None else least
        for text, row in zip(texts, rows, strict=True):
            assert row["best_topic"] == row["top"].partition(":")[0] == strict.predict([text])[0]
            if row["reason"] is None:
                assert row["topic"] == row["best_topic"]
                assert row["probability"] >= limit
            else:
                assert row["topic"] == UNKNOWN
                assert (row["reason"] == "uncertain") == (row["coverage"] >= 0.3 and row["coverage"] > 0)
            if row["coverage"] >= 0.3 and least == 0:
                assert row["topic"] == row["best_topic"], "with 0 a text that is covered is always answered"

    check()


def test_explain_says_what_label_says(strict: TopicModel) -> None:
    @given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
    @settings(max_examples=60, deadline=None)
    def check(text: str) -> None:
        (row,) = [row for batch in label_table(pa.table({"text": [text]}), model=strict) for row in batch.rows()]
        explanation = strict.explain(text)
        told: dict[str, Any] = explanation.to_dict()
        for name in ("topic", "best_topic", "topic_name", "reason"):
            assert told[name] == row[name]
        assert round(told["probability"], DIGITS) == row["probability"]
        first = explanation.to_text().split("\n")[0]
        assert first.startswith("không rõ (") == (row["reason"] is not None)
        assert ("Labelled <b>unknown</b>" in explanation.to_html()) == (row["reason"] is not None)

    check()
