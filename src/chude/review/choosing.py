"""From a stream of texts to those that a reader is to see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chude.locale import N_
from chude.model.topic_model import TopicModel
from chude.review import picking
from chude.review.candidates import Candidate
from chude.review.picking import SAMPLE
from chude.review.sampling import sample

SEEN = N_("picked or reviewed before")
NOT_DRAWN = N_("not drawn (of more than 20,000 texts, so many are drawn at random)")
NEAR_DUPLICATE = N_("nearly the same as another text")
TOO_FEW_KNOWN_WORDS = N_("not covered by the model, which knows too few of their words")
"""Why a text that can be read cannot be chosen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Texts chosen, and out of how many.

    Attributes
    ----------
    chosen : list of Candidate
        The most worth first.
    n_texts : int
        How many could be read.
    left_out : dict of str to int
        How many of them could not be chosen, by the reason.
    """

    chosen: list[Candidate]
    n_texts: int
    left_out: dict[str, int]


def pick_candidates(
    texts: Iterable[Candidate], n: int, model: TopicModel, reviewed: Sequence[Candidate] = (), random_state: int = 0
) -> Choice:
    """Pick texts of a stream as `chude.pick` does; memory does not grow with the stream.

    Parameters
    ----------
    texts : iterable of Candidate
    n : int
    model : TopicModel
    reviewed : sequence of Candidate
        Texts of an earlier round: they, texts from where they are, and texts nearly the same are left out.
    random_state : int
    """
    done = {each.place for each in reviewed}
    n_texts = n_unseen = 0

    def unseen() -> Iterable[Candidate]:
        nonlocal n_texts, n_unseen
        for each in texts:
            n_texts += 1
            if each.place not in done:
                n_unseen += 1
                yield each

    _, drawn = sample(unseen(), SAMPLE, random_state)
    known = [each.whole for each in reviewed]
    found = picking.picked([each.whole for each in drawn], n, model, random_state, reviewed=known)
    left_out = {
        SEEN: n_texts - n_unseen,
        NOT_DRAWN: n_unseen - len(drawn),
        NEAR_DUPLICATE: found.n_repeated,
        TOO_FEW_KNOWN_WORDS: found.n_not_covered,
    }
    chosen = [
        replace(drawn[i], stands_for=stands_for)
        for i, stands_for in zip(found.chosen.tolist(), found.stands_for.tolist(), strict=True)
    ]
    return Choice(chosen, n_texts, {why: count for why, count in left_out.items() if count})
