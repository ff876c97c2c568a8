"""Labelling: a row for each text, in constant memory, written so that an interrupted run can be resumed.

- `api` has `label_files` and `label_table`, which return `labels`: `Labels`, to iterate over or to write.
- `job` takes texts through the model to the bytes of a sink, by `labeller` and `rules`; it writes nothing.
- `streaming` writes the bytes to a stream, `to_file` to a file.
- `run` is what `to_file` does with a `journal`; its parts `manifest`, `state` and `lock` let it be resumed.
- `placing` sorts files into folders, `watch` shows progress, `tally` counts for the summary.
"""
