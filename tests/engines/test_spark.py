"""Spark DataFrames, in executors that are processes of their own."""

import datetime as dt
import decimal
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import chude
import chude.spark

from .conftest import kill, wait_until

pyspark = pytest.importorskip("pyspark", reason="needs Spark: pip install 'chude[spark]'")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 or newer, and there is no java"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning"),  # py4j's, to the Java process
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session with two executors, each a Java process with one core."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    session = (
        SparkSession.builder.master("local-cluster[2,1,512]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "512m")
        .config("spark.executor.memory", "512m")
        .config("spark.driver.extraJavaOptions", quick)
        .config("spark.executor.extraJavaOptions", quick)
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.task.maxFailures", "2")  # a failure, or an executor killed, is met once more
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture
def df(spark: Any, texts: list[str | None]) -> Any:
    return spark.createDataFrame(
        list(zip(texts, range(len(texts)), strict=True)), "content string, id long"
    ).repartition(4)


def rows_of(labels: Any) -> list[dict[str, Any]]:
    return sorted((row.asDict() for row in labels.collect()), key=lambda row: row["id"])


def test_labels_are_those_of_a_local_run(df: Any, samples_model_file: Path, local: list[dict[str, Any]]) -> None:
    labels = chude.spark.label(df, text="content", keep=["id"], model=samples_model_file, top=2, also=0.1, iptc=True)
    assert labels.columns == list(local[0])
    assert rows_of(labels) == local


def test_partitions_stay(spark: Any, df: Any, samples_model_file: Path, tmp_path: Path) -> None:
    df.selectExpr("*", "2019 + id % 3 AS year").write.partitionBy("year").parquet(str(tmp_path / "in"))
    read = spark.read.parquet(str(tmp_path / "in"))
    labels = chude.spark.label(read, text="content", keep=["id", "year"], model=samples_model_file)
    assert labels.rdd.getNumPartitions() == read.rdd.getNumPartitions()
    labels.write.partitionBy("year").parquet(str(tmp_path / "out"))
    there = [{one.name: keys_in(one) for one in (tmp_path / name).glob("year=*")} for name in ("in", "out")]
    assert there[0] == there[1]
    assert len(there[0]) == 3


def keys_in(folder: Path) -> list[int]:
    import pyarrow.parquet as pq

    return sorted(key for path in folder.glob("*.parquet") for key in pq.read_table(path)["id"].to_pylist())


def test_kept_columns_come_through_as_they_were(spark: Any, samples_model_file: Path) -> None:
    """Types that would not survive the way through pandas among them."""
    from pyspark.sql import types as t

    columns = {
        "số": (t.LongType(), [2**60 + 1, None]),
        "list": (t.ArrayType(t.LongType()), [[2**60 + 1, None], None]),
        "price": (t.DecimalType(20, 2), [decimal.Decimal("1.10"), None]),
        "day": (t.DateType(), [dt.date(1954, 5, 7), None]),
        "map": (t.MapType(t.StringType(), t.IntegerType()), [{"a": 1}, None]),
        "bytes": (t.BinaryType(), [bytearray(b"\xff"), None]),
        "text": (t.StringType(), ["Giá vàng tăng mạnh", "Đội tuyển thắng trận"]),
    }
    schema = t.StructType([t.StructField(name, kind) for name, (kind, _) in columns.items()])
    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    df = spark.createDataFrame(rows, schema).coalesce(1)
    keep = list(columns)[:-1]
    labels = chude.spark.label(df, keep=keep, model=samples_model_file)
    assert labels.columns[:2] == ["path", "row"]
    assert [field.dataType for field in labels.select(*keep).schema] == [
        kind for kind, _ in list(columns.values())[:-1]
    ]
    assert [tuple(row) for row in labels.select(*keep).collect()] == [row[:-1] for row in rows]


def command_of(process: Any) -> str:
    """Return a process's command; nothing of one that ended meanwhile, as workers of Python do all the time."""
    import psutil

    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_names_of_columns_that_spark_would_take_for_fields(spark: Any, samples_model_file: Path) -> None:
    import unicodedata

    names = ["noi.dung", unicodedata.normalize("NFD", "số"), "a`b"]
    rows = spark.createDataFrame([("Đội nhà thắng trận", 1, "x"), (None, 2, "y")], names)
    labels = chude.spark.label(rows, text="noi.dung", keep=["số", "a`b"], model=samples_model_file)
    found = sorted((row["số"], row["a`b"], row["error"]) for row in labels.collect())
    assert found == [(1, "x", None), (2, "y", None)]


def test_a_killed_executor_loses_and_doubles_nothing(
    spark: Any, texts: list[str | None], samples_model_file: Path
) -> None:
    import psutil

    many = texts * 30
    df = spark.createDataFrame(list(zip(many, range(len(many)), strict=True)), "content string, id long").repartition(
        24
    )
    labels = chude.spark.label(df, text="content", keep=["id"], model=samples_model_file)
    made: list[Any] = []
    running = threading.Thread(target=lambda: made.extend(rows_of(labels)))
    tracker = spark.sparkContext.statusTracker()

    def under_way() -> Any:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return next((stage for stage in stages if stage and stage.numTasks == 24 and stage.numCompletedTasks > 2), None)

    running.start()
    wait_until(lambda: under_way() is not None)
    java = psutil.Process(spark.sparkContext._gateway.proc.pid)
    executors = [one for one in java.children(recursive=True) if "CoarseGrainedExecutorBackend" in command_of(one)]
    kill(executors[0].pid)
    running.join(timeout=300)
    table = [{"content": text, "id": k} for k, text in enumerate(many)]
    import pyarrow as pa

    here = chude.label_table(pa.Table.from_pylist(table), text="content", keep=["id"], model=samples_model_file)
    assert made == [row | {"row": None} for batch in here for row in batch.rows()]


def test_a_worker_without_the_model_says_so(df: Any, tmp_path: Path) -> None:
    from pyspark.errors import PySparkException

    labels = chude.spark.label(df.coalesce(1), text="content", model=tmp_path / "absent.safetensors", ship=False)
    said = rf"the worker on {socket.gethostname()} has no model .*absent.safetensors'.* ship=True"
    with pytest.raises(PySparkException, match=said):
        labels.collect()


def test_executors_that_have_the_model_need_not_get_it(df: Any, samples_model_file: Path, local: list[Any]) -> None:
    labels = chude.spark.label(
        df, text="content", keep=["id"], model=samples_model_file, ship=False, top=2, also=0.1, iptc=True
    )
    assert rows_of(labels) == local


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "body"}, "no column 'body'; its columns are: content, id"),
        ({"text": "id"}, "column 'id' of the DataFrame holds bigint, not text"),
        ({"text": "content", "keep": ["topic"]}, "cannot keep topic"),
        ({"text": "content", "model": "no-such-model"}, "no model 'no-such-model'"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(df: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(chude.ChudeError, match=said):
        chude.spark.label(df, **options)


def test_other_tables_are_refused() -> None:
    with pytest.raises(chude.ChudeError, match=r"expected a pyspark.sql.DataFrame, not list"):
        chude.spark.label([])
