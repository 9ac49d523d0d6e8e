"""A call and its turns, as the session would write them."""

from __future__ import annotations

import datetime as dt

from booking_client.types import Patient
from dialogs.commands import Conclude, ConfirmBooking, Fragment, HangUp, Listen, LookUpName, Say
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import (
    Answer,
    DateWish,
    Hypothesis,
    IdNumber,
    Period,
    Scored,
    Slot,
    Understanding,
)
from ivr.call_log import CallStart, Turn
from ivr.ports import TurnTimings

START = dt.datetime(2026, 11, 24, 9, 30)
ID_NUMBER = "32010519651124123X"
SPOKEN_ID = "三二零一零五一九六五幺幺二四幺二三叉"
PHONE = "13900001234"
AGENT = "nanjing-1:4573"
LONGEST = dt.timedelta(minutes=17)
CALL_ID = "3f2c9d1e-0000-4000-8000-000000000001"


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def call_start(call_id: str = CALL_ID, seconds: float = 0.0, caller: str = PHONE) -> CallStart:
    return CallStart(
        call_id=call_id,
        started_at=at(seconds),
        caller=caller,
        recording="2026-11-24/call.wav",
        recogniser="whisper-base",
        voice="kokoro/zf_xiaoxiao",
        version="0.1.0",
        agent=AGENT,
    )


def asks_hospital(number: int = 1) -> Turn:
    text = "我要挂鼓楼医院心内科明天上午的号"
    return Turn(
        number=number,
        started_at=at(1),
        ended_at=at(6.5),
        asked=(Say("greeting", (Fragment("您好，"), Fragment("请问您要什么？", mark="asked"))),),
        expected=Slot.TASK,
        heard=(Hypothesis(text, 0.91), Hypothesis("我要挂鼓楼医院新内科", 0.4)),
        understanding=Understanding(
            text=text,
            confidence=0.91,
            hospital=(Scored("南京鼓楼医院", 0.97, "鼓楼医院"),),
            date=(Scored(DateWish(dt.date(2026, 11, 25), Period.MORNING), 0.9, "明天上午"),),
            syllables=16,
        ),
        commands=(Listen(Slot.DOCTOR),),
        marks=frozenset({"asked"}),
        timings=TurnTimings(endpointing=0.5, recognition=0.31, extra={"matching": 0.02}),
    )


def gives_id_number(number: int = 2) -> Turn:
    whole = IdNumber(ID_NUMBER, complete=True, valid=True)
    patient = Patient(id_number=ID_NUMBER, name="测试人", name_verified=True, phone=PHONE)
    return Turn(
        number=number,
        started_at=at(7),
        ended_at=at(20),
        asked=(
            Say("ask_id_number", (Fragment("请说身份证号码。"),)),
            Say("read_back", (Fragment("您的号码是"), Fragment(ID_NUMBER, personal=True))),
        ),
        expected=Slot.ID_NUMBER,
        heard=(Hypothesis(f"我的是{SPOKEN_ID}", 0.8), Hypothesis(ID_NUMBER, 0.5)),
        understanding=Understanding(
            text=SPOKEN_ID,
            confidence=0.8,
            id_number=(Scored(whole, 0.8, SPOKEN_ID),),
            confirm=(Scored(Answer.YES, 0.3, "是"),),
        ),
        keys=f"{ID_NUMBER[:17]}*#",
        commands=(
            LookUpName(ID_NUMBER),
            ConfirmBooking("hold-1", patient, "call:hold-1"),
            Conclude(Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED),
            HangUp(),
        ),
    )
