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

_LONGEST = 20
_LEAD = re.compile(r"^(?:我的?(?:姓名|名字)?(?:是|叫)|叫|(?:姓名|名字)(?:是|叫)?|是)")


def look_up(turn: Turn) -> None:
    turn.go(Step.LOOKING_UP_NAME, LookUpName(turn.state.id_number))


def found(turn: Turn, event: NameFound) -> None:
    """A number that was only heard and that nobody has is rather misheard: one wrong number in
    eleven has the right check character. It is read back before a name is asked for."""
    if event.name is None and not turn.state.id_agreed:
        id_number.read_back(turn, turn.state.id_number)
        return
    turn.set(name=event.name, name_known=event.name is not None)
    turn.decide()


def heard(turn: Turn, event: Heard) -> None:
    """Keep the words as they were heard: the desk compares them with the card."""
    reading = read(turn.state, event.understanding)
    if reading.sure.date or reading.sure.hospital:
        filling.take_reading(turn, reading)  # 不是明天，是后天: nobody is called so
        return
    name = spoken_name(event.understanding.text)
    if event.understanding.backchannel or not name:
        misunderstood(turn, event)
        return
    turn.set(name=name, strikes={}, steering=0)
    turn.say("name_noted")
    turn.decide()


def spoken_name(text: str) -> str:
    """The name in "我叫张小明。": what is left without lead-in and punctuation."""
    words = "".join(re.findall(r"[^\W\d_]+|·", text))
    return _LEAD.sub("", words)[:_LONGEST]
