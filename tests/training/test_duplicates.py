"""Near-duplicates: what is joined, what is not, and that the compiled loop is the rule it claims to be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.tokenizer import Tokenizer
from chude.training.duplicates import BANDS, ROWS, SHINGLE, near_duplicates

ARTICLE = (
    "Sáng nay, người dân phường An Hòa phát hiện một đoạn bờ kè dài hơn hai mươi mét bị nứt sau nhiều ngày mưa lớn. "
    "Chính quyền đã cho dựng rào chắn, di dời bảy hộ dân ở gần mép sông và mời đơn vị tư vấn khảo sát ngay trong tuần. "
    "Theo ban quản lý dự án, đoạn kè này được xây cách đây mười năm, chưa từng được gia cố kể từ khi hoàn thành."
)
OTHER = (
    "Đội chủ nhà mở tỷ số ở phút thứ mười lăm sau một pha phối hợp đẹp mắt bên cánh trái. Sang hiệp hai, đội khách "
    "tràn lên tấn công nhưng thủ môn đã có một ngày thi đấu xuất sắc và giữ sạch lưới đến hết trận."
)
WORDS = ["giá", "vàng", "tăng", "mạnh", "đội", "tuyển", "thắng", "trận", "mưa", "lớn"]


def groups(texts):
    return near_duplicates(Tokenizer().batch(texts)).tolist()


def test_an_article_is_joined_to_its_reprint_in_upper_case_and_to_an_update_with_a_last_sentence():
    update = ARTICLE + " Vụ việc đang được làm rõ."
    assert groups([OTHER, ARTICLE, ARTICLE.upper(), update]) == [0, 1, 1, 1]


def test_texts_without_a_token_are_alone():
    assert groups(["", "...", "", ARTICLE, ""]) == [0, 1, 2, 3, 4]


def test_no_texts():
    assert groups([]) == []


def test_a_text_shorter_than_a_shingle_is_joined_only_to_itself():
    assert groups(["giá vàng tăng", "giá vàng", "Giá vàng tăng!"]) == [0, 1, 0]


def shingles(tokens):
    return {tuple(tokens[i : i + SHINGLE]) for i in range(max(1, len(tokens) - SHINGLE + 1))}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), max_size=20))
def test_same_shingles_are_always_joined_and_none_in_common_never_by_itself(token_lists):
    found = groups([" ".join(tokens) for tokens in token_lists])
    for i, a in enumerate(token_lists):
        assert found[i] <= i
        assert found[found[i]] == found[i]
        for j in range(i):
            if shingles(a) == shingles(token_lists[j]):
                assert found[i] == found[j]
    # What is joined hangs together: no group falls apart into sets of texts that share no shingle.
    for root in set(found):
        members = [shingles(token_lists[i]) for i, r in enumerate(found) if r == root]
        reached, rest = members[0], members[1:]
        while near := [m for m in rest if m & reached]:
            reached = reached.union(*near)
            rest = [m for m in rest if m not in near]
        assert not rest


def test_pairs_are_found_as_often_as_the_formula_says():
    rng = np.random.default_rng(0)
    n_pairs, n_tokens = 400, 64
    texts = []
    for _ in range(n_pairs):
        words = rng.integers(0, 1_000_000, n_tokens).astype(str).tolist()
        texts += [" ".join(words), " ".join([*words[:-12], *rng.integers(0, 1_000_000, 12).astype(str).tolist()])]
    common, all_ = n_tokens - 12 - SHINGLE + 1, n_tokens - SHINGLE + 1
    jaccard = common / (2 * all_ - common)
    expected = 1 - (1 - jaccard**ROWS) ** BANDS
    found = np.array(groups(texts)).reshape(-1, 2)
    share = (found[:, 0] == found[:, 1]).mean()
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / n_pairs)
