"""A table as CSV, as text for a terminal, as a page to print, and as a workbook. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

import xlsxwriter
from xlsxwriter.format import Format

from ivr.call_log.report import display_width, pad
from ivr.reports.table import Cell, Row, Table

_WIDEST = 60  # characters of a workbook's column


def as_csv(table: Table) -> str:
    """RFC 4180 with LF: the keys, then the rows, numbers without separators."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows(row.cells for row in table.rows)
    return text.getvalue()


def as_text(table: Table) -> str:
    """For a terminal: names to the left, figures to the right, a rule above the total."""
    lines = [[column.heading for column in table.columns]]
    lines += [[_shown(cell) for cell in row.cells] for row in table.rows]
    widths = [max(display_width(line[column]) for line in lines) for column in _range(table)]
    numeric = [_is_numeric(table, column) for column in _range(table)]

    def drawn(cells: Sequence[str]) -> str:
        return "  ".join(
            " " * (width - display_width(cell)) + cell if right else pad(cell, width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    text = [table.title, "", drawn(lines[0]), rule]
    for row, cells in zip(table.rows, lines[1:], strict=True):
        if row.is_total:
            text.append(rule)
        text.append(drawn(cells))
    return "\n".join((*text, *(f"注：{note}" for note in table.notes))) + "\n"


def as_html(title: str, tables: Sequence[Table]) -> str:
    """One page with everything in it, a table a sheet of paper (A4)."""
    sections = "".join(_section(table) for table in tables)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"{sections}</body>\n</html>\n"
    )


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table; headings stay in sight, figures are numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        title = book.add_format({"bold": True, "font_size": 14})
        heading = book.add_format({"bold": True, "bottom": 1, "align": "center"})
        note = book.add_format({"italic": True})
        styles = {
            (is_total, is_number): book.add_format(
                {"num_format": "#,##0" if is_number else "@", "bold": is_total}
            )
            for is_total in (False, True)
            for is_number in (False, True)
        }
        for table in tables:
            _write_sheet(book, table, title, heading, note, styles)
    return buffer.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook,
    table: Table,
    title: Format,
    heading: Format,
    note: Format,
    styles: dict[tuple[bool, bool], Format],
) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.write_string(0, 0, table.title, title)
    for column, head in enumerate(table.columns):
        sheet.write_string(1, column, head.heading, heading)
        cells = [head.heading, *(_shown(row.cells[column]) for row in table.rows)]
        sheet.set_column(column, column, min(_WIDEST, 2 + max(map(display_width, cells))))
    for line, row in enumerate(table.rows, start=2):
        for column, cell in enumerate(row.cells):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell, styles[row.is_total, True])
            else:
                sheet.write_string(line, column, cell, styles[row.is_total, False])
    for line, text in enumerate(table.notes, start=2 + len(table.rows)):
        sheet.write_string(line, 0, f"注：{text}", note)
    sheet.freeze_panes(2, 0)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)


def _section(table: Table) -> str:
    classes = ["figure" if _is_numeric(table, column) else "name" for column in _range(table)]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(column.heading)}</th>'
        for column, kind in zip(table.columns, classes, strict=True)
    )
    body = "".join(_html_row(row, classes) for row in table.rows)
    notes = "".join(f'<p class="note">注：{escape(note)}</p>\n' for note in table.notes)
    return (
        f"<section>\n<h1>{escape(table.title)}</h1>\n<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n{notes}</section>\n"
    )


def _html_row(row: Row, classes: Sequence[str]) -> str:
    cells = "".join(
        f'<td class="{kind}">{escape(_shown(cell))}</td>'
        for cell, kind in zip(row.cells, classes, strict=True)
    )
    return f'<tr class="total">{cells}</tr>\n' if row.is_total else f"<tr>{cells}</tr>\n"


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _is_numeric(table: Table, column: int) -> bool:
    return all(isinstance(row.cells[column], int) or not row.cells[column] for row in table.rows)


def _range(table: Table) -> range:
    return range(len(table.columns))


_STYLE = """\
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 860px; color: #1a1a1a; background: #fff;
  font: 15px/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
    sans-serif; }
section { margin-bottom: 48px; overflow-x: auto; }
h1 { font-size: 20px; margin: 0 0 12px; text-align: center; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid #d5d5d5; white-space: nowrap; }
thead th { border-top: 2px solid #1a1a1a; border-bottom: 1px solid #1a1a1a; }
.figure { text-align: right; }
.name { text-align: left; }
.total td { font-weight: bold; border-top: 1px solid #1a1a1a; border-bottom: 2px solid #1a1a1a; }
.note { font-size: 13px; color: #555; margin: 8px 0 0; }
@media print {
  body { padding: 0; max-width: none; font-size: 10.5pt; line-height: 1.3; }
  th, td { padding: 1.5pt 6pt; }  /* the 38 hospitals and their total on one sheet */
  section { break-after: page; margin: 0; overflow: visible; }
  section:last-child { break-after: auto; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
}
"""
