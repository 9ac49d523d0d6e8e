from ivr.listening.foreground import (
    BEHIND_DB,
    LEAST_BEHIND_DB,
    LEFT_FRAMES,
    LOUDEST_FRAMES,
    Foreground,
)

VOICE = -20.0


def hear(foreground: Foreground, level: float, frames: int, *, speaking: bool = True) -> list[bool]:
    return [foreground.feed(level, voiced=True, speaking=speaking) for _ in range(frames)]


def test_a_television_behind_the_voice_is_not_the_voice() -> None:
    foreground = Foreground()
    assert all(hear(foreground, VOICE, 30))
    television = hear(foreground, VOICE - BEHIND_DB - 3, 50)
    assert not any(television[LEFT_FRAMES + 5 :])


def test_a_soft_last_syllable_belongs_to_it() -> None:
    foreground = Foreground()
    hear(foreground, VOICE, 30)
    assert all(hear(foreground, VOICE - 15, 12))


def around(foreground: Foreground, level: float) -> None:
    """What is heard before the utterance."""
    foreground.feed(level, voiced=True, speaking=False, around=level)


def test_a_waiting_room_15_db_under_the_voice_is_not_the_voice() -> None:
    foreground = Foreground()
    around(foreground, VOICE - 20)
    assert all(hear(foreground, VOICE, 30))
    assert all(hear(foreground, VOICE - LEAST_BEHIND_DB, 50))
    assert not any(hear(foreground, VOICE - 12, 50)[LEFT_FRAMES + 5 :])


def test_the_street_as_loud_as_the_voice_makes_nobody_inaudible() -> None:
    foreground = Foreground()
    around(foreground, VOICE - 3)
    hear(foreground, VOICE, 30)
    assert all(hear(foreground, VOICE - LEAST_BEHIND_DB + 1, 50))


def test_a_very_soft_syllable_ends_nothing() -> None:
    foreground = Foreground()
    hear(foreground, VOICE, 30)
    assert all(hear(foreground, VOICE - 25, LEFT_FRAMES - 1))


def test_the_voice_that_goes_on_is_in_front_at_once() -> None:
    foreground = Foreground()
    hear(foreground, VOICE, 30)
    hear(foreground, -60.0, 40)
    assert all(hear(foreground, VOICE, 10)[2:])


def test_a_click_is_no_voice_to_be_compared_with() -> None:
    foreground = Foreground()
    hear(foreground, VOICE + 15, LOUDEST_FRAMES // 3)
    assert all(hear(foreground, VOICE - 10, 30))


def test_every_utterance_is_its_own_measure() -> None:
    foreground = Foreground()
    hear(foreground, VOICE, 30)
    assert all(hear(foreground, VOICE - 30, 5, speaking=False))
    assert all(hear(foreground, VOICE - 30, 30))


def test_how_loud_the_caller_is_is_known_from_the_second_utterance() -> None:
    foreground = Foreground()
    for _ in range(2):
        assert foreground.is_usual(VOICE - 30)
        hear(foreground, VOICE, 30)
        hear(foreground, -60.0, 5, speaking=False)
    assert not foreground.is_usual(VOICE - 20)
    assert foreground.is_usual(VOICE - 12)


def test_a_waiting_room_does_not_break_our_prompt_off() -> None:
    foreground = Foreground()
    for _ in range(2):
        hear(foreground, VOICE, 30)
        hear(foreground, -60.0, 5, speaking=False)
    assert not foreground.is_usual(VOICE - 12, around=VOICE - 20)
    assert foreground.is_usual(VOICE - 8, around=VOICE - 5)


def test_what_the_room_said_does_not_make_the_caller_softer() -> None:
    foreground = Foreground()
    for said in (VOICE, VOICE, VOICE - 12, VOICE - 12, VOICE - 12, VOICE - 12):
        hear(foreground, said, 30)
        hear(foreground, -60.0, 5, speaking=False)
    assert not foreground.is_usual(VOICE - 12, around=VOICE - 20)


def test_who_holds_the_telephone_farther_away_from_now_on_may_still_interrupt() -> None:
    foreground = Foreground()
    for said in (VOICE, VOICE, VOICE - 14, VOICE - 14, VOICE - 14, VOICE - 14):
        hear(foreground, said, 30)
        foreground.answered()
        hear(foreground, -60.0, 5, speaking=False)
    assert foreground.is_usual(VOICE - 20)


def test_who_called_out_at_first_may_interrupt_in_a_softer_voice_later() -> None:
    foreground = Foreground()
    for said in (VOICE, VOICE):
        hear(foreground, said, 30)
        hear(foreground, -60.0, 5, speaking=False)
    for said in (VOICE - 16, VOICE - 16):
        hear(foreground, said, 30)
        foreground.answered()
        hear(foreground, -60.0, 5, speaking=False)
    assert foreground.is_usual(VOICE - 20)
