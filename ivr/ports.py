"""The ports of a call session: everything that differs between a live call, a replay and a test.

All audio is 8 kHz, 16-bit little-endian mono PCM; a frame is 20 ms = 160 samples
= 320 bytes.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from grammars.meaning import Hypothesis, Slot

SAMPLE_RATE = 8000
FRAME_SECONDS = 0.02
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """Naive local time of Asia/Shanghai."""
        ...

    def monotonic(self) -> float:
        """Seconds, for intervals."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class CallerFrame:
    """One 20 ms frame from the caller."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class CallerKey:
    """One key pressed by the caller."""

    key: str


@dataclass(frozen=True, slots=True)
class LineClosed:
    """No further audio will come (hang-up, transfer, or the socket broke)."""

    hung_up: bool


LineEvent = CallerFrame | CallerKey | LineClosed


class AudioSource(Protocol):
    """What the caller's side of the line brings, in order; ends after LineClosed."""

    def events(self) -> AsyncIterator[LineEvent]: ...


class AudioSink(Protocol):
    """Where the agent's frames go. The session calls it once per 20 ms, silence included."""

    async def send(self, frame: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Hint:
    """What the recogniser may know of the turn.

    `phrases` are likely: the few names that were just offered. `grammar` is everything that
    can be said, piece by piece, for engines that take a grammar at run time; empty for an
    open question.
    """

    slot: Slot
    phrases: tuple[str, ...] = ()
    grammar: tuple[str, ...] = ()


PRIOR_WEIGHT = 0.5
"""Chosen on the first 17 speakers of the 12 words of DSPSpeech-20 (bench/closed_set.py)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one candidate fits the sound of an utterance.

    `total` is the natural log-probability (at most 0) of the candidate's tokens and
    of the end behind them; `tokens` counts these, the end included, so at least 2.
    `prior` is what `total` would be on a silent line: how usual the text is; 0 from an
    engine that does not know.
    """

    total: float
    tokens: int
    prior: float = 0.0

    @property
    def mean(self) -> float:
        """Log-probability per token."""
        return self.total / self.tokens

    @property
    def evidence(self) -> float:
        """What to rank by: the mean, but rare names are not taken to be unlikely.

        On human words 94.1 % are ranked first by it, by the mean 92.9 % and by the total
        90.0 % (n = 408); on 200 doctors' names 97.5, 87.5 and 90 % (n = 40, synthetic);
        bench/closed_set.py.
        """
        return (self.total - PRIOR_WEIGHT * self.prior) / self.tokens


class ClosedSetScorer(Protocol):
    """Asks of one recognised utterance how well each entry of a closed list fits its sound."""

    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        """The fit of each candidate, in order.

        A candidate is the whole of what would be said: names and aliases are candidates
        of their own. None for one that is far worse than the best of the list (8 less
        in total), or that was not reached within the bound on the time; so a text to
        compare with, likelier than any candidate, has to be scored in a call of its
        own. The scores suppose that nothing but the candidate was said. Raises
        RecogniserError.
        """
        ...

    async def spell(self, spelling: Spelling) -> Spelled:
        """The strings that fit the sound best. Raises RecogniserError."""
        ...


@dataclass(frozen=True, slots=True)
class Spelled:
    """What a search along a spelling found. `whole`: strings with the log-probabilities of their
    words and of the end behind them, best first. `unfinished`: the same of the likeliest
    beginning of one, as if no more had been said; -inf where there is none."""

    whole: tuple[tuple[str, float], ...] = field(default=(), repr=False)
    unfinished: float = -math.inf


class Spelling(Protocol):
    """A string that is said character by character: which strings can be, and how they are said."""

    @property
    def start(self) -> str:
        """The beginning that is known already and was not said."""
        ...

    @property
    def before(self) -> str:
        """Words that were said before it."""
        ...

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """How each character is said."""
        ...

    def follow(self, prefix: str) -> str:
        """The characters that may come behind `prefix`."""
        ...

    def whole(self, text: str) -> bool:
        """Whether the string may end here."""
        ...


@dataclass(frozen=True, slots=True)
class Recognition:
    """Final result of one utterance: N-best first (simplified Chinese), empty for silence or noise.

    `scorer` is there when the engine can score closed lists and heard speech; it
    holds the utterance's encoding (about 1 MB), so it goes with the recognition.
    """

    hypotheses: tuple[Hypothesis, ...]
    engine: str
    seconds: float
    word_confidences: tuple[tuple[str, float], ...] = ()
    scorer: ClosedSetScorer | None = field(default=None, compare=False, repr=False)


class RecogniserStream(Protocol):
    """One utterance. Every method returns at once or awaits; none blocks the event loop.

    A pause may be the end of the utterance. At the first short silence the session
    calls `speculate`: an engine that recognises whole utterances starts on the audio
    so far. If the caller goes on, the session calls `resume` and that work is
    dropped; if not, `finish` returns its result, without the silence accepted since.
    Engines that recognise as they listen do nothing in either.
    """

    def accept(self, pcm: bytes) -> None:
        """Take further audio (any whole number of samples)."""
        ...

    def partial(self) -> str | None:
        """The newest text so far; None from an engine that recognises an utterance as a whole."""
        ...

    def speculate(self) -> None:
        """Begin recognising what was accepted so far; no effect when that has begun."""
        ...

    def resume(self) -> None:
        """The caller speaks on: drop the speculation; no effect without one."""
        ...

    async def finish(self) -> Recognition:
        """No further audio comes: the final N-best. Raises RecogniserError."""
        ...

    def close(self) -> None:
        """Drop the utterance; safe after finish and more than once."""
        ...


class RecogniserError(Exception):
    """The engine broke or ran out of time; the message names no words of the caller."""


class Recogniser(Protocol):
    name: str

    def open(self, hint: Hint) -> RecogniserStream: ...

    async def aclose(self) -> None: ...


class VoiceError(Exception):
    """The engine could not speak this text."""


class Voice(Protocol):
    """An engine that turns text into 8 kHz PCM at its one synthesis speed."""

    name: str  # engine and voice, part of the cache key

    async def synthesise(self, text: str) -> bytes:
        """Raises VoiceError."""
        ...

    async def aclose(self) -> None: ...


class FragmentStore(Protocol):
    """Rendered fragments: memory, then disk, then the engine (once per text, however many ask)."""

    async def pcm(self, text: str, keep: bool = True) -> bytes:
        """`keep` False (personal text): no trace of it stays. Raises VoiceError."""
        ...


@dataclass(slots=True)
class TurnTimings:
    """Seconds per hop of one turn, from the end of speech to the first agent frame."""

    endpointing: float = 0.0
    recognition: float = 0.0
    understanding: float = 0.0
    dialogue: float = 0.0
    first_frame: float = 0.0
    extra: dict[str, float] = field(default_factory=dict)
