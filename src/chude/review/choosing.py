"""From a stream of texts to those that a reader is to see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chude.model.topic_model import TopicModel
from chude.review.candidates import Candidate
from chude.review.picking import SAMPLE, pick
from chude.review.sampling import sample


@dataclass(frozen=True, slots=True)
class Choice:
    """Texts chosen, and out of how many.

    Attributes
    ----------
    chosen : list of Candidate
        The most worth first.
    n_texts : int
        How many could be read.
    """

    chosen: list[Candidate]
    n_texts: int


def picked(
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
    n_texts = 0

    def unseen() -> Iterable[Candidate]:
        nonlocal n_texts
        for each in texts:
            n_texts += 1
            if each.place not in done:
                yield each

    _, drawn = sample(unseen(), SAMPLE, random_state)
    chosen = pick([each.whole for each in drawn], n, model, random_state, reviewed=[each.whole for each in reviewed])
    return Choice([drawn[i] for i in chosen.tolist()], n_texts)
