"""Who and what the random conversations are about."""

from __future__ import annotations

import datetime as dt

from booking_client.types import (
    Hospital,
)
from dialogs.answers import voice_answers
from dialogs.state import Step
from dialogs.wording import load_wording
from grammars.meaning import (
    Period,
    Task,
)

NOW = dt.datetime(2026, 11, 24, 9, 0)
TODAY = NOW.date()
WINDOW = (TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7))
WORDING = load_wording()
PHONES = ("13912345678", "02583600001")
VALID_IDS = ("32010619450101001X", "320100193605071543")

BIRTH_DATE = VALID_IDS[0][6:14]
LAST_FOURS = (VALID_IDS[0][-4:], "3201", "7458")
BOOKED_AT = "老年医学科"  # of the coming bookings, and of nothing else that is spoken of
CODES = ("23456780", "34567823", "45678234")
MANAGING = (Task.QUERY, Task.CANCEL, Task.CHANGE, Task.RESULTS)
READ_BACKS = (Step.READ_BACK, Step.CANCEL_BACK, Step.CHANGE_BACK)

HOSPITALS = tuple(
    Hospital(name, (), "鼓楼区", "三级甲等", ("本部", "江北院区"))
    for name in ("南京鼓楼医院", "江苏省人民医院", "南京市儿童医院", "南京博大肾科医院")
)
DEPARTMENTS = ("心血管内科", "神经内科", "骨科", "儿科", "肾内科")
HOSPITALS_WITH = {"疼痛科": ("南京鼓楼医院",), "骨科": ("江苏省人民医院", "南京鼓楼医院")}
DOCTORS = ("秦明月", "林春生", "周安")
TOPICS = tuple(voice_answers())
PERIODS = tuple(period.value for period in Period)
