"""Labelling in one call: `label_files` and `label_table`."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from chude.labelling.job import Job
from chude.labelling.labels import Labels
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.rules import Rules
from chude.sources.inputs import Inputs
from chude.sources.options import MAX_SIZE, SourceOptions
from chude.sources.source import Source

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def label_files(
    paths: Paths,
    *,
    model: str | os.PathLike[str] | ModelProtocol = "news",
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    lines: bool = False,
    encoding: str | None = None,
    mend: bool = True,
    max_size: int = MAX_SIZE,
    top: int = 0,
    min_probability: float | None = None,
    min_coverage: float | None = None,
    also: float | None = None,
    iptc: bool = False,
    kind: bool = False,
    only_news: float | None = None,
    threads: int | None = None,
) -> Labels:
    """Label texts, web pages, mails and documents: files, folders of them, archives.

    Parameters
    ----------
    paths : path or sequence of paths
        Files, folders (searched for ``*.txt``), globs.
    model : TopicModel, name or path
    include, exclude : sequence of str
        Globs on the names of files in folders and archives.
    lines : bool
        Each line of a file is a text.
    encoding : str, optional
        Encoding of all files, instead of detecting it for each.
    mend : bool
        Repair text that was decoded wrongly before it was saved, and refuse what cannot be repaired.
    max_size : int
        Largest size of one text, in bytes.
    top : int
        Add a column ``top`` with this number of topics.
    min_probability, min_coverage : float, optional
        A text below one of them is ``unknown``: its best topic is less probable, or a smaller share of its tokens is in
        the vocabulary. By default the model's limits; with ``min_probability=0`` every covered text gets a topic.
    also : float, optional
        Add a column ``topics``: the topic, and after a ``|`` the second one if it has at least this probability.
    iptc : bool
        Add a column ``iptc`` with the IPTC Media Topics that correspond to them.
    kind : bool
        Add columns ``kind``, ``kind_probability`` and ``news_probability``: what kind of text each text is.
    only_news : float, optional
        Add these columns too, and make a text ``unknown`` if its ``news_probability`` is less; ``chude models`` shows
        the recommended limit.
    threads : int, optional

    Returns
    -------
    Labels
        Nothing is read before the labels are iterated over, written or made a DataFrame.

    Raises
    ------
    InputError
        If a path does not exist or an option makes no sense.

    Examples
    --------
    >>> import chude
    >>> labels = chude.label_files("articles", min_probability=0.5)
    >>> sum(1 for batch in labels for row in batch.rows())
    13
    """
    options = SourceOptions(
        include=tuple(include), exclude=tuple(exclude), lines=lines, encoding=encoding, mend=mend, max_size=max_size
    )
    inputs = Inputs(_listed(paths), options)
    inputs.check_paths()
    rules = Rules(
        top=top,
        min_probability=min_probability,
        min_coverage=min_coverage,
        also=also,
        iptc=iptc,
        kind=kind,
        only_news=only_news,
    )
    return Labels(Job(inputs, loaded(model), rules, threads))


def label_table(
    source: Any,
    text: str = "text",
    *,
    title: str | None = None,
    keep: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    model: str | os.PathLike[str] | ModelProtocol = "news",
    delimiter: str | None = None,
    encoding: str | None = None,
    mend: bool = True,
    max_size: int = MAX_SIZE,
    top: int = 0,
    min_probability: float | None = None,
    min_coverage: float | None = None,
    also: float | None = None,
    iptc: bool = False,
    kind: bool = False,
    only_news: float | None = None,
    threads: int | None = None,
) -> Labels:
    """Label the rows of a table.

    Parameters
    ----------
    source : path, sequence of paths, DataFrame or Arrow table
        Files, folders and globs of CSV, TSV, JSONL, JSON, Parquet and Excel (``.xlsx``), compressed or not; or a table
        in memory.
    text : str
        Column of text.
    title : str, optional
        Column put in front of the text.
    keep : sequence of str
        Columns copied to the output.
    where : mapping, optional
        Only rows with these values in these columns.
    delimiter : str, optional
        The delimiter of CSV, instead of detecting it.
    model, encoding, mend, max_size, top, min_probability, min_coverage, also, iptc, kind, only_news, threads
        As for `label_files`.

    Returns
    -------
    Labels

    Raises
    ------
    InputError
        If a path does not exist or an option makes no sense. A missing column is reported when the table is read.

    Examples
    --------
    >>> import chude
    >>> labels = chude.label_table("articles.csv", text="body", title="headline", keep=["id"])
    >>> labels.to_pandas()[["id", "topic"]].head(1).to_dict("records")
    [{'id': 'A001', 'topic': 'cong-nghe'}]
    """
    options = SourceOptions(
        text=text,
        title=title,
        keep=tuple(keep),
        where=tuple((where or {}).items()),
        delimiter=delimiter,
        encoding=encoding,
        mend=mend,
        max_size=max_size,
    )
    rules = Rules(
        top=top,
        min_probability=min_probability,
        min_coverage=min_coverage,
        also=also,
        iptc=iptc,
        kind=kind,
        only_news=only_news,
    )
    return Labels(Job(_table_source(source, options), loaded(model), rules, threads))


def _table_source(source: Any, options: SourceOptions) -> Source:
    if isinstance(source, (str, os.PathLike)) or (
        isinstance(source, Sequence) and all(isinstance(path, (str, os.PathLike)) for path in source)
    ):
        inputs = Inputs(_listed(source), options)
        inputs.check_paths()
        return inputs
    from chude.sources.memory_table import MemoryTable

    return MemoryTable(source, options)


def _listed(paths: Paths) -> list[str | os.PathLike[str]]:
    return [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)


def loaded(model: str | os.PathLike[str] | ModelProtocol) -> ModelProtocol:
    """Return a model, given itself, its name or its path."""
    if not isinstance(model, (str, os.PathLike)):
        return model
    from chude.model.loading import load

    return load(model)
