"""The process that speaks with pyttsx3: `python -m ivr.voices.pyttsx3_worker`.

pyttsx3 (MPL-2.0) loads espeak-ng (GPL-3.0) into its process, so that process is
this one and never the agent's. Protocol: one JSON object a line.

    out, once   {"ready": true} or {"fatal": "why"}
    in          {"id": 1, "text": "心内科", "pinyin": "xin1 nei4 ke1"}
    out         {"id": 1, "rate": 22050, "pcm": "<base64 s16le mono>"} or {"id": 1, "error": "why"}

It ends when its input ends. espeak-ng reads Chinese characters as letters, so it is
given pinyin; the voices of Windows and macOS read the characters themselves.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import wave
from pathlib import Path
from typing import IO, Any

# espeak-ng's Mandarin voice that takes toned pinyin, and words a minute.
ESPEAK_VOICE = "sit/cmn-latn-pinyin"
RATE = 150
TRIES = 3


class Speech:
    """One pyttsx3 engine. Raises whatever pyttsx3 raises when it cannot start."""

    def __init__(self) -> None:
        import pyttsx3

        self._pinyin = sys.platform not in ("win32", "darwin")
        self._engine: Any = pyttsx3.init("espeak" if self._pinyin else None)
        self._settle()
        if self._pinyin:
            self._engine.setProperty("voice", ESPEAK_VOICE)
        self.speak("啊", "a1")

    def speak(self, text: str, pinyin: str) -> tuple[int, bytes]:
        """Sample rate and s16le mono PCM. Raises ValueError when nothing was spoken.

        A busy machine makes espeak-ng silent now and then: then it is asked again.
        """
        for _ in range(TRIES):
            rate, pcm = self._speak_once(text, pinyin)
            if any(pcm):
                return rate, pcm
        raise ValueError("pyttsx3 spoke only silence")

    def _speak_once(self, text: str, pinyin: str) -> tuple[int, bytes]:
        # Before each text: on a busy machine what was set only at the start may be lost.
        self._engine.setProperty("rate", RATE)
        self._settle()
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            file = Path(folder) / "speech.wav"
            self._engine.save_to_file(pinyin if self._pinyin else text, str(file))
            self._engine.runAndWait()
            self._settle()
            if not file.exists():
                raise ValueError("pyttsx3 wrote nothing")
            with wave.open(str(file)) as speech:
                if (speech.getnchannels(), speech.getsampwidth()) != (1, 2):
                    raise ValueError("pyttsx3 wrote another format than 16-bit mono")
                return speech.getframerate(), speech.readframes(speech.getnframes())

    def _settle(self) -> None:
        """Wait until espeak-ng's own thread is idle. Without it the rate set right after the
        start is lost in one start of six, and a text right after another may be silent."""
        if self._pinyin:
            from pyttsx3.drivers import _espeak

            _espeak.Synchronize()


def serve(requests: IO[str], replies: IO[str]) -> int:
    """Answer `requests` until they end; the exit code."""

    def reply(**fields: object) -> None:
        replies.write(json.dumps(fields) + "\n")
        replies.flush()

    try:
        speech = Speech()
    except Exception as error:
        reply(fatal=f"{type(error).__name__}: {error}")
        return 1
    reply(ready=True)
    for line in requests:
        number = None
        try:
            request = json.loads(line)
            number = request["id"]
            rate, pcm = speech.speak(request["text"], request["pinyin"])
            reply(id=number, rate=rate, pcm=base64.b64encode(pcm).decode())
        except Exception as error:
            # Not the text: it may be personal.
            reply(id=number, error=f"{type(error).__name__}: {error}")
    return 0


def main() -> int:
    # pyttsx3 prints to standard output; the protocol keeps the real one to itself.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return serve(sys.stdin, replies)


if __name__ == "__main__":
    sys.exit(main())
