"""Whose booking it is: the registry's name for the ID number, or the name as heard."""

from __future__ import annotations

import re

from dialogs.commands import LookUpName
from dialogs.events import Heard, NameFound
from dialogs.flows import filling, id_number
from dialogs.repair import misunderstood
from dialogs.slots import read
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.confirm import asks
from grammars.meaning import Understanding

_LONGEST = 20
_SHORTEST, _USUAL = 2, 4  # characters
_PLAIN = 0.9  # of a yes or no: 对 is nobody's name
_TAIL = re.compile("[啊呀哦吧呢]+$")
_NOBODYS = re.compile("^不|名字|姓名|身份证")
_TAKEN_BACK = re.compile("不对|错了|不是")
_LEAD = re.compile(r"^(?:我的?(?:姓名|名字)?(?:是|叫)|我?姓(?=.$)|叫|(?:姓名|名字)(?:是|叫)?|是)")


def look_up(turn: Turn) -> None:
    turn.go(Step.LOOKING_UP_NAME, LookUpName(turn.state.id_number))


def found(turn: Turn, event: NameFound) -> None:
    """A number that was only heard and that nobody has is rather misheard: one wrong number in
    eleven has the right check character. It is read back, and asked for once more, before a name
    is asked for; said twice alike it stands."""
    state = turn.state
    if event.name is None and state.id_number not in state.id_unknown:
        if not state.id_agreed:
            id_number.read_back(turn, state.id_number)
            return
        if state.id_by_ear:
            id_number.ask_again(turn)
            return
    turn.set(name=event.name, name_known=event.name is not None)
    turn.decide()


def heard(turn: Turn, event: Heard) -> None:
    """Keep the words as they were heard: the desk compares them with the card."""
    reading = read(turn.state, event.understanding)
    if reading.sure.date or reading.sure.hospital:
        filling.take_reading(turn, reading)  # 不是明天，是后天: nobody is called so
        return
    said = event.understanding
    name = spoken_name(said.text)
    long_or_short = not (_SHORTEST <= len(name) <= _USUAL or "·" in name)
    unlikely = long_or_short and not turn.state.strikes.get(Step.NAME)
    if said.backchannel or not name or _is_no_name(said, name) or unlikely:
        misunderstood(turn, event)
        return
    turn.set(name=name, strikes={}, steering=0)
    turn.say("name_noted")
    turn.decide()


def spoken_name(text: str) -> str:
    """The name in "我叫张小明。" and "叫张大明，不对，张小明": what is left without lead-in,
    punctuation and what was taken back."""
    *_, last = _TAKEN_BACK.split(text)
    words = "".join(re.findall(r"[^\W\d_]+|·", last))
    return _TAIL.sub("", _LEAD.sub("", words))[:_LONGEST]


def _is_no_name(said: Understanding, name: str) -> bool:
    """对, 随便, 问这个干什么, 还要名字啊."""
    answers = bool(said.confirm) and said.confirm[0].confidence >= _PLAIN
    other_words = said.no_preference or bool(said.document) or asks(name)
    return answers or other_words or bool(_NOBODYS.search(name))
