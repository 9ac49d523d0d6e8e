from __future__ import annotations

import csv
import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.call_log.report import display_width
from ivr.reports.formats import as_csv, as_html, as_text, as_xlsx
from ivr.reports.table import Column, Row, Table

TABLE = Table(
    name="hospitals",
    file_name="bookings_by_hospital_2021-02",
    title="2021年2月各医院预约挂号量",
    columns=(Column("rank", "序号"), Column("hospital", "医院"), Column("total", "合计")),
    rows=(
        Row((1, "南京鼓楼医院", 121849)),
        Row((2, "东部战区总医院(秦淮医疗区)", 420)),
        Row(("", "合计", 122269), is_total=True),
    ),
    notes=("按预约成功的时间统计。",),
)


def test_csv_has_keys_and_bare_figures() -> None:
    assert as_csv(TABLE) == (
        "rank,hospital,total\n1,南京鼓楼医院,121849\n2,东部战区总医院(秦淮医疗区),420\n,合计,122269\n"
    )


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=9)  # as a catalogue's are


@given(st.lists(st.tuples(NAMES, st.integers(0)), max_size=5))
def test_csv_reads_back_whatever_a_name_holds(rows: list[tuple[str, int]]) -> None:
    columns = (Column("name", "名称"), Column("count", "数量"))
    text = as_csv(Table("t", "t", "t", columns, [Row(row) for row in rows]))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[1:] == [[name, str(count)] for name, count in rows]


def test_text_stands_in_columns() -> None:
    lines = as_text(TABLE).splitlines()
    figures = [line for line in lines if line.endswith(("121,849", "    420", "122,269", "合计"))]
    assert len(figures) == 4
    assert len({display_width(line) for line in figures}) == 1
    assert lines[-1] == "注：按预约成功的时间统计。"


def test_text_of_a_table_without_rows_is_its_headings() -> None:
    assert "医院" in as_text(Table("t", "t", "标题", TABLE.columns, ()))


class Cells(HTMLParser):
    """The page's table cells, row by row, and every address it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def test_a_page_shows_the_cells_and_needs_nothing_else() -> None:
    page = as_html("2021-02 12320月报", [TABLE])
    cells = Cells()
    cells.feed(page)
    assert cells.rows[0] == ["序号", "医院", "合计"]
    assert cells.rows[-1] == ["", "合计", "122,269"]
    assert cells.addresses == []
    assert not re.search(r"url\(|@import|<script", page)
    assert '<html lang="zh-CN">' in page


@given(st.text(max_size=20))
def test_a_name_on_a_page_is_text_and_nothing_else(name: str) -> None:
    row = Row((1, name, 2))
    cells = Cells()
    cells.feed(as_html(name, [Table("t", "t", name, TABLE.columns, (row,))]))
    # HTML takes one line end for another, and a NUL for a replacement character.
    expected = name.replace("\r\n", "\n").replace("\r", "\n")
    assert cells.rows[1][1].replace("\r\n", "\n").replace("\r", "\n") == expected


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_workbook_has_a_sheet_a_table_with_numbers_as_numbers() -> None:
    other = Table("calls", "c", "热线", TABLE.columns, ())
    with zipfile.ZipFile(io.BytesIO(as_xlsx([TABLE, other]))) as book:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
        assert [sheet.get("name") for sheet in sheets] == ["hospitals", "calls"]
        strings = [
            "".join(text.text or "" for text in entry.iter(f"{SHEET}t"))
            for entry in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells: dict[str, str | float] = {}
    for cell in sheet.iter(f"{SHEET}c"):
        value = cell.findtext(f"{SHEET}v") or ""
        cells[cell.get("r") or ""] = strings[int(value)] if cell.get("t") == "s" else float(value)
    assert cells["A1"] == "2021年2月各医院预约挂号量"
    assert cells["B3"] == "南京鼓楼医院"
    assert cells["C3"] == 121849
    assert cells["C5"] == 122269
    assert cells["A6"] == "注：按预约成功的时间统计。"
