"""What has to be there before the first call: database, catalogue, rendered speech."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from booking_client.demo.schedule import FEES_YUAN
from booking_client.demo.seed import seed_demo
from booking_client.interface import BookingCore
from booking_client.personal_data import PersonalDataKeys
from dialogs import answers, spoken
from dialogs.survey import shipped_survey
from dialogs.wording import load_wording
from ivr.agent.speech import Speech
from ivr.audio_file import write_speech
from ivr.call_log import CallLog
from ivr.config import Config
from ivr.hotline import Hotline
from ivr.pbx.safety_sounds import SENTENCES
from ivr.voices.render_ahead import RenderProgress, render_ahead
from ivr.web.accounts.store import AccountBook

Report = Callable[[str], None]

DAYS_AHEAD = 14
_REPORT_EVERY = 20


async def prepare_database(config: Config, today: dt.date, report: Report) -> None:
    """Migrate, and write the demonstration catalogue with sessions for two weeks; the call log
    alone when calls book through a service."""
    added = 0
    if not config.booking_url:
        added = await seed_demo(config.database_url, today, DAYS_AHEAD)
    await (await CallLog.open(config.database_url)).close()
    keys = PersonalDataKeys.from_environment()
    await (await Hotline.open(config.database_url, keys)).close()
    await (await AccountBook.open(config.database_url)).close()
    if added:
        report(f"demonstration catalogue: {added} clinic sessions added")


async def texts_ahead(core: BookingCore, today: dt.date) -> list[str]:
    """Every text that is rendered before the first call, most needed first."""
    hospitals = await core.hospitals()
    departments: dict[str, None] = {}
    for hospital in hospitals:
        departments |= dict.fromkeys(d.name for d in await core.departments(hospital.name))
    texts: Iterable[str] = (
        *load_wording().all_fixed_texts(),
        *spoken.all_fixed_texts(),
        *spoken.dates_ahead(today, DAYS_AHEAD),
        *(text for hospital in hospitals for text in spoken.hospital_texts(hospital)),
        *spoken.department_texts(departments),
        *(fragment.text for yuan in FEES_YUAN for fragment in spoken.fee(yuan)),
        *shipped_survey().all_fixed_texts(),
        *answers.all_fixed_texts(),
    )
    return [text for text in dict.fromkeys(texts) if text.strip()]


async def render_speech(
    speech: Speech, core: BookingCore, config: Config, today: dt.date, report: Report
) -> None:
    """Render what is missing, and the sentences that Asterisk plays by itself."""
    config.sounds.mkdir(parents=True, exist_ok=True)
    for name, text in SENTENCES.items():
        path = config.sounds / name
        if not path.exists():
            write_speech(path, await speech.store.pcm(text))

    def progress(now: RenderProgress) -> None:
        if now.seconds_left is not None and now.done % _REPORT_EVERY == 0 and now.done < now.total:
            report(f"speech: {now.done} of {now.total} fragments, {now.seconds_left:.0f} s left")

    counts = await render_ahead(
        speech.store, await texts_ahead(core, today), progress, workers=config.voice.workers
    )
    if counts.rendered:
        report(f"speech: {counts.rendered} fragments rendered, {counts.kept} were there")
    for text, reason in counts.failed:
        report(f"speech: cannot be rendered: {text}: {reason}")
