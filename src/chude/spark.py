"""Labelling with Spark: `label` for its DataFrames.

>>> import chude.spark
>>> labels = chude.spark.label(df, text="content", keep=["id"])  # doctest: +SKIP
>>> labels.write.parquet("labels/")  # doctest: +SKIP
"""

from chude.engines.sparkframe import label

__all__ = ["label"]
