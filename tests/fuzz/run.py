"""Fuzz one target for a time: ``python -m fuzz.run TARGET FOLDER SECONDS``; needs atheris and CHUDE_KERNELS=plain."""

import sys
import time
from importlib import import_module
from pathlib import Path

LONGEST = {"decoding": 1500, "tokenizing": 64, "scoring": 80, "labelling": 900, "model_files": 6000}
SLOWEST, HANGING = 5, 300
"""Seconds of the processor that an input may take in plain Python, and seconds on the clock after which it hangs."""


def main(target: str, folder: str, seconds: str) -> None:
    """Run libFuzzer until the time is over or something is found, which is then in ``FOLDER/found-*``."""
    import atheris

    with atheris.instrument_imports(include=["chude", "fuzz"]):
        module = import_module(f"fuzz.{target}")

    def check(data: bytes) -> None:
        start = time.process_time()
        module.check(data)
        assert time.process_time() - start < SLOWEST, "slow"

    corpus = Path(folder) / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(module.seeds()):
        module.check(seed)  # what is imported late is imported now, and counts for no input
        if len(seed) <= LONGEST[target]:
            (corpus / f"seed-{number:04}").write_bytes(seed)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        return atheris.Mutate(data, size) if seed % 2 else module.mutated(data, size, seed)

    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST[target]}", f"-timeout={HANGING}", "-rss_limit_mb=3000",
        f"-artifact_prefix={folder}/found-", "-print_final_stats=1", "-verbosity=1", "-reload=0", "-len_control=20",
    ]  # fmt: skip
    custom = {"custom_mutator": mutate} if hasattr(module, "mutated") else {}
    atheris.Setup([sys.argv[0], *options, str(corpus)], check, **custom)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
