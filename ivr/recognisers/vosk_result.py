"""Vosk's JSON results -> N-best with confidences. The in-process engine and the server share it.

Vosk gives either one text with a confidence a word, or N alternatives with a
log-likelihood each and none for words. Of alternatives the confidence of a text is
its share of the likelihood of all listed (a posterior over the N-best), and that
of a word the summed share of the alternatives that have it at the same time.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from grammars.meaning import Hypothesis
from ivr.ports import RecogniserError

UNKNOWN_WORD = "[unk]"


class VoskWord(BaseModel):
    """`conf` is there only in results without alternatives; times in seconds."""

    model_config = ConfigDict(extra="ignore")

    word: str
    start: float = 0.0
    end: float = 0.0
    conf: float | None = None


class VoskAlternative(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = ""
    confidence: float = 0.0
    result: list[VoskWord] = []


class VoskResult(BaseModel):
    """One message of the engine: a partial text or the result of a stretch of speech."""

    model_config = ConfigDict(extra="ignore")

    partial: str | None = None
    text: str | None = None
    result: list[VoskWord] = []
    alternatives: list[VoskAlternative] = []


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one result says: texts with confidences, best first, and the best one's words."""

    hypotheses: tuple[Hypothesis, ...] = ()
    words: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Transcript:
    """The stretches of one utterance: Vosk ends a result at every longer pause.

    `text_so_far` may be read from another thread; `settled` says that the newest
    message was a result, not a partial text.
    """

    most: int
    stretches: list[Stretch] = field(default_factory=list)
    text_so_far: str = ""
    settled: bool = False

    def take(self, message: str | bytes) -> None:
        """Add one JSON message. Raises RecogniserError when it is not one of Vosk's."""
        try:
            result = VoskResult.model_validate_json(message)
        except ValidationError as error:
            raise RecogniserError("vosk: a result is not in its format") from error
        self.settled = result.partial is None
        if self.settled:
            stretch = read_stretch(result)
            if stretch.hypotheses:
                self.stretches.append(stretch)
        best = [stretch.hypotheses[0].text for stretch in self.stretches]
        self.text_so_far = joined(" ".join([*best, result.partial or ""]))

    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The `most` best joins of the stretches; the confidence is the product of theirs."""
        beam = [Hypothesis("", 1.0)] if self.stretches else []
        for stretch in self.stretches:
            longer = [
                Hypothesis(joined(f"{a.text} {b.text}"), a.confidence * b.confidence)
                for a in beam
                for b in stretch.hypotheses
            ]
            beam = sorted(longer, key=lambda h: -h.confidence)[: self.most]
        return tuple(beam)

    def words(self) -> tuple[tuple[str, float], ...]:
        return tuple(word for stretch in self.stretches for word in stretch.words)


def read_stretch(result: VoskResult) -> Stretch:
    """Texts and word confidences of one result; without unknown words and empty texts."""
    if not result.alternatives:
        text = _known(result.text or "")
        words = tuple((w.word, _unit(w.conf)) for w in result.result if w.word != UNKNOWN_WORD)
        sure = sum(c for _, c in words) / len(words) if words else 1.0
        return Stretch((Hypothesis(text, sure),), words) if text else Stretch()
    shares = _shares([a.confidence for a in result.alternatives])
    texts: dict[str, float] = {}
    for alternative, share in zip(result.alternatives, shares, strict=True):
        text = _known(alternative.text)
        texts[text] = texts.get(text, 0.0) + share
    # An alternative without words is one that heard nothing: it keeps its share.
    hypotheses = [Hypothesis(text, min(share, 1.0)) for text, share in texts.items() if text]
    hypotheses.sort(key=lambda h: -h.confidence)
    best = next((a for a in result.alternatives if _known(a.text)), None)
    words = ()
    if best is not None:
        words = tuple(
            (word.word, min(1.0, _support(word, result.alternatives, shares)))
            for word in best.result
            if word.word != UNKNOWN_WORD
        )
    return Stretch(tuple(hypotheses), words)


def joined(text: str) -> str:
    """Words as text: Chinese is written without spaces, other scripts keep them."""
    text = " ".join(text.split())
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)


def _known(text: str) -> str:
    return joined(" ".join(word for word in text.split() if word != UNKNOWN_WORD))


def _unit(confidence: float | None) -> float:
    return 1.0 if confidence is None else min(max(confidence, 0.0), 1.0)


def _shares(log_likelihoods: list[float]) -> list[float]:
    most = max(log_likelihoods)
    weights = [math.exp(value - most) for value in log_likelihoods]
    return [weight / sum(weights) for weight in weights]


def _support(word: VoskWord, alternatives: list[VoskAlternative], shares: list[float]) -> float:
    middle = (word.start + word.end) / 2
    return sum(
        share
        for alternative, share in zip(alternatives, shares, strict=True)
        if any(w.word == word.word and w.start <= middle <= w.end for w in alternative.result)
    )


def config_message(sample_rate: int, most: int, phrases: tuple[str, ...]) -> str:
    """The server's first message; a phrase list only where there is one."""
    config: dict[str, object] = {"sample_rate": sample_rate, "max_alternatives": most, "words": 1}
    if phrases:
        config["phrase_list"] = list(phrases)
    return json.dumps({"config": config}, ensure_ascii=False)
