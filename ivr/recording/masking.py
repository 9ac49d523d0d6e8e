"""Which samples of a call may be written to disk. Pure: frames and marks in, pieces of file out.

The recording is a row of places of 20 ms; each holds one caller and one agent
frame. A place is written, one second after it was heard, as

- silence on both legs while its utterance is held, that is, not yet understood;
  once it is understood as harmless the true sound is written over the silence
- silence on both legs for good if the utterance contained an ID number, or if
  the agent was reading one out (the caller's leg for a while longer, because
  the line echoes)
- silence on the caller's leg while an ID number is being asked for, and where
  the caller spoke when nobody understood it (`voiced` outside any hold)
- the true sound otherwise.

So the file is complete to the last second at any moment, and what must not be
written is never written at all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ivr.ports import FRAME_BYTES, SILENCE

SETTLE_FRAMES = 50  # 1 s: longer than any look-back, so a hold can still reach what it must
LEAD_FRAMES = 10  # the caller's leg may run this far ahead of the agent's clock
LAG_FRAMES = 25  # ... and so far behind it, before the gap is filled with silence
HOLD_LIMIT_FRAMES = 2500  # 50 s: the longest listening turn, recognition, and to spare
ECHO_TAIL_FRAMES = 40  # the echo of a number read out may come back 600 ms later, and LEAD
AROUND_VOICE_FRAMES = 15  # the soft beginning and end of a voice, on either side
LATE_KEYS_FRAMES = 15  # the last digit may still be on its way when the question is over
_STEREO_SILENCE = bytes(2 * FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class Piece:
    """Stereo PCM (left caller, right agent) that belongs at frame `start` of the recording."""

    start: int
    pcm: bytes


@dataclass(slots=True)
class _Place:
    caller: bytes | None = None
    agent: bytes | None = None
    caller_masked: bool = False
    both_masked: bool = False
    unheard_voice: bool = False
    silence_written: bool = False  # held, to be written over
    done: bool = False

    def forget_sound(self) -> None:
        self.caller = self.agent = None


@dataclass(slots=True)
class _Hold:
    number: int
    start: int
    end: int | None  # None: still going on
    judged_harmless: bool = False

    def covers(self, number: int) -> bool:
        return self.start <= number and (self.end is None or number < self.end)


class MaskedTimeline:
    """One call. Frames of any other length than 20 ms raise ValueError.

    Nothing grows without bound: a place is dropped when it is written for good,
    and a hold that is not judged within HOLD_LIMIT_FRAMES is masked.
    """

    def __init__(self) -> None:
        self._places: deque[_Place] = deque()
        self._first = 0  # frame number of _places[0]
        self._caller_at = 0
        self._agent_at = 0
        self._settled = 0  # places before this one can no longer be held
        self._holds: list[_Hold] = []
        self._next_hold = 1
        self._asking = False
        self._mask_caller_until = 0
        self.dropped_frames = 0

    @property
    def frames(self) -> int:
        """Length of the recording so far."""
        return max(self._caller_at, self._agent_at)

    @property
    def frames_in_memory(self) -> int:
        return len(self._places)

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        """The next caller frame; `voiced` as the ear decided.

        The agent leg is the clock. A caller frame that comes after a gap takes its
        place beside the agent's present; one that runs ahead (a burst after a gap)
        is dropped.
        """
        _check(frame)
        if self._agent_at:
            if self._caller_at >= self._agent_at + LEAD_FRAMES:
                self.dropped_frames += 1
                return
            if self._caller_at < self._agent_at - LAG_FRAMES:
                self._caller_at = self._agent_at - 1
        number = self._caller_at
        self._caller_at += 1
        place = self._place(number)
        private = self._asking or number < self._mask_caller_until
        place.caller = None if private or place.caller_masked or place.both_masked else frame
        place.caller_masked |= private
        if voiced:
            for near in range(number - AROUND_VOICE_FRAMES, number + AROUND_VOICE_FRAMES + 1):
                if near >= self._first:
                    self._place(near).unheard_voice = True

    def agent(self, frame: bytes, personal: bool = False) -> None:
        """The next agent frame, silence included; `personal`: an ID number is being read out."""
        _check(frame)
        if not self._agent_at:
            self._agent_at = self._caller_at
        number = self._agent_at
        self._agent_at += 1
        place = self._place(number)
        if personal:
            self._mask_both(number)
            for near in range(number - LAG_FRAMES, number + ECHO_TAIL_FRAMES + 1):
                self._mask_caller(near)
        elif not place.both_masked:
            place.agent = frame

    def hold_from(self, look_back_frames: int) -> int:
        """An utterance began so many frames ago: hold it until it is understood.

        Returns the hold's number. A hold that is still going on ends here (its
        utterance is over, only not understood yet).
        """
        for hold in self._holds:
            if hold.end is None:
                hold.end = self._caller_at
        number = self._next_hold
        self._next_hold += 1
        start = max(self._settled, self._caller_at - look_back_frames)
        self._holds.append(_Hold(number, start, None))
        return number

    def utterance_ended(self) -> None:
        """The hold that is going on reaches to here; it waits for utterance_understood."""
        for hold in self._holds:
            if hold.end is None:
                hold.end = self._caller_at

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        """Judge hold number `hold`, or the oldest: release it, or silence it for good.

        An utterance that was thrown away or not understood may contain anything:
        pass True. Unknown and already judged numbers are ignored.
        """
        waiting = [entry for entry in self._holds if not entry.judged_harmless]
        chosen = [entry for entry in waiting if hold is None or entry.number == hold][:1]
        for entry in chosen:
            if entry.end is None:
                entry.end = self._caller_at
            if contains_id:
                self._silence(entry)
            else:
                entry.judged_harmless = True

    def ask_id_number(self, asking: bool) -> None:
        """While an ID number is asked for (and a moment longer) the caller's leg is silence."""
        if self._asking and not asking:
            self._mask_caller_until = self._caller_at + LATE_KEYS_FRAMES
        self._asking = asking

    def take(self) -> list[Piece]:
        """What can be written now, in the order in which it must be written."""
        self._give_up_old_holds()
        settled = max(self._settled, self.frames - SETTLE_FRAMES)
        self._pad_to(settled)
        return self._settle(settled)

    def finish(self) -> list[Piece]:
        """The call is over: everything that is left; what was not understood is silence."""
        for hold in [entry for entry in self._holds if not entry.judged_harmless]:
            if hold.end is None:
                hold.end = self.frames
            self._silence(hold)
        self._pad_to(self.frames)
        return self._settle(self.frames)

    # --- inside

    def _place(self, number: int) -> _Place:
        while self._first + len(self._places) <= number:
            self._places.append(_Place())
        return self._places[number - self._first]

    def _mask_both(self, number: int) -> None:
        if number >= self._first:
            place = self._place(number)
            place.both_masked = True
            place.forget_sound()

    def _mask_caller(self, number: int) -> None:
        if number >= self._first:
            place = self._place(number)
            place.caller_masked = True
            place.caller = None

    def _silence(self, hold: _Hold) -> None:
        assert hold.end is not None
        for number in range(hold.start, hold.end):
            self._mask_both(number)
        self._holds.remove(hold)

    def _give_up_old_holds(self) -> None:
        for hold in list(self._holds):
            if hold.judged_harmless or self._caller_at - hold.start <= HOLD_LIMIT_FRAMES:
                continue
            going_on = hold.end is None
            if hold.end is None:
                hold.end = self._caller_at
            self._silence(hold)
            if going_on:  # it is the same utterance, and it is still not understood
                self._holds.append(_Hold(hold.number, self._caller_at, None))

    def _pad_to(self, number: int) -> None:
        """A leg that has fallen behind gets silence."""
        if number > 0:
            self._place(number - 1)
            self._caller_at = max(self._caller_at, number)
            self._agent_at = max(self._agent_at, number)

    def _settle(self, settled: int) -> list[Piece]:
        self._settled = settled
        run = _Run()
        for number in range(self._first, settled):
            place = self._places[number - self._first]
            if place.done:
                continue
            if self._is_held(number):
                if not place.silence_written:
                    run.add(number, _STEREO_SILENCE)
                    place.silence_written = True
                continue
            sound = self._sound(number, place)
            if sound != _STEREO_SILENCE or not place.silence_written:
                run.add(number, sound)
            place.done = True
            place.forget_sound()
        while self._first < settled and self._places[0].done:
            self._places.popleft()
            self._first += 1
        self._holds = [
            hold
            for hold in self._holds
            if not hold.judged_harmless or hold.end is None or hold.end > self._first
        ]
        return run.pieces()

    def _is_held(self, number: int) -> bool:
        return any(not hold.judged_harmless and hold.covers(number) for hold in self._holds)

    def _sound(self, number: int, place: _Place) -> bytes:
        """What is written of a place that is not held."""
        if place.both_masked:
            return _STEREO_SILENCE
        caller = place.caller
        understood = any(hold.covers(number) for hold in self._holds)
        if place.caller_masked or (place.unheard_voice and not understood):
            caller = None
        return _interleave(caller or SILENCE, place.agent or SILENCE)


class _Run:
    """Joins neighbouring places to one piece."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, list[bytes]]] = []

    def add(self, number: int, pcm: bytes) -> None:
        if self._runs and self._runs[-1][0] + len(self._runs[-1][1]) == number:
            self._runs[-1][1].append(pcm)
        else:
            self._runs.append((number, [pcm]))

    def pieces(self) -> list[Piece]:
        return [Piece(start, b"".join(parts)) for start, parts in self._runs]


def _interleave(left: bytes, right: bytes) -> bytes:
    stereo = bytearray(2 * FRAME_BYTES)
    for offset, leg in ((0, left), (2, right)):
        stereo[offset::4] = leg[0::2]
        stereo[offset + 1 :: 4] = leg[1::2]
    return bytes(stereo)


def _check(frame: bytes) -> None:
    if len(frame) != FRAME_BYTES:
        raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
