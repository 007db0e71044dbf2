"""Words that are not said are found behind the usual tricks, and good words are let be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.moderation.words import OWN_LISTS, Word, WordFilter, WordsInvalid

OWN = WordFilter.read()


@pytest.mark.parametrize(
    "line",
    [
        "傻逼",
        "傻 · 逼",
        "傻🐷逼",
        "煞.笔",
        "操尼玛",
        "艹你妈",
        "日了狗",
        "賤人",
        "你个2B",
        "SB",
        "c n m",
        "ni ma si le",
        "nimasile",
        "ass hole",
        "biatch",
        "你真是沙比",
        "煞 筆",
        "ｆｕｃｋ you",
        "f.u.c.k",
        "oh f u c k off",
        "fuuuuuck",
        "f@ck",
        "sh*t",
        "ѕhit",
        "sh1t",
        "shitting",
        "𝓯𝓾𝓬𝓴",
        "fúck",
        "f\u200bu\u200bck",
        "加 微 信 聊",
        "加薇芯",
        "加 V X 123",
        "NMSL",
        "please kill   yourself",
        "b!tch!",
        "motherfuckers",
    ],
)
def test_a_word_is_found_behind_the_usual_tricks(line: str) -> None:
    assert OWN.find(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Scunthorpe is a town",
        "我喜欢这里的青瓷",
        "class, assassin, pass, Essex",
        "Dickens wrote it",
        "a prickly pear",
        "see you at 5, hello! 4pm?",
        "me@example.com",
        "5 * 3 = 15",
        "a b c d",
        "他妈妈来了",
        "脑残疾人",
        "操场上见",
        "这个人真能干",
        "我要加微辣",
        "",
        "12:30",
        "坚韧不拔",
        "新建任务",
        "看见火车",
        "砸中了",
        "她妈的手艺真好",
        "王健人",
        "Moby Dick",
        "电脑病毒",
        "菠菜",
        "进口轿车",
        "人口交流，路口交通",
        "用啥笔写",
        "2B铅笔",
        "密钥",
        "草拟文件",
        "我妈逼我学琴",
        "祝你生日了，狗狗",
        "国家威信",
        "举行交易会",
        "公司全家桶",
        "待开发票",
        "一页情况说明",
        "Class B, 3 holes",
        "5B",
        "请到15B展位",
        "Hall 5B",
        "S8",
        "S8号线",
        "你是2B还是2C？",
        "我们就是2B的",
    ],
)
def test_good_words_are_let_be(line: str) -> None:
    assert OWN.find(line) is None
    assert OWN.masked(line) == line


def test_only_the_word_is_masked_and_its_spaces_stay() -> None:
    assert OWN.masked("oh f u c k off") == "oh * * * * off"
    assert OWN.masked("这个傻·逼走了") == "这个***走了"


def test_what_was_found_says_where_and_of_which_topic() -> None:
    found = OWN.find("请加 微 信")
    assert found is not None
    assert (found.word, found.topic, found.start, found.end) == ("加微信", "advertising", 1, 6)


def test_sounds_are_compared_syllable_by_syllable_with_their_tones() -> None:
    words = WordFilter([Word("西安", "test", by_sound=True)])
    assert words.find("希 氨") is not None
    assert words.find("希按") is None
    assert words.find("先生") is None
    assert WordFilter([Word("西安", "test")]).find("希氨") is None


def test_what_is_found_in_any_tone_is_found_spelled_as_well() -> None:
    words = WordFilter([Word("西安女", "test", by_sound=True, in_any_tone=True)])
    assert [words.find(line) is not None for line in ("喜 安 女", "xi an nu", "XIANNU!")] == [True] * 3
    assert [words.find(line) is not None for line in ("希按怒", "xianu")] == [False] * 2


def test_an_operators_own_lists_are_read_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("[rival]\n~隔壁展会\n!隔壁展会馆\n", encoding="utf-8")
    words = WordFilter.read([OWN_LISTS, tmp_path])
    found = words.find("快去隔 壁 展 会")
    assert found is not None
    assert found.topic == "rival"
    assert words.find("隔壁展会馆在哪") is None
    assert words.words_count == OWN.words_count + 1


@pytest.mark.parametrize("content", ["x" * 65, "~", "!!!", "[t]\n。。"])
def test_a_list_that_is_none_is_named_with_its_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.txt").write_text(content, encoding="utf-8")
    with pytest.raises(WordsInvalid, match=r"bad\.txt, line"):
        WordFilter.read([tmp_path])


def test_a_list_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes("加微信".encode("gbk"))
    with pytest.raises(WordsInvalid, match=r"bad\.txt"):
        WordFilter.read([tmp_path])


def test_without_lists_everything_is_said(tmp_path: Path) -> None:
    assert WordFilter.read([tmp_path]).find("fuck 傻逼") is None


@given(st.text(max_size=200))
def test_any_line_is_looked_at_and_keeps_its_length(line: str) -> None:
    found = OWN.find(line)
    masked = OWN.masked(line)
    assert len(masked) == len(line)
    assert (masked == line) == (
        found is None or line[found.start : found.end].strip() == "" or masked == line
    )
    if found is not None:
        assert 0 <= found.start < found.end <= len(line)


@given(
    st.sampled_from(["傻逼", "加微信", "六合彩"]),
    st.text(alphabet=" .·-_~*，。！ \u3000", min_size=1, max_size=3),
)
def test_whatever_stands_between_the_characters_hides_nothing(word: str, between: str) -> None:
    assert OWN.find(between.join(word)) is not None
