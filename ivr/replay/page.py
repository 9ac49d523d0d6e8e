"""A run as one HTML page that needs nothing beside it; the sound of what failed is inside."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from ivr.replay.result import CaseResult, Run, TurnResult
from ivr.replay.runs import Change
from ivr.replay.screen import CHARGED, LAST_RUN, meaning

_LARGEST_SOUND = 2_000_000  # bytes: about a minute; a longer turn is only named

_STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #ccc; padding: .3em .5em; text-align: left; vertical-align: top }
th { background: #f0f0f0 }
.fail { color: #a00 } .pass { color: #060 }
tr.wrong td { background: #fdd }
"""


def page(run: Run, changes: Sequence[Change], folder: Path, against: str = LAST_RUN) -> str:
    """The report of `run`, whose audio lies in `folder`; `changes` are against the run that is
    called `against`."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>ivr replay</title><style>{_STYLE}</style></head><body>",
        f"<h1>ivr replay, via {escape(run.via)}</h1>",
        f"<p>{run.passed} of {len(run.results)} passed; wrong bookings"
        f" {sum(r.wrong_booking for r in run.results)}; recogniser"
        f" {escape(run.recogniser)}.</p>",
        f"<p>{escape(CHARGED)}.</p>" if run.via == "engine" else "",
        "<table>",
        _row("th", ("", "case", "ended", "turns", "seconds", f"against {escape(against)}")),
    ]
    for number, (result, each) in enumerate(zip(run.results, changes, strict=True)):
        link = f"<a href='#c{number}'>{escape(result.file)}: {escape(result.name)}</a>"
        ended = f"{result.outcome or 'lost'} ({result.reason or '-'})"
        changed = "<br>".join(escape(text) for text in (str(each), each.first) if text)
        cells = (escape(ended), str(len(result.turns)), f"{result.seconds:.1f}", changed)
        parts.append(_row("td", (_mark(result), link, *cells)))
    parts.append("</table>")
    for number, result in enumerate(run.results):
        parts.extend(_case(number, result, folder))
    parts.append("</body></html>")
    return "\n".join(parts)


def _case(number: int, result: CaseResult, folder: Path) -> list[str]:
    parts = [
        f"<h2 id='c{number}'>{_mark(result)} {escape(result.name)}</h2>",
        f"<p><code>{escape(result.file)}</code></p>",
    ]
    parts += [f"<p class='fail'>{escape(failure)}</p>" for failure in result.failures]
    columns = ("", "asked", "about", "said", "heard", "understood", "expected", "waited")
    parts.append(f"<table>{_row('th', columns)}")
    for turn in result.turns:
        misheard = turn.number == result.first_wrong and turn.right is False
        wrong = " class='wrong'" if misheard else ""
        parts.append(_row("td", _cells(turn), wrong))
    parts.append("</table>")
    if result.first_wrong is not None:
        parts.append(f"<p>Turn {result.first_wrong}: {_sound(folder, result.turn_audio)}</p>")
    return parts


def _cells(turn: TurnResult) -> tuple[str, ...]:
    texts = (
        " ".join(turn.asked),
        turn.expect,
        " / ".join(turn.said),
        " / ".join(turn.heard),
        meaning(turn.understood),
        "" if turn.expected is None else meaning(turn.expected),
        "" if turn.waited is None else f"{turn.waited:.2f} s",
    )
    return (str(turn.number), *map(escape, texts))


def _row(cell: str, texts: Sequence[str], attributes: str = "") -> str:
    """`texts` are HTML."""
    cells = "".join(f"<{cell}>{text}</{cell}>" for text in texts)
    return f"<tr{attributes}>{cells}</tr>"


def _mark(result: CaseResult) -> str:
    return "<span class='pass'>✓</span>" if result.passed else "<span class='fail'>✗</span>"


def _sound(folder: Path, audio: str) -> str:
    path = folder / audio
    if not audio or not path.is_file() or path.stat().st_size > _LARGEST_SOUND:
        return f"<code>{escape(audio)}</code>"
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"<audio controls src='data:audio/wav;base64,{data}'></audio>"
