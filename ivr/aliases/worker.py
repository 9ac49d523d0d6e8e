"""A trial in a process of its own: `python -m ivr.aliases.worker`, so that no call waits for it.

One JSON object comes on standard input (`Task`; a database's URL may hold a password, so it is in
no argument); JSON lines go out: `{"done", "of"}` while it goes on, then `{"result"}`, or
`{"unfit"}` where the words cannot be an alias, or `{"fault"}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from booking_client import connect
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql.database import Database
from datafiles import DataFileError
from ivr.aliases.overlay import NamedSlot, Tried, read_aliases
from ivr.aliases.proposal import Unfit
from ivr.aliases.recorded import open_log
from ivr.aliases.trial import Verdict
from ivr.aliases.trying import AliasUnfit, Result, try_alias


class Task(BaseModel):
    """`core_url` and `database_url` as of ivr.config, `aliases` the file of those added so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    core_url: str
    database_url: str
    aliases: Path
    slot: NamedSlot
    name: str
    alias: str


class ShownTurn(BaseModel):
    """A turn that would be understood otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call_id: str
    turn: int
    heard: str
    before: str | None
    after: str | None
    meant: str | None
    verdict: Verdict


class TrialResult(BaseModel):
    """`shown`: the newest turns of each verdict."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tried: Tried
    may_go_live: bool
    shown: tuple[ShownTurn, ...]


class Report(BaseModel):
    """One line of the worker's output."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    done: Annotated[int, Field(ge=0)] = 0
    of: Annotated[int, Field(ge=0)] = 0
    result: TrialResult | None = None
    unfit: Unfit | None = None
    fault: str = ""


async def work(task: Task) -> Report:
    """The last line."""
    try:
        core = await connect(task.core_url)
    except (CoreUnavailable, DataKeyError, ValueError) as error:
        return Report(fault=str(error))
    database: Database | None = None
    try:
        database = await open_log(task.database_url)
        known = read_aliases(task.aliases)
        result = await try_alias(
            core, database, known, task.slot, task.name, task.alias, _tell_progress
        )
        return Report(result=_result(result))
    except AliasUnfit as unfit:
        return Report(unfit=unfit.why)
    except (CoreUnavailable, DataFileError) as error:
        return Report(fault=str(error))
    finally:
        if database is not None:
            await database.close()
        await core.close()


def _result(result: Result) -> TrialResult:
    return TrialResult(
        tried=result.tried,
        may_go_live=result.may_go_live,
        shown=tuple(
            ShownTurn(
                call_id=judged.change.turn.call_id,
                turn=judged.change.turn.number,
                heard=judged.change.turn.heard[0].text,
                before=judged.change.before,
                after=judged.change.after,
                meant=judged.meant,
                verdict=judged.verdict,
            )
            for judged in result.shown
        ),
    )


def _tell_progress(done: int, of: int) -> None:
    _tell({"done": done, "of": of})


def _tell(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    task = Task.model_validate_json(sys.stdin.buffer.read())
    report = asyncio.run(work(task))
    _tell(report.model_dump(mode="json", exclude_defaults=True))


if __name__ == "__main__":
    main()
