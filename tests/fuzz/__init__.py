"""Coverage-guided fuzzing of what strangers can send: bytes, texts, files, models. CONTRIBUTING.md says how to run it.

A target is a module with `seeds`, which gives inputs to begin with, and `check`, which holds one input against what
chude promises and returns what came of it, for comparison with what comes of it when compiled.
"""

TARGETS = ("decoding", "tokenizing", "scoring", "labelling", "model_files")
