"""What a person sees of a model, and what mypy accepts as texts."""

from html.parser import HTMLParser
from pathlib import Path

from mypy import api

from chude import Topic, TopicModel

TYPED = """
import chude
import numpy as np
import pandas as pd

texts: "pd.Series[str]" = pd.Series(["a", "b"])
model = chude.load()
model.predict(texts)
model.predict_proba(["a"])
model.score_texts(np.array(["a"]))
model.top(("a", "b"), 3)
chude.pick(texts, 1)
chude.label_table(texts, text="text")
"""


def test_repr_is_one_line(samples_model: TopicModel) -> None:
    shown = repr(samples_model)
    assert shown.startswith(f"TopicModel({samples_model.name!r}, {len(samples_model.topics)} topics: ")
    assert samples_model.topics[0].slug in shown
    assert "\n" not in shown
    assert len(shown) < 200


def test_the_notebook_shows_all_topics_as_text(samples_model: TopicModel) -> None:
    strange = Topic("<b>", "<script>x</script>", "a & b")
    model = TopicModel(samples_model.name, (strange, *samples_model.topics[1:]), samples_model.accented)
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_data = seen.append  # type: ignore[method-assign]
    parser.feed(model._repr_html_())
    for topic in model.topics:
        assert {topic.slug, topic.vi, topic.en} <= set(seen)


def test_types_accept_what_data_people_have(tmp_path: Path) -> None:
    path = tmp_path / "typed.py"
    path.write_text(TYPED, encoding="utf-8")
    said, problems, status = api.run(["--config-file", "pyproject.toml", "--strict", str(path)])
    assert (status, problems) == (0, ""), said
