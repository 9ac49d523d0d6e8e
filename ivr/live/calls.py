"""Every call in progress with what was said so far, and what happens in it as it happens.

An Observer of all calls in the agent's own process. What comes here is masked already
(ivr.session.observer). A watcher that reads too slowly loses nothing: it is given everything anew.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ivr.session.observer import Observer

MOST_UNREAD = 200  # changes a watcher may lag behind
MOST_LINES = 400  # of one call

Who = Literal["agent", "caller"]
Change = Mapping[str, Any]
"""Fit for JSON. `kind`: "all" (`calls`, which replace everything), "began" (`call`), or, each with
a `call_id`, "line" (`line`), "meaning" (`meaning` of the last line), "state" (`state`) and "ended"
(`outcome`, `reason`)."""


@dataclass(frozen=True, slots=True)
class Line:
    """`meaning`: what the caller was understood to mean (ivr.session.meaning_view)."""

    who: Who
    text: str
    meaning: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class LiveCall:
    """`state`: asked:SLOT while the caller has the turn, transfer:REASON, or empty."""

    call_id: str
    caller_last_four: str
    began: str  # hh:mm:ss
    state: str = ""
    lines: list[Line] = field(default_factory=list)


class LiveCalls:
    """`close` ends every watcher's stream."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._calls: dict[str, LiveCall] = {}
        self._watchers: set[_Watcher] = set()
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._calls)

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._calls

    def close(self) -> None:
        self._closed = True
        for watcher in self._watchers:
            watcher.end()

    @contextmanager
    def watching(self) -> Iterator[AsyncIterator[Change]]:
        """Changes as they happen; the first is "all"."""
        watcher = _Watcher(self._all)
        if self._closed:
            watcher.end()
        self._watchers.add(watcher)
        try:
            yield watcher.changes()
        finally:
            self._watchers.discard(watcher)

    # --- Observer

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        if kind == "call_started":
            self._began(call_id, str(fields.get("caller_last_four", "")))
            return
        call = self._calls.get(call_id)
        if call is None:
            return
        if kind == "said":
            self._line(call, Line("agent", str(fields["text"])))
        elif kind == "heard":
            self._line(call, Line("caller", _heard(fields)))
        elif kind == "understood":
            self._understood(call, fields)
        elif kind == "listening":
            self._state(call, f"asked:{fields['expect']}")
        elif kind == "transfer":
            self._state(call, f"transfer:{fields['reason']}")
        elif kind == "call_ended":
            del self._calls[call_id]
            ended = {"outcome": fields["outcome"], "reason": fields["reason"]}
            self._tell({"kind": "ended", "call_id": call_id, **ended})

    def _began(self, call_id: str, last_four: str) -> None:
        call = LiveCall(call_id, last_four, f"{self._now():%H:%M:%S}")
        self._calls[call_id] = call
        self._tell({"kind": "began", "call": asdict(call)})

    def _line(self, call: LiveCall, line: Line) -> None:
        call.lines.append(line)
        del call.lines[:-MOST_LINES]
        self._tell({"kind": "line", "call_id": call.call_id, "line": asdict(line)})

    def _understood(self, call: LiveCall, fields: Mapping[str, object]) -> None:
        """Comes with what was heard: one line of the transcript."""
        view = fields.get("meaning")
        if not call.lines or call.lines[-1].who != "caller" or not isinstance(view, dict):
            return
        line = Line("caller", call.lines[-1].text, view)
        call.lines[-1] = line
        self._tell({"kind": "meaning", "call_id": call.call_id, "meaning": line.meaning})

    def _state(self, call: LiveCall, state: str) -> None:
        call.state = state
        self._tell({"kind": "state", "call_id": call.call_id, "state": state})

    def _all(self) -> Change:
        return {"kind": "all", "calls": [asdict(call) for call in self._calls.values()]}

    def _tell(self, change: Change) -> None:
        for watcher in self._watchers:
            watcher.offer(change)


class _Watcher:
    def __init__(self, everything: Callable[[], Change]) -> None:
        self._everything = everything
        self._unread: asyncio.Queue[Change | None] = asyncio.Queue(MOST_UNREAD)
        self._anew = True
        self._over = False

    def offer(self, change: Change) -> None:
        if self._anew:
            return  # it is in what the watcher will be given
        try:
            self._unread.put_nowait(change)
        except asyncio.QueueFull:
            self._anew = True

    def end(self) -> None:
        self._over = True
        if not self._unread.full():
            self._unread.put_nowait(None)

    async def changes(self) -> AsyncIterator[Change]:
        while not self._over:
            if self._anew:
                while not self._unread.empty():
                    self._unread.get_nowait()
                self._anew = False
                yield self._everything()
                continue
            change = await self._unread.get()
            if change is None:
                return
            if not self._anew:
                yield change


class Observers:
    """Several observers as one."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        for observer in self._observers:
            observer.notice(kind, call_id, fields)


def _heard(fields: Mapping[str, object]) -> str:
    """The best text; what is private was kept out of the notice."""
    hypotheses = fields.get("hypotheses")
    if isinstance(hypotheses, list) and hypotheses:
        return str(hypotheses[0][0])
    return "***" if fields.get("masked") else ""
