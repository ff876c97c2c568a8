"""Names and paths that are cut to fit their columns."""

from hypothesis import given
from hypothesis import strategies as st

from chude.cli._fitted import cut, printable, tail


@given(st.text(), st.integers(2, 40))
def test_what_is_shown_fits_and_harms_no_terminal(text: str, room: int) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) == len(text)
    for fitted in (cut(text, room), tail(text, room)):
        assert fitted.isprintable()
        assert len(fitted) == min(len(text), room)
    assert shown.startswith(cut(text, room).removesuffix("…"))
    assert shown.endswith(tail(text, room).removeprefix("…"))


def test_a_name_loses_its_end_and_a_path_its_beginning() -> None:
    assert cut("Thời sự quốc tế", 10) == "Thời sự q…"
    assert tail("/models/tin-tuc.safetensors", 12) == "…safetensors"
    assert tail("a\x1b[2J.safetensors", 24) == "a?[2J.safetensors"
