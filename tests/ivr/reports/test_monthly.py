from __future__ import annotations

from booking_client.month import Month
from booking_client.reports.bookings import BookingsByHospital, HospitalMonth, SubChannelMonth
from dialogs.outcomes import Category
from ivr.reports.calls import CallFigures
from ivr.reports.formats import as_csv
from ivr.reports.monthly import calls_table, hospitals_table, sub_channels_table
from ivr.reports.work_orders import WorkOrders

MONTH = Month(2021, 2)


def test_hospitals_are_numbered_and_summed() -> None:
    figures = BookingsByHospital(
        {"online_12320": "12320网络", "phone": "电话"},
        [
            HospitalMonth("甲医院", {"phone": 3, "online_12320": 1}),
            HospitalMonth("乙", {"phone": 2}),
        ],
    )
    assert as_csv(hospitals_table(MONTH, figures)) == (
        "rank,hospital,online_12320,phone,total\n1,甲医院,1,3,4\n2,乙,0,2,2\n,合计,1,5,6\n"
    )


def test_sub_channels_are_numbered_and_summed() -> None:
    table = sub_channels_table(MONTH, [SubChannelMonth("甲", 3), SubChannelMonth("乙", 2)])
    assert as_csv(table) == "rank,subchannel,bookings\n1,甲,3\n2,乙,2\n,合计,5\n"


def test_work_orders_stand_below_the_calls_and_are_not_summed() -> None:
    counts = {category: number for number, category in enumerate(Category, 1)}
    orders = [WorkOrders(month="2021-02", source="市12345工单", count=9)]
    table = calls_table(MONTH, CallFigures(counts), orders)
    assert as_csv(table).splitlines()[-3:] == ["自助语音问答,6", "受理电话合计,21", "市12345工单,9"]
    assert as_csv(table).splitlines()[1] == "咨询(不含专家咨询),1"


def test_what_is_not_counted_is_said() -> None:
    table = calls_table(MONTH, CallFigures(dict.fromkeys(Category, 0), without=7, invented=3), [])
    assert list(table.notes) == [
        "本月12345工单数尚未导入。",
        "另有7个来电没有分类，未计入。",
        "3个演示通话（ivr demo-data）未计入。",
    ]
    assert table.rows[-1].cells == ("受理电话合计", 0)
