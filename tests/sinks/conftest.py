"""A model that needs no training, and files for it."""

from support.fake_model import model, nobody, sentence, tree

__all__ = ["model", "nobody", "sentence", "tree"]
