"""Texts to label: files, folders, archives, tables and lines, one module for each format.

- `source` is what labelling sees: the interface of a source, and the batches of texts that it yields.
- `inputs` are the paths that were given, `open_inputs` the files at these paths, checked once, as tasks: `files` reads
  many files of one text each, into a batch.
- `textfiles` decodes a whole file to its text, for `files`, `archives` and `standard_input`.
- `opening` opens a file, `rawfile` reads all bytes of it, `rawstream` those of a large one in pieces, decompressed.
- `textstream` decodes the pieces of a `rawstream` to lines, for `lines` and the tables of CSV and JSONL.
- `tables` knows the formats of tables, each a module: a `rawstream` to `rows`.
- `stored` lists Parquet files in any place that fsspec can open, for engines.
"""
