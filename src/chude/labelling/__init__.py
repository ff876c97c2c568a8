"""Labelling: a row for each text, in constant memory, written so that an interrupted run can be resumed.

- `api` has `label_files` and `label_table`, which return `labels`: `Labels`, to iterate over or to write.
- `job` takes texts through the model to the bytes of a sink, by `labeller` and `rules`; it writes nothing.
- `streaming` writes the bytes to a stream, `run` to a file; its `journal`, with a `manifest` and a `lock`, lets it be
  resumed.
- `placing` sorts files into folders; `progress` is what is known of a run: counts, and who is told.
- `model_protocol` is the interface of the models that labelling takes; `kinds` is the second model, of kinds of text.
"""
