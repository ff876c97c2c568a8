"""Labelling with Dask: `label` for its DataFrames, `label_parquet` for folders of Parquet too large for one machine.

>>> import chude.dask
>>> labels = chude.dask.label(ddf, text="content", keep=["id"])  # doctest: +SKIP
>>> labels.to_parquet("labels/")  # doctest: +SKIP
"""

from chude.engines.daskframe import label
from chude.engines.daskparquet import label_parquet

__all__ = ["label", "label_parquet"]
