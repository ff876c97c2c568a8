"""The compiled form of each kernel, in Cython."""
