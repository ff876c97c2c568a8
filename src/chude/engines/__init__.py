"""Dask and Spark: a DataFrame in, a DataFrame of labels out. `chude.dask` and `chude.spark` are the public names."""
