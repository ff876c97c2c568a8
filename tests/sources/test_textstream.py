"""Blocks of lines decoded by the kernel, piece by piece, give what Python's own decoding gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.sources.textstream import decode_block

VIETNAMESE = "Giá vàng trong nước sáng nay tăng nhẹ, đội tuyển nữ thắng trận mở màn."
LINES = st.text() | st.sampled_from([VIETNAMESE, VIETNAMESE * 300, f"<p>{VIETNAMESE}</p>", "plain", "tiếng \U0001f600"])


@given(st.lists(LINES, max_size=8), st.integers(1, 3), st.sampled_from([b"", b"\n", b"\xe1\xba", b"\xff\n", b"\0"]))
@settings(deadline=None)
def test_a_block_is_decoded_as_a_whole(lines: list[str], n_times: int, end: bytes) -> None:
    some = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    block = some * n_times * (1 + (1 << 14) // (len(some) + 1)) + end
    try:
        expected = block.decode()
    except UnicodeDecodeError as error:
        expected = error.reason
    try:
        found = decode_block(block)
    except UnicodeDecodeError as error:
        found = error.reason
    assert found == expected


def test_the_first_of_several_pieces_may_be_wrong() -> None:
    block = b"\xff\n" + f"{VIETNAMESE}\n".encode() * 1000
    with pytest.raises(UnicodeDecodeError, match="invalid start byte"):
        decode_block(block)
