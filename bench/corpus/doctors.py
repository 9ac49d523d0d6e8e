"""Invented doctors' names and the lists in which they are looked for."""

from __future__ import annotations

from functools import cache

from pypinyin import Style, lazy_pinyin

from bench.corpus.chance import pick, share, shuffled

# The commonest surnames, those of several readings left out: how they are read is the
# voice's affair, not the recogniser's.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈彭吕苏"
    "卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟"
    "龙万段钱汤常武乔贺赖龚文"
)
_WEIGHTY = 22  # half of all people have one of the first surnames
_GIVEN = (
    "建国伟强军平明华丽芳娜静敏燕玲红霞梅兰英秀珍桂玉淑凤云洁莹雪琳晶妍倩婷雅颖慧巧美"
    "志勇毅俊峰涛超辉刚健斌波宁浩亮鹏飞龙翔宇博文杰瑞凯旭东海山林森春夏秋冬生福贵祥"
    "德义仁礼智信诚学思远立清宏光永昌盛世家庆元安康泰正良友天成新民国庆卫忠厚根水金银"
    "小晓子雨晨佳欣怡萍青琴艳菊莲香月娟芬"
)
_TWO_CHARACTERS = 0.2


@cache
def doctor_names(count: int) -> tuple[str, ...]:
    """`count` names; a shorter list is the beginning of a longer one.

    No two sound the same, tones included: names that no ear can tell apart would
    measure luck.
    """
    names: list[str] = []
    sounds: set[tuple[str, ...]] = set()
    attempt = 0
    while len(names) < count:
        attempt += 1
        name = _name(attempt)
        sound = tuple(lazy_pinyin(name, style=Style.TONE3))
        if sound not in sounds:
            sounds.add(sound)
            names.append(name)
    return tuple(names)


def doctor_list(spoken: str, size: int, of: int = 2000) -> tuple[str, ...]:
    """`size` names in which `spoken` is one; shorter lists lie within the longer ones.

    Raises ValueError when there are not so many names.
    """
    if not 1 <= size <= of:
        raise ValueError(f"{size} names out of {of}")
    others = shuffled((name for name in doctor_names(of) if name != spoken), "list", spoken)
    return tuple(shuffled((spoken, *others[: size - 1]), "order"))


def _name(attempt: int) -> str:
    common = share("common", attempt) < 0.5
    surname = pick(_SURNAMES[:_WEIGHTY] if common else _SURNAMES[_WEIGHTY:], "surname", attempt)
    first = pick(_GIVEN, "first", attempt)
    if share("length", attempt) < _TWO_CHARACTERS:
        return surname + first
    return surname + first + pick(_GIVEN, "second", attempt)
