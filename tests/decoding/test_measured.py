"""Detection measured on newspaper articles, where the corpora are: `CHUDE_CORPORA`, or ../shared/corpora.

Prints a table with `pytest -s`.
"""

import os
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from chude.decoding import decode
from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.errors import DecodingError

CHECKOUT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("CHUDE_CORPORA", CHECKOUT.parent / "shared" / "corpora"))
NAMES = ("vntc10", "baomoi_2013", "vnexpress_2022", "thanhnien_2024_headlines", "uit_vsfc", "vietnamnet_dantri_2022")
UNICODE = ("utf-8", "utf-16-le", "utf-16-be")
EACH = 60
LENGTH = 200

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"measuring detection needs the corpora: no folder {CORPORA}; set CHUDE_CORPORA"
)


def texts(name: str) -> list[str]:
    """Spread evenly over the first batch of a corpus; short rows joined until they are long enough."""
    import pyarrow.parquet as pq

    path = CORPORA / f"{name}.parquet"
    if not path.is_file():
        pytest.skip(f"measuring detection needs {path}")
    rows = next(pq.ParquetFile(path).iter_batches(4000, columns=["text", "title"])).to_pylist()
    rows = [unicodedata.normalize("NFC", row["text"] or row["title"]) for row in rows if row["text"] or row["title"]]
    step = len(rows) // EACH
    return [" ".join(rows[at : at + 30])[:LENGTH] for at in range(0, step * EACH, step)]


def as_written_in(text: str, encoding: str) -> str:
    known = code_page(encoding).bytes_of
    if encoding == "tcvn3":
        text = "".join(char if char in known else char.lower() for char in text)
    return "".join(filter(known.__contains__, text))


@pytest.mark.parametrize("corpus", NAMES)
def test_detection_on_articles(corpus: str) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts(corpus):
        assert len(text) == LENGTH
        for encoding in (*UNICODE, *LEGACY_ENCODINGS):
            for change in (str, str.upper, str.lower):
                written = change(text) if encoding in UNICODE else as_written_in(change(text), encoding)
                data = written.encode(encoding) if encoding in UNICODE else code_page(encoding).encode(written)
                total[encoding] += 1
                try:
                    decoded = decode(data)
                except DecodingError:
                    continue
                right[encoding] += (decoded.text, decoded.encoding) == (written, encoding)
    print(f"\n{corpus}:", *(f"{name} {right[name]}/{total[name]}" for name in total), sep="  ")
    for encoding, count in total.items():
        assert right[encoding] >= 0.995 * count, encoding


@pytest.mark.parametrize("corpus", NAMES)
def test_mending_on_articles(corpus: str) -> None:
    articles = texts(corpus)
    assert [decode(text.encode()).encoding for text in articles] == ["utf-8"] * len(articles)
    mended = [decode(text.encode().decode("latin-1").encode()).text for text in articles]
    assert sum(map(str.__eq__, mended, articles)) >= 0.99 * len(articles)
