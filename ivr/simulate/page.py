"""A run of simulated calls as an HTML page: every figure, and the worst calls to listen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from ivr.replay.result import CaseResult
from ivr.replay.screen import CHARGED, meaning
from ivr.simulate.measures import Measures, rows

_STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }
table { border-collapse: collapse; margin: .5em 0 }
th, td { border: 1px solid #ccc; padding: .2em .5em; text-align: left; vertical-align: top }
th { background: #f0f0f0 }
tr.wrong td { background: #fdd }
.figures td { white-space: pre } /* what belongs to a figure is indented */
table { display: block; overflow-x: auto } /* a telephone scrolls a table, not the page */
.fail { color: #a00 }
"""


def page(
    title: str,
    origins: Sequence[str],
    figures: Mapping[str, Measures],
    worst: Sequence[CaseResult],
    folder: str,
    *,
    charged: bool,
) -> str:
    """`origins`: what the calls were made with; `figures` by which calls they are of, all first;
    the audio of `worst` lies in `folder`, relative to the page. `charged`: the calls went through
    the engine."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{'<br>'.join(map(escape, origins))}</p>",
        "<p>Shares with Wilson's 95 % interval, quantiles with that of order statistics, character"
        " errors with the bootstrap's over calls; a bound of - lies beyond what so few can tell."
        " Definitions in docs/metrics.md.</p>",
        f"<p><a href='#calls'>{_heading(len(worst))}</a></p>",
    ]
    if charged:
        parts.append(f"<p>{escape(CHARGED)}.</p>")
    for name, measures in figures.items():
        parts.append(f"<h2>{escape(name)}</h2><table class='figures'>")
        parts.append(_row("th", ("", "value [95 %]", "", "of")))
        parts += [_row("td", (r.name, r.value, r.unit, r.of)) for r in rows(measures)]
        parts.append("</table>")
    parts.append(f"<h2 id='calls'>{_heading(len(worst))}</h2>")
    for result in worst:
        parts.extend(_call(result, folder))
    parts.append("</body></html>")
    return "\n".join(parts)


def _heading(failed: int) -> str:
    match failed:
        case 0:
            return "No call failed"
        case 1:
            return "The call that failed"
    return f"The {failed} worst calls"


def _call(result: CaseResult, folder: str) -> list[str]:
    parts = [f"<h3>{escape(result.name)} ({escape(', '.join(result.tags))})</h3>"]
    parts += [f"<p class='fail'>{escape(failure)}</p>" for failure in result.failures]
    parts.append("<p>" + " ".join(_sound(folder, *each) for each in _sounds(result)) + "</p>")
    parts.append("<table>" + _row("th", ("", "about", "said", "heard", "understood", "expected")))
    for turn in result.turns:
        cells = (
            str(turn.number),
            turn.expect,
            " / ".join(turn.said),
            " / ".join(turn.heard),
            meaning(turn.understood),
            "" if turn.expected is None else meaning(turn.expected),
        )
        wrong = " class='wrong'" if turn.number == result.first_wrong else ""
        parts.append(_row("td", cells, wrong))
    parts.append("</table>")
    return parts


def _sounds(result: CaseResult) -> list[tuple[str, str]]:
    sounds = [("the call", result.audio)]
    if result.turn_audio:
        sounds.append((f"turn {result.first_wrong}", result.turn_audio))
    return sounds


def _sound(folder: str, name: str, audio: str) -> str:
    link = escape(quote(f"{folder}/{audio}"))
    return (
        f"<a href='{link}'>{escape(name)}</a> <audio controls preload='none' src='{link}'></audio>"
    )


def _row(cell: str, texts: Sequence[str], attributes: str = "") -> str:
    cells = "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts)
    return f"<tr{attributes}>{cells}</tr>"
