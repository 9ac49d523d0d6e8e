"""The neural voice: Kokoro-82M (Apache-2.0), int8 ONNX, Mandarin styles.

Model card and phoneme set: hexgrad/Kokoro-82M. The style table has a row for every
length in tokens; the model takes at most 510 tokens with the padding at both ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import onnxruntime
from misaki.zh import ZHG2P

from ivr.ports import VoiceError
from ivr.processor import has_vnni
from ivr.voices.choice import DEFAULT_SPEED, DEFAULT_STYLE
from ivr.voices.conditioning import Samples, telephone_pcm
from ivr.voices.kokoro_graph import with_products
from ivr.voices.lexicon import Lexicon, load_lexicon
from ivr.voices.mandarin_reading import MandarinReading, Punctuation, Word
from speech_models import ModelError, model_path

MODEL = "kokoro-82m"
RATE = 24000  # of the model's sound, in Hz

_MODEL_FILE = "kokoro-v1.0.int8.onnx"
_STYLE_SIZE = 256
_MOST_TOKENS = 508
_SENTENCE_GAP_SECONDS = 0.3
_SHORT = 2  # syllables
# Part of the name: raise it when the sound of the same text changes.
_VERSION = 1


class KokoroVoice:
    """ivr.ports.Voice on Kokoro.

    `style` is a voice of the model (zf_… female, zm_… male), `speed` its speaking
    rate (1.0 = as trained). `workers` texts are made at once, each on `threads`
    threads: one thread each gives the most speech a second. The model (about 1.5 s,
    500 MB; voices that are open at the same time share it) is loaded on first use or by
    `warm`. `folder` holds the
    model, vocab.json and voices/; by default it is the verified model of that name.

    Raises VoiceError, with the command that mends it, when the model is not there
    or has no such style.
    """

    def __init__(
        self,
        style: str = DEFAULT_STYLE,
        *,
        speed: float = DEFAULT_SPEED,
        threads: int = 1,
        workers: int = 2,
        folder: Path | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        if not 0.5 <= speed <= 2.0:
            raise VoiceError(f"kokoro: speed {speed} is outside 0.5 to 2.0")
        self.name = f"{MODEL}/{style}/{speed:.2f}/{_VERSION}"
        self._speed = speed
        self._threads = threads
        self._folder = folder or _verified_folder()
        self._style = style
        _style_file(self._folder, style)
        self._reading = MandarinReading(lexicon or load_lexicon())
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="kokoro")
        self._model: KokoroModel | None = None

    async def synthesise(self, text: str) -> bytes:
        """8 kHz s16le PCM of `text`. Raises VoiceError; the message never holds the text."""
        return await self._run(self._speak, text)

    async def warm(self) -> None:
        """Load model and dictionaries now. Raises VoiceError."""
        await self._run(self._speak, "您好")

    async def aclose(self) -> None:
        """Wait for what is being spoken; nothing new is taken. Safe more than once."""
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
        self._model = None

    async def _run(self, work: Callable[[str], bytes], text: str) -> bytes:
        loop = asyncio.get_running_loop()
        try:
            future = loop.run_in_executor(self._executor, work, text)
        except RuntimeError as error:
            raise VoiceError("kokoro: the voice has been closed") from error
        return await future

    def _speak(self, text: str) -> bytes:
        model = self._loaded()
        gap = np.zeros(int(_SENTENCE_GAP_SECONDS * RATE), np.float32)
        parts: list[Samples] = []
        for sentence in re.split(r"(?<=[。！？!?\n])", text):
            for piece in model.speak(self._reading.read(sentence), self._style, self._speed):
                parts.extend((piece, gap))
        pcm = telephone_pcm(np.concatenate(parts), RATE) if parts else b""
        if not pcm:
            raise VoiceError("kokoro: there is nothing in this text that can be spoken")
        return pcm

    def _loaded(self) -> KokoroModel:
        with _loading:
            if self._model is None:
                key = self._folder, self._threads
                self._model = _in_memory.get(key) or KokoroModel(
                    self._folder, threads=self._threads
                )
                _in_memory[key] = self._model
            return self._model


class KokoroModel:
    """Model and vocabulary in memory, any style and speed; `speak` may run in several threads
    at once.

    Raises VoiceError, with the command that mends it, when the model is not there.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 1) -> None:
        self._folder = folder or _verified_folder()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            file = self._folder / _MODEL_FILE
            model = with_products(file) if has_vnni() else str(file)
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            vocabulary = json.loads((self._folder / "vocab.json").read_text(encoding="utf-8"))
            self._vocabulary: dict[str, int] = vocabulary["vocab"]
        # The errors of onnx and onnxruntime have no common base of their own below Exception.
        except Exception as error:
            raise VoiceError(f"kokoro: the model cannot be loaded: {error}") from error
        self._styles: dict[str, Samples] = {}

    def speak(
        self, reading: Sequence[Word | Punctuation], style: str, speed: float
    ) -> Iterator[Samples]:
        """`reading` (see MandarinReading) as sound at RATE Hz, in the pieces the model can take.

        Raises VoiceError for an unknown style or when the model fails.
        """
        styles = self._loaded_style(style)
        for tokens in self._tokens(_closed(tuple(reading))):
            yield self._infer(tokens, styles[min(len(tokens), len(styles)) - 1], speed)

    def _loaded_style(self, style: str) -> Samples:
        if style not in self._styles:
            file = _style_file(self._folder, style)
            try:
                self._styles[style] = np.fromfile(file, np.float32).reshape(-1, 1, _STYLE_SIZE)
            except (OSError, ValueError) as error:
                raise VoiceError(f"kokoro: the style {style} cannot be loaded: {error}") from error
        return self._styles[style]

    def _tokens(self, reading: Sequence[Word | Punctuation]) -> Iterator[list[int]]:
        """Model input in pieces that the model can take, cut between words."""
        piece: list[int] = []
        after_word = False
        for part in reading:
            phonemes = _phonemes(part)
            if isinstance(part, Word) and after_word:
                phonemes = " " + phonemes
            ids = [self._vocabulary[sign] for sign in phonemes if sign in self._vocabulary]
            if len(piece) + len(ids) > _MOST_TOKENS:
                yield piece
                piece = []
            if piece or isinstance(part, Word):
                piece.extend(ids)
            after_word = isinstance(part, Word)
        if piece:
            yield piece

    def _infer(self, tokens: list[int], style: Samples, speed: float) -> Samples:
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        try:
            audio = self._session.run(None, inputs)[0]
        except Exception as error:
            raise VoiceError(f"kokoro: the model failed on {len(tokens)} tokens") from error
        return np.asarray(audio, dtype=np.float32).ravel()


# Folder and threads -> the model, for as long as a voice is open that has it.
_in_memory: MutableMapping[tuple[Path, int], KokoroModel] = WeakValueDictionary()
_loading = threading.Lock()


def _closed(reading: tuple[Word | Punctuation, ...]) -> tuple[Word | Punctuation, ...]:
    """A word or two without a full stop get one: the styles for three or four tokens are
    poor, and 十 alone comes out as three bursts of noise (seen with zf_xiaoxiao)."""
    syllables = sum(len(part.syllables) for part in reading if isinstance(part, Word))
    if 0 < syllables <= _SHORT and isinstance(reading[-1], Word):
        return (*reading, Punctuation("."))
    return reading


def _phonemes(part: Word | Punctuation) -> str:
    """misaki's phonemes for Kokoro v1.0, which knows no non-syllabic mark (U+032F)."""
    if isinstance(part, Punctuation):
        return part.marks + " "
    return "".join(ZHG2P.py2ipa(syllable) for syllable in part.syllables).replace("\u032f", "")


def _verified_folder() -> Path:
    try:
        return model_path(MODEL)
    except ModelError as error:
        raise VoiceError(str(error)) from error


def _style_file(folder: Path, style: str) -> Path:
    styles = {file.stem: file for file in (folder / "voices").glob("*.bin")}
    if style not in styles:
        known = ", ".join(sorted(styles)) or f"none in {folder}"
        raise VoiceError(f"kokoro: no style is called {style!r}; known: {known}")
    return styles[style]
