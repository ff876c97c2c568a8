"""Labelling with Dask and Spark. `chude.dask` and `chude.spark` are the public names."""
