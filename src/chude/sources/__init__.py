"""Texts to label: files, folders, archives, tables and lines, one module for each format.

- `inputs` and `open_inputs` make tasks of what is given; a task of files is `files`, which reads many into a `batch`.
- `textfiles` makes the text of one whole file, for `files`, `archives` and `standard_input`.
- `rawfile` reads the bytes of a whole file, `rawstream` those of a large one in pieces, decompressed.
- `textstream` decodes the pieces of a `rawstream` to lines, for `lines` and the tables of CSV and JSONL.
- `tables` knows the formats of tables, each a module: a `rawstream` to `rows`.
"""
