"""``chude train``: a model from labelled texts."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options, unify_labels
from chude.cli._fitted import cut
from chude.cli._models import check_model_ending, name_from
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._report import topic_names
from chude.cli._scores import scores
from chude.cli._steps import steps
from chude.cli._types import Condition, Or
from chude.dataset import Dataset
from chude.errors import InputError
from chude.locale import _
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.classifier import TopicClassifier
    from chude.model import TopicModel

_FEW_TEXTS, _SHOWN = 5, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How a model is learned; every field is an argument of that name."""

    name: str
    tokenizer: str
    max_features: int
    min_df: int | str
    C: float | str
    balanced: bool
    folds: int
    seed: int
    threads: int | None

    def classifier(self) -> "TopicClassifier":
        """Return the estimator."""
        from chude.classifier import TopicClassifier

        return TopicClassifier(
            name=self.name,
            tokenizer=self.tokenizer,
            max_features=self.max_features,
            min_df=self.min_df,
            C=self.C,
            class_weight="balanced" if self.balanced else "cv",
            calibration_folds=self.folds,
            random_state=self.seed,
            n_jobs=self.threads,
        )


class _Strength(click.ParamType[float]):
    """A number above 0."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):
            self.fail(f"{value!r} is neither a number above 0 nor cv", param, ctx)
        return number


@click.command(
    name="train",
    short_help="Learn a model from labelled texts.",
    epilog=examples(
        "chude train mine/ -o mine.safetensors",
        "chude train a.csv --text-column body --publisher-column by -o m.safetensors",
        "chude train train/ --test test/ -o mine.safetensors",
    ),
)
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("-o", "--output", required=True, metavar="MODEL", help="Write the model to this file.")
@overwrite_option
@data_options
@click.option(
    "--test", multiple=True, metavar="DATA", help="Test data, read like DATA, to score the model on; may be repeated."
)
@click.option(
    "--test-where", type=Condition(), multiple=True,
    help="Rows of the test data (of DATA without --test), instead of those of --where.",
)  # fmt: skip
@click.option("--name", help="Name of the model.  [default: that of its file]")
@click.option(
    "--tokenizer", type=click.Choice(["syllable", "word"]), default="syllable", show_default=True,
    help="Units of terms. Words are segmented by underthesea, which takes 10 ms for an article.",
)  # fmt: skip
@click.option(
    "--max-features",
    metavar="N",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Most terms of the vocabulary.",
)
@click.option(
    "--min-df", metavar="N|auto", type=Or("auto", click.IntRange(1)), default="auto", show_default=True,
    help="Leave out terms that are in fewer texts; auto is 2, and 1 of fewer than 1,000 short texts.",
)  # fmt: skip
@click.option(
    "-C", "--regularization", "C", type=Or("cv", _Strength()), default="cv", show_default=True,
    help="Inverse of the regularization; cv chooses it by cross-validation.",
)  # fmt: skip
@click.option("--balanced", is_flag=True, help="Weight topics equally, whatever their number of texts.")
@click.option(
    "--folds",
    metavar="N",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="Folds of cross-validation; 0 for none.",
)
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress; errors only.")
def command(
    data: tuple[str, ...],
    output: str,
    overwrite: bool,
    test: tuple[str, ...],
    test_where: tuple[tuple[str, str], ...],
    quiet: bool,
    how: DataOptions,
    name: str | None,
    **arguments: Any,
) -> int:
    """Learn a model from DATA and write it to MODEL.

    DATA is a folder with one sub-folder for each topic, or a table with the columns text and topic; --text-column and
    --topic-column name other columns. Held-out accuracy and macro-F1 come from cross-validation. It keeps the texts of
    a publisher together if --publisher-column names the column of publishers.

    Exit codes: 0 learned from all texts, 1 some could not be read, 2 wrong use.
    """
    check_model_ending(output)
    check_free(output, overwrite=overwrite)
    options = TrainOptions(name=name_from(output) if name is None else name, **arguments)
    texts = how.read(data)
    unify_labels(texts)
    test = test or (data if test_where else ())
    tests = how.with_where(test_where).read(test) if test else None
    _warn_of_few(texts)
    classifier = _learned(texts, options, quiet=quiet)
    about = _provenance(classifier.model_, texts, data, how, options) | {"min_df": classifier.min_df_}
    model = replace(classifier.model_, about=MappingProxyType(about))
    lines = [_chosen(len(texts), classifier)]
    held_out = _held_out(classifier, how)
    lines += held_out
    if not held_out and tests is None:
        lines.append(_("not scored: too few texts for cross-validation; --test DATA scores on other texts"))
    if tests is not None:
        model = _tested(model, tests, test, lines)
    model.save(output)
    click.echo("\n".join([*lines, _("wrote {path}", path=output)]))
    return EXIT_FAILED_TEXTS if texts.failures or (tests is not None and tests.failures) else 0


def _warn_of_few(texts: Dataset) -> None:
    counts = Counter(texts.topics)
    if len(counts) < 2:
        raise InputError(
            f"at least two topics are needed to tell apart; all {len(texts):,} texts are {texts.topics[0]!r}"
        )
    few = [f"{topic} ({count})" for topic, count in sorted(counts.items()) if count < _FEW_TEXTS]
    if few:
        click.echo(_("few texts to learn from: {topics}", topics=", ".join(few)), err=True)


def _learned(texts: Dataset, options: TrainOptions, *, quiet: bool) -> "TopicClassifier":
    """Learn, and say on stderr how long it took."""
    from chude.classifier import BALANCES, CANDIDATES

    classifier, begun, told = options.classifier(), perf_counter(), Counter[str]()
    n_tried = len(CANDIDATES) if options.C == "cv" else 1
    n_tried *= 1 if options.balanced else len(BALANCES)
    with steps(_("Learning"), 3 + options.folds * n_tried, quiet=quiet) as progress:

        def tell(step: str) -> None:
            told[step.split(maxsplit=1)[0]] += 1
            progress(step)

        classifier.fit(texts.texts, texts.topics, groups=texts.publishers, progress=tell)
    seconds, n_held_out, n_fits = perf_counter() - begun, told["fold"], told["fold"] + told["fitting"]
    if not quiet and n_held_out:
        took = _(
            "learned in {seconds:.1f} s, {n} of the {total} fits for cross-validation",
            seconds=seconds,
            n=n_held_out,
            total=n_fits,
        )
        click.echo(took, err=True)
    elif not quiet:
        click.echo(_("learned in {seconds:.1f} s", seconds=seconds), err=True)
    return classifier


def _chosen(n_texts: int, classifier: "TopicClassifier") -> str:
    """Say what was learned from, and with what."""
    line = _(
        "{texts:,} texts, {topics} topics, C = {C:g}, min_df = {min_df}",
        texts=n_texts,
        topics=len(classifier.classes_),
        C=classifier.C_,
        min_df=classifier.min_df_,
    )
    weight = classifier.class_weight_
    return line if weight is None else f"{line}, class_weight = {weight}"


def _held_out(classifier: "TopicClassifier", how: DataOptions) -> list[str]:
    accuracy, macro_f1 = classifier.held_out_accuracy_, classifier.held_out_macro_f1_
    if accuracy is None or macro_f1 is None:
        return []
    kept = _("publishers kept together") if how.publisher_column else _("repeated texts kept together")
    lines = [
        _(
            "held-out accuracy {accuracy}, macro-F1 {macro_f1} (cross-validation, {kept})",
            accuracy=percent(accuracy),
            macro_f1=percent(macro_f1),
            kept=kept,
        )
    ]
    if classifier.not_scored_:
        named = ", ".join(cut(str(label)) for label in classifier.not_scored_[:_SHOWN])
        if len(classifier.not_scored_) > _SHOWN:
            named = _("{named} and {n:,} more", named=named, n=len(classifier.not_scored_) - _SHOWN)
        lines.append(_("learned but not scored, with one text each: {topics}", topics=named))
    return lines


def _provenance(
    model: "TopicModel", texts: Dataset, data: tuple[str, ...], how: DataOptions, options: TrainOptions
) -> dict[str, Any]:
    """Return the data, the options and the versions that a model was learned with."""
    import numpy as np
    import sklearn

    return {
        **model.about,
        "data": list(data),
        **how.chosen,
        "n_texts_by_topic": dict(sorted(Counter(texts.topics).items())),
        "options": {name: value for name, value in asdict(options).items() if name not in {"name", "C", "threads"}},
        "versions": {"chude": chude.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    }


def _tested(model: "TopicModel", tests: Dataset, data: tuple[str, ...], lines: list[str]) -> "TopicModel":
    """Score the model on the test data; add the scores to the lines to print and to the model."""
    from chude.evaluation import evaluate

    evaluation = evaluate(model, tests.texts, tests.topics)
    on = _("on {data}: {n:,} texts", data=", ".join(data), n=len(tests))
    lines += ["", on, *scores(evaluation, topic_names(model)), ""]
    test = {"data": list(data), "n_texts": len(tests), "accuracy": evaluation.accuracy, "macro_f1": evaluation.macro_f1}
    return replace(model, about=MappingProxyType({**model.about, "test": test}))
