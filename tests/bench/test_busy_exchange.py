from bench.busy_exchange import MOST_CALLS, Heard, case


def test_turns_that_were_spoken_and_frames_are_counted_until_it_is_cleared() -> None:
    heard = Heard()
    spoken = {"endpointing": 0.4, "first_frame": 0.7}
    heard.notice({"kind": "latency", "call_id": "a", "seconds": spoken})
    heard.notice({"kind": "latency", "call_id": "a", "seconds": {**spoken, "endpointing": 0.0}})
    heard.notice({"kind": "media", "call_id": "a", "frames": 100, "late": 2, "skipped": 1})
    heard.notice({"kind": "call_ended", "call_id": "a", "outcome": "booked", "reason": "completed"})
    heard.notice({"kind": "said", "call_id": "a"})
    before = heard.clear()
    assert (before.waits, before.outcomes) == ([0.7], ["booked"])
    assert (before.frames, before.late, before.skipped) == (100, 2, 1)
    assert heard == Heard()


def test_callers_at_once_have_each_their_number_and_none_books_what_another_did() -> None:
    cases = [case(number) for number in range(5 * MOST_CALLS)]
    assert len({each.caller[-4:] for each in cases}) == len(cases)
    wanted = {
        (
            each.answers["hospital"][0].say,
            each.answers["department"][0].say,
            each.answers["date"][0].say,
            each.answers["id_number"][0].press,
        )
        for each in cases
    }
    assert len(wanted) == len(cases)
