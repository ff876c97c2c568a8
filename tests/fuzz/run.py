"""Fuzz one target for a time: ``python -m fuzz.run TARGET FOLDER SECONDS``; needs atheris and NUMBA_DISABLE_JIT=1."""

import sys
from importlib import import_module
from pathlib import Path

LONGEST = {"decoding": 1500, "tokenizing": 64, "scoring": 80, "labelling": 900, "model_files": 6000}
SLOWEST = 60
"""Seconds after which an input counts as a hang: plain Python, on a machine others use too."""


def main(target: str, folder: str, seconds: str) -> None:
    """Run libFuzzer until the time is over or something is found, which is then in ``FOLDER/found-*``."""
    import atheris
    import numpy as np

    with atheris.instrument_imports(include=["chude", "fuzz"]):
        module = import_module(f"fuzz.{target}")
    np.seterr(over="ignore")
    corpus = Path(folder) / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for number, seed in enumerate(module.seeds()):
            if len(seed) <= LONGEST[target]:
                (corpus / f"seed-{number:04}").write_bytes(seed)

    def check(data: bytes) -> None:
        module.check(data)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        return atheris.Mutate(data, size) if seed % 2 else module.mutated(data, size, seed)

    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST[target]}", f"-timeout={SLOWEST}", "-rss_limit_mb=3000",
        f"-artifact_prefix={folder}/found-", "-print_final_stats=1", "-verbosity=1", "-reload=0", "-len_control=20",
    ]  # fmt: skip
    custom = {"custom_mutator": mutate} if hasattr(module, "mutated") else {}
    atheris.Setup([sys.argv[0], *options, str(corpus)], check, **custom)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
