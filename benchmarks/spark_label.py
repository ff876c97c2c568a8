"""Label a folder of Parquet with Spark on this machine, ``python -m benchmarks.spark_label IN OUT``."""

import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.corpus import THREADS
from benchmarks.peers import MODEL

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    # By default Spark packs these files into three tasks, and one of two processors waits for the third.
    "spark.sql.files.maxPartitionBytes": "32m",
}


def session() -> Any:
    """Start Spark with a task for each processor."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return SparkSession.builder.master(f"local[{THREADS}]").config(map=_SETTINGS).getOrCreate()


def label(spark: Any, folder: Path, out: Path) -> None:
    """Label the files of a folder into a folder that does not exist."""
    import chude.spark

    chude.spark.label(spark.read.parquet(str(folder)), keep=["id"], model=MODEL).write.parquet(str(out))


if __name__ == "__main__":
    label(session(), Path(sys.argv[1]), Path(sys.argv[2]))
