"""The pure core of the agent's mouth: fragments in, one 20 ms frame out at a time.

No clock and no I/O: the owner asks for a frame every 20 ms and always gets one,
silence when there is nothing to say or when the PCM of the next fragment has not
come yet. Nothing that was queued is lost unless `clear` drops it, and `clear`
takes effect with the next frame.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from dialogs.commands import Fragment
from ivr.ports import FRAME_BYTES, FRAME_SECONDS, SILENCE

MASK = "＊"


@dataclass(frozen=True, slots=True)
class PlayedFrame:
    """320 bytes; `personal`: the recording gets silence; `mark` of the fragment whose
    last frame this is; `speech` False where the frame is only silence between or after."""

    pcm: bytes
    personal: bool = False
    mark: str | None = None
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """The place of one fragment in the queue."""

    number: int


@dataclass(slots=True)
class _Place:
    ticket: Ticket
    fragment: Fragment
    barge_in: bool
    pcm: bytes | None = None
    sent: int = 0  # bytes
    pause: int = 0  # frames still to come after the last one of speech
    spoken: bool = False  # the last frame of speech has left
    skipped: bool = False


@dataclass(slots=True)
class _Record:
    """What has been played since `forget_played`."""

    marks: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


class PlaybackQueue:
    """Fragments in their order; their PCM may come later and in any order.

    Every fragment takes a whole number of frames, at least one, the last one
    padded with silence; then `pause_after` in frames of silence.
    """

    def __init__(self) -> None:
        self._places: deque[_Place] = deque()
        self._record = _Record()
        self._next_number = 0

    # --- what goes in

    def reserve(self, fragment: Fragment, *, barge_in: bool = True) -> Ticket:
        """Queue `fragment`; its PCM comes with `fill`, or `skip` gives it up."""
        ticket = Ticket(self._next_number)
        self._next_number += 1
        pause = max(0, round(fragment.pause_after / FRAME_SECONDS))
        self._places.append(_Place(ticket, fragment, barge_in, pause=pause))
        return ticket

    def fill(self, ticket: Ticket, pcm: bytes) -> bool:
        """Give the PCM, or other PCM as long as the fragment has not begun to play.

        False (and no effect) when it has begun, was skipped or was cleared.
        Raises ValueError for half a sample.
        """
        if len(pcm) % 2:
            raise ValueError("PCM ends in half a sample")
        place = self._find(ticket)
        if place is None or place.skipped or place.sent or place.spoken:
            return False
        place.pcm = pcm
        return True

    def skip(self, ticket: Ticket) -> None:
        """Nothing will be heard of this fragment and its mark is never reported."""
        place = self._find(ticket)
        if place is not None and not place.sent and not place.spoken:
            place.skipped = True

    def clear(self, *, everything: bool = False) -> None:
        """Barge-in: drop all speech that may be interrupted, or `everything`.

        The record of what was played stays.
        """
        if self._places and (everything or self._places[0].barge_in):
            self._note_partly_played(self._places[0])
        kept = () if everything else (place for place in self._places if not place.barge_in)
        self._places = deque(kept)

    def forget_played(self) -> None:
        """Start a new record of marks and text."""
        self._record = _Record()

    # --- what comes out

    def next_frame(self) -> PlayedFrame:
        """The frame for the next 20 ms."""
        while self._places and self._places[0].skipped:
            self._places.popleft()
        if not self._places:
            return PlayedFrame(SILENCE)
        place = self._places[0]
        if place.spoken:
            return self._pause_frame(place)
        if place.pcm is None:
            return PlayedFrame(SILENCE)
        return self._speech_frame(place, place.pcm)

    # --- what is known

    @property
    def playing(self) -> bool:
        """The fragment in front has begun and has speech or pause left."""
        return bool(self._places) and (self._places[0].sent > 0 or self._places[0].spoken)

    @property
    def drained(self) -> bool:
        """Nothing is queued any more."""
        return all(place.skipped for place in self._places)

    @property
    def interruptible(self) -> bool:
        """Whether `clear` silences all that is queued."""
        return all(place.barge_in or place.skipped for place in self._places)

    @property
    def waiting(self) -> int:
        """Fragments that have their PCM and have not begun."""
        return sum(
            place.pcm is not None and not (place.sent or place.spoken or place.skipped)
            for place in self._places
        )

    @property
    def marks(self) -> frozenset[str]:
        """Marks of the fragments played to their last frame since `forget_played`."""
        return frozenset(self._record.marks)

    @property
    def text_played(self) -> str:
        """What the listener has heard since `forget_played`, ID numbers masked; the fragment
        in progress counts by the share of it that has been played."""
        played = "".join(self._record.texts)
        if self._places and not self._places[0].spoken:
            played += _partly_played(self._places[0])
        return played

    def __contains__(self, ticket: Ticket) -> bool:
        """Whether the fragment is still to be heard, wholly or in part."""
        return self._find(ticket) is not None

    def _speech_frame(self, place: _Place, pcm: bytes) -> PlayedFrame:
        chunk = pcm[place.sent : place.sent + FRAME_BYTES]
        place.sent += len(chunk)
        mark: str | None = None
        if place.sent >= len(pcm):
            place.spoken = True
            self._record.texts.append(_visible(place.fragment))
            if place.fragment.mark:
                mark = place.fragment.mark
                self._record.marks.add(mark)
            if place.pause == 0:
                self._places.popleft()
        frame = chunk + SILENCE[len(chunk) :]
        return PlayedFrame(frame, place.fragment.personal, mark, speech=bool(chunk))

    def _pause_frame(self, place: _Place) -> PlayedFrame:
        place.pause -= 1
        if place.pause == 0:
            self._places.popleft()
        return PlayedFrame(SILENCE, place.fragment.personal)

    def _note_partly_played(self, place: _Place) -> None:
        if place.sent and not place.spoken:
            self._record.texts.append(_partly_played(place))

    def _find(self, ticket: Ticket) -> _Place | None:
        return next((place for place in self._places if place.ticket == ticket), None)


def _visible(fragment: Fragment) -> str:
    return MASK * len(fragment.text) if fragment.personal else fragment.text


def _partly_played(place: _Place) -> str:
    text = _visible(place.fragment)
    if not place.pcm:
        return ""
    return text[: len(text) * place.sent // len(place.pcm)]
