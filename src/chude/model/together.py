"""Several models on the same texts: a text is tokenized once for all models with the same tokenizer."""

from collections.abc import Sequence

from chude.kernels.texts import chunks
from chude.model.chunks import CHUNK_CHARACTERS, CHUNK_TEXTS
from chude.model.prediction import Prediction, Rows
from chude.model.scorer import unaccented_texts
from chude.model.topic_model import TopicModel
from chude.tokenizer import Tokenizer, checked


def score_texts(models: Sequence[TopicModel], texts: Sequence[str]) -> list[Prediction]:
    """Score texts with several models, in one thread.

    The results are those of `TopicModel.score_texts` of each model.

    Parameters
    ----------
    models : sequence of TopicModel
    texts : sequence of str

    Returns
    -------
    list of Prediction
        One for each model.

    Raises
    ------
    TypeError
        If given one str in place of several, or something that is not str.
    """
    if any(model.accented.tokenizer != Tokenizer() for model in models):
        return [model.score_texts(texts, threads=1) for model in models]
    listed = checked(texts)
    rows = [Rows(len(listed), len(model.topics)) for model in models]
    for start, stop in chunks(listed, CHUNK_TEXTS, CHUNK_CHARACTERS):
        _score(models, listed[start:stop], [each.part(start, stop) for each in rows])
    return [each.prediction for each in rows]


def _score(models: Sequence[TopicModel], texts: list[str], rows: Sequence[Rows]) -> None:
    """Score a chunk of texts with models that read syllables with their diacritics."""
    batch = Tokenizer().batch(texts)
    for model, its in zip(models, rows, strict=True):
        model.accented.kernel.score_tokens(*batch, its.values, its.counts)
    # Whether a text was typed without diacritics depends on its tokens alone: it is the same for every model.
    chosen = unaccented_texts(rows[0].counts)
    if not len(chosen):
        return
    again = Tokenizer(diacritics=False).batch([texts[i] for i in chosen.tolist()])
    for model, its in zip(models, rows, strict=True):
        if model.unaccented is not None:
            found = Rows(len(chosen), len(model.topics))
            model.unaccented.kernel.score_tokens(*again, found.values, found.counts)
            its.values[chosen], its.counts[chosen] = found.values, found.counts
