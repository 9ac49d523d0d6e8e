"""The tables of the month's bulletin, made of the figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from booking_client.month import Month
from booking_client.reports.bookings import BookingsByHospital, SubChannelMonth
from ivr.reports.calls import CallFigures
from ivr.reports.table import Column, Row, Table
from ivr.reports.work_orders import WorkOrders

TOTAL, CALLS_TOTAL = "合计", "受理电话合计"
_RANK = Column("rank", "序号")


def hospitals_table(month: Month, figures: BookingsByHospital) -> Table:
    """A hospital a row and, last, the total."""
    channels = list(figures.channels)
    rows = [
        Row((rank, line.hospital, *(line.by_channel.get(c, 0) for c in channels), line.total))
        for rank, line in enumerate(figures.hospitals, start=1)
    ]
    sums = [sum(line.by_channel.get(c, 0) for line in figures.hospitals) for c in channels]
    return Table(
        name="hospitals",
        file_name=f"bookings_by_hospital_{month}",
        title=f"{_spoken(month)}各医院预约挂号量",
        columns=(
            _RANK,
            Column("hospital", "医院"),
            *(Column(code, name) for code, name in figures.channels.items()),
            Column("total", TOTAL),
        ),
        rows=(*rows, Row(("", TOTAL, *sums, sum(sums)), is_total=True)),
        notes=("按预约成功的时间统计，含之后取消的预约；合计相同的按12320网络预约量排序。",),
    )


def sub_channels_table(month: Month, figures: Sequence[SubChannelMonth]) -> Table:
    """A sub-channel a row and, last, the total."""
    rows = [
        Row((rank, line.sub_channel, line.bookings)) for rank, line in enumerate(figures, start=1)
    ]
    total = sum(line.bookings for line in figures)
    return Table(
        name="subchannels",
        file_name=f"bookings_by_subchannel_{month}",
        title=f"{_spoken(month)}各预约途径预约量",
        columns=(_RANK, Column("subchannel", "预约途径"), Column("bookings", "预约量")),
        rows=(*rows, Row(("", TOTAL, total), is_total=True)),
        notes=("途径是预约自带的标记，与上表的渠道不是上下级关系，两表合计不相等。",),
    )


def calls_table(month: Month, calls: CallFigures, work_orders: Sequence[WorkOrders]) -> Table:
    """A category a row, their total, and the imported counts below it."""
    counts = calls.by_category
    notes = ["工单数由12345平台提供，不是来电。" if work_orders else "本月12345工单数尚未导入。"]
    if calls.without:
        notes.append(f"另有{calls.without}个来电没有分类，未计入。")
    if calls.invented:
        notes.append(f"{calls.invented}个演示通话（ivr demo-data）未计入。")
    return Table(
        name="calls",
        file_name=f"hotline_calls_{month}",
        title=f"{_spoken(month)}12320热线受理量",
        columns=(Column("category", "类别"), Column("count", "数量")),
        rows=(
            *(Row((category.value, count)) for category, count in counts.items()),
            Row((CALLS_TOTAL, sum(counts.values())), is_total=True),
            *(Row((orders.source, orders.count)) for orders in work_orders),
        ),
        notes=notes,
    )


def _spoken(month: Month) -> str:
    return f"{month.year}年{month.number}月"
