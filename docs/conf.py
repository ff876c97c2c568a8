"""The site of the guides and the reference: ``make docs``.

Sphinx reads the Markdown of the repository where it lies (MyST), so that a link works on the site as in the repository,
and the numpydoc docstrings. Nothing in the pages is fetched from elsewhere.
"""

from importlib.metadata import version as version_of

project = "chude"
author = "the authors of chude"
version = release = version_of("chude")
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "docs/*.md",
    "data/README.md",
    "data/samples/README.md",
    "models/*.md",
    "benchmarks/results.md",
]
source_suffix = {".md": "markdown"}
html_theme = "furo"
html_title = "chude"
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
# Lexers know no console that shows make and no strings of other tools; a block that is not highlighted is still read.
suppress_warnings = ["misc.highlighting_failure"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's parameters say it in words
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autosummary_generate = False
