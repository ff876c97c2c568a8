"""Read every text of a file of lines or of a Parquet table, and nothing else, as a script with a start of its own."""

import sys

if __name__ == "__main__":
    if sys.argv[1].endswith(".parquet"):
        import pyarrow.parquet

        for batch in pyarrow.parquet.ParquetFile(sys.argv[1]).iter_batches(columns=["text"]):
            batch["text"].to_pylist()
    else:
        with open(sys.argv[1], encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - as in read_files.py
            for _ in file:
                pass
