"""Words instead of syllables: which syllables underthesea's segmenter joins."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chude.errors import TokenizerError


def segment(text: str) -> list[str]:
    """Segment a text into words with `underthesea.word_tokenize`.

    Raises
    ------
    TokenizerError
        If underthesea is not installed.
    """
    try:
        from underthesea import word_tokenize
    except ImportError as error:
        raise TokenizerError(
            "this model reads words and needs underthesea, which is not installed; pip install underthesea, "
            "or use a model with tokenizer='syllable'"
        ) from error
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # underthesea takes no lone surrogates
    words: list[str] = word_tokenize(whole)
    return words


def continues(syllables: Sequence[str], words: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Say whether each syllable of a text continues the word of the syllable before.

    The segmenter may respell or split a syllable; such a syllable is a word of its own, and the alignment continues
    with the next one.

    Parameters
    ----------
    syllables : sequence of str
        Canonical syllables of the text.
    words : sequence of sequence of str
        Canonical syllables of each word, in order.

    Returns
    -------
    ndarray of shape (n_syllables,), bool
    """
    flags = np.zeros(len(syllables), dtype=np.bool_)
    place = 0
    for word in words:
        size = len(word)
        near = range(place, min(place + 8, len(syllables) - size + 1))
        found = next((at for at in near if all(syllables[at + k] == word[k] for k in range(size))), None)
        if found is None or not size:
            continue
        flags[found + 1 : found + size] = True
        place = found + size
    return flags
