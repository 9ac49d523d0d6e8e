#!/usr/bin/env python3
"""A SIP phone that a program holds: calls or answers, plays, presses keys, records, listens.

  sip_phone.py call sip:12320@127.0.0.1:5060 --record heard.wav --user caller --number 02583600000
  sip_phone.py answer --register sip:127.0.0.1:5060 --user operator --say operator.wav

It runs on pjsua2 (GPL), so it lives in an environment of its own and is spoken to only
through JSON lines. The password comes in the environment variable SIP_PHONE_SECRET.

Commands on stdin: {"play": "file.wav"} (8 kHz mono 16 bit; files queue up), {"keys": "320#"}
(RFC 4733), {"hangup": true}. The end of stdin or SIGTERM hangs up and ends the phone.

Events on stdout, each with `t` = CLOCK_MONOTONIC seconds (the same for every process of a
machine) and `call` = a number that counts from 1:
  registered, register_failed  status
  calling; incoming            from
  answered
  media                        t = first frame heard = sample 0 of the recording
  played                       file, t = its last frame has left
  keys_sent                    keys
  disconnected                 cause (local, remote, refused), status, reason
  fault                        problem (a command that could not be carried out)

--heard-fd N: what is heard, as raw 8 kHz 16-bit mono PCM, written to that inherited file
descriptor 20 ms at a time as it arrives; what its reader does not take is dropped.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import time
import wave
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pjsua2 as pj

RATE = 8000
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
KEY_SPACING = 0.32  # seconds from key to key; the library holds a key for 0.2 s
KEY_HELD = 0.24
GOODBYE_LIMIT = 2.0  # seconds for BYE to be answered at the end


# The library writes to stdout before it can be told not to; stdout is for events only.
_events = os.fdopen(os.dup(1), "w", encoding="utf-8")


def quiet_library() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def emit(event: str, call: int = 0, t: float | None = None, **facts: object) -> None:
    line = {"event": event, "t": round(time.monotonic() if t is None else t, 4), "call": call}
    try:
        print(json.dumps(line | facts, ensure_ascii=False), file=_events, flush=True)
    except BrokenPipeError:
        raise SystemExit(0) from None


def new_recording(path: Path) -> wave.Wave_write:
    """Open until the call is over; who calls this closes it."""
    recording = wave.Wave_write(str(path))
    recording.setnchannels(1)
    recording.setsampwidth(2)
    recording.setframerate(RATE)
    return recording


def read_wav(path: str) -> bytes:
    """Raises ValueError for anything but 8 kHz mono 16 bit."""
    try:
        with wave.open(path) as sound:
            shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
            pcm = sound.readframes(sound.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise ValueError(f"{path}: {error}") from error
    if shape != (RATE, 1, 2):
        raise ValueError(f"{path}: must be 8000 Hz, mono, 16 bit")
    return pcm


class Line(pj.AudioMediaPort):
    """Both directions of one call. Its callbacks run on the library's 20 ms clock thread:
    they only move bytes between queues; Phone.turn() does everything else."""

    def __init__(self) -> None:
        super().__init__()
        self.to_send: deque[bytes | str] = deque()  # frames; a str is the name of a file that ends
        self.ended: deque[tuple[float, str]] = deque()
        self.heard: deque[tuple[float, bytes]] = deque()
        form = pj.MediaFormatAudio()
        form.type = pj.PJMEDIA_TYPE_AUDIO
        form.clockRate, form.channelCount, form.bitsPerSample = RATE, 1, 16
        form.frameTimeUsec = 20000
        self.createPort("line", form)

    def play(self, path: str) -> None:
        pcm = read_wav(path)
        frames = (pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))
        self.to_send.extend(frame.ljust(FRAME_BYTES, b"\0") for frame in frames)
        self.to_send.append(path)

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        pcm = SILENCE
        while self.to_send:
            item = self.to_send.popleft()
            if isinstance(item, bytes):
                pcm = item
                break
            self.ended.append((time.monotonic(), item))
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pj.ByteVector(pcm)
        frame.size = FRAME_BYTES

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        pcm = bytes(frame.buf) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else b""
        self.heard.append((time.monotonic(), pcm.ljust(FRAME_BYTES, b"\0")))


class Call(pj.Call):
    """One call, its audio, keys and recording."""

    def __init__(self, phone: Phone, number: int, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(phone.account, call_id)
        self.phone, self.number = phone, number
        self.line = Line()
        self.keys: deque[str] = deque()
        self.keys_of_command = ""
        self.next_key = 0.0
        self.recording: wave.Wave_write | None = None
        self.recording_path: Path | None = None
        self.connected = self.answered = self.hearing = False
        self.over = self.hung_up_here = False
        self.answer_at: float | None = None
        self.hang_up_at: float | None = None

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CALLING:
            emit("calling", self.number)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.answered = True
            emit("answered", self.number)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.over:
            self.over = True
            cause = "remote" if self.answered else "refused"
            emit(
                "disconnected",
                self.number,
                cause="local" if self.hung_up_here else cause,
                status=info.lastStatusCode,
                reason=info.lastReason,
            )

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        info = self.getInfo()  # kept: its list of media lives no longer than it does
        for index, media in enumerate(info.media):
            active = media.status == pj.PJSUA_CALL_MEDIA_ACTIVE
            if media.type == pj.PJMEDIA_TYPE_AUDIO and active:
                audio = self.getAudioMedia(index)
                audio.startTransmit(self.line)
                self.line.startTransmit(audio)
                self.connected = True

    def hang_up(self) -> None:
        if not self.over and not self.hung_up_here:
            self.hung_up_here = True
            self.hangup(pj.CallOpParam(True))

    def turn(self, now: float) -> None:
        """What is due: report files, send keys, store what was heard, answer, hang up."""
        while self.line.ended:
            at, path = self.line.ended.popleft()
            emit("played", self.number, at, file=path)
        self._store()
        if self.over:
            return
        if self.answer_at is not None and now >= self.answer_at:
            self.answer_at = None
            accept = pj.CallOpParam(True)
            accept.statusCode = 200
            self.answer(accept)
        if self.answered and now >= self.next_key:
            if self.keys:
                self._dial(self.keys.popleft())
                self.next_key = now + (KEY_SPACING if self.keys else KEY_HELD)
            elif self.keys_of_command:
                emit("keys_sent", self.number, keys=self.keys_of_command)
                self.keys_of_command = ""
        if self.hang_up_at is not None and now >= self.hang_up_at:
            self.hang_up()

    def _dial(self, key: str) -> None:
        try:
            self.dialDtmf(key)
        except pj.Error as error:  # the call is ending; the phone goes on
            emit("fault", self.number, problem=f"key not sent: {error.reason}")

    def press(self, keys: str) -> None:
        if not keys or set(keys) - set("0123456789*#ABCD"):
            raise ValueError(f"keys: {keys!r}")
        self.keys.extend(keys)
        self.keys_of_command += keys

    def _store(self) -> None:
        while self.line.heard:
            at, pcm = self.line.heard.popleft()
            if not (self.answered and self.connected):
                continue
            if not self.hearing:
                self.hearing = True
                emit("media", self.number, at)
                if self.recording_path is not None:
                    self.recording = new_recording(self.recording_path)
            if self.recording is not None:
                self.recording.writeframes(pcm)
            if self.phone.heard_fd is not None:
                try:
                    os.write(self.phone.heard_fd, pcm)
                except BlockingIOError:
                    pass
                except OSError:
                    self.phone.heard_fd = None

    def close(self) -> None:
        self._store()
        if self.recording is not None:
            self.recording.close()
            self.recording = None


class Account(pj.Account):
    def __init__(self, on_call: Callable[[int], None]) -> None:
        super().__init__()
        self.on_call = on_call
        self.registered = False

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        good = 200 <= prm.code < 300
        self.registered = good and prm.expiration > 0
        if self.registered or not good:
            emit("registered" if good else "register_failed", status=prm.code)

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self.on_call(prm.callId)


class Phone:
    """The endpoint, its account and its calls."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.heard_fd: int | None = options.heard_fd
        if self.heard_fd is not None:
            os.set_blocking(self.heard_fd, False)
        self.calls: list[Call] = []
        self.count = 0
        self.stopping = False
        self.stdin_open = True
        self.stdin = b""
        self.endpoint = self._endpoint()
        self.account = Account(self.incoming)
        self.account.create(self._account_config())

    def _endpoint(self) -> pj.Endpoint:
        endpoint = pj.Endpoint()
        endpoint.libCreate()
        config = pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 0
        config.uaConfig.threadCnt = 0  # every callback but the audio's comes from turn()
        config.uaConfig.userAgent = "voice-booking-phone"
        config.medConfig.noVad = True  # send silence too, as a telephone line does
        config.medConfig.ecTailLen = 0
        config.medConfig.clockRate = config.medConfig.sndClockRate = RATE
        config.medConfig.sndAutoCloseTime = -1
        endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.port = self.options.port
        transport.boundAddress = self.options.bind
        if self.options.bind != "0.0.0.0":
            transport.publicAddress = self.options.bind
        endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        endpoint.libStart()
        endpoint.audDevManager().setNullDev()
        wanted = {"PCMA/8000/1": 255, "PCMU/8000/1": 254}
        for codec in endpoint.codecEnum2():
            endpoint.codecSetPriority(codec.codecId, wanted.get(codec.codecId, 0))
        return endpoint

    def _account_config(self) -> pj.AccountConfig:
        options = self.options
        config = pj.AccountConfig()
        server = options.register or getattr(options, "uri", None)
        host = server.removeprefix("sip:").split("@")[-1] if server else options.bind
        config.idUri = f"sip:{options.user}@{host}"
        config.regConfig.registrarUri = options.register or ""
        config.regConfig.registerOnAdd = bool(options.register)
        config.regConfig.retryIntervalSec = config.regConfig.firstRetryIntervalSec = 2
        secret = os.environ.get("SIP_PHONE_SECRET", "")
        if secret:
            login = pj.AuthCredInfo("digest", "*", options.user, 0, secret)
            config.sipConfig.authCreds.append(login)
        media = config.mediaConfig.transportConfig
        media.port = 0  # any: many phones at once
        media.boundAddress = options.bind
        if options.bind != "0.0.0.0":
            media.publicAddress = options.bind
        return config

    def call(self, uri: str, recording: str | None) -> None:
        self.count += 1
        call = Call(self, self.count)
        call.recording_path = Path(recording) if recording else None
        self.calls.append(call)
        how = pj.CallOpParam(True)
        if self.options.number:
            asserted = pj.SipHeader()
            asserted.hName = "P-Asserted-Identity"
            asserted.hValue = f"<sip:{self.options.number}@{self.options.bind}>"
            how.txOption.headers.append(asserted)
        call.makeCall(uri, how)

    def incoming(self, call_id: int) -> None:
        self.count += 1
        call = Call(self, self.count, call_id)
        self.calls.append(call)
        emit("incoming", call.number, **{"from": call.getInfo().remoteUri})
        if self.options.record_dir:
            call.recording_path = Path(self.options.record_dir) / f"call-{call.number}.wav"
        ringing = pj.CallOpParam(True)
        ringing.statusCode = pj.PJSIP_SC_RINGING
        call.answer(ringing)
        call.answer_at = time.monotonic() + self.options.ring_for
        for path in self.options.say:
            call.line.play(path)

    def run(self) -> None:
        """Until the one call is over (call), or stdin ends or SIGTERM comes (both)."""
        while not self.stopping:
            self.turn()
            if self.options.mode == "call" and not self.calls:
                return

    def turn(self) -> None:
        self.endpoint.libHandleEvents(10)
        self._read_commands()
        now = time.monotonic()
        for call in list(self.calls):
            call.turn(now)
            if self.options.mode == "answer" and call.answered and call.hang_up_at is None:
                call.hang_up_at = now + self.options.hang_up_after
            if call.over:
                call.close()
                self.calls.remove(call)

    def _read_commands(self) -> None:
        while self.stdin_open and select.select([0], [], [], 0)[0]:
            data = os.read(0, 65536)
            if not data:
                self.stdin_open = False
                self.stopping = True
            self.stdin += data
        *lines, self.stdin = self.stdin.split(b"\n")
        for line in filter(None, lines):
            try:
                self._obey(json.loads(line))
            except (ValueError, TypeError, pj.Error) as error:
                emit("fault", problem=str(error))

    def _obey(self, command: object) -> None:
        call = self.calls[-1] if self.calls else None
        if call is None:
            raise ValueError("there is no call")
        match command:
            case {"play": str(path)}:
                call.line.play(path)
            case {"keys": str(keys)}:
                call.press(keys)
            case {"hangup": True}:
                call.hang_up()
            case _:
                raise ValueError(f"unknown command {command!r}")

    def close(self) -> None:
        """Hang up, wait for it to be answered, and only then take the library down."""
        limit = time.monotonic() + GOODBYE_LIMIT
        self._end_calls(limit)
        if self.account.registered:
            self.account.setRegistration(False)
        while self.account.registered and time.monotonic() < limit:
            self.endpoint.libHandleEvents(10)
        self.account.shutdown()
        # The goodbyes are said: the library need not wait a second for the network.
        self.endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)

    def _end_calls(self, limit: float) -> None:
        """No call object may outlive this: its destructor needs the library."""
        for call in self.calls:
            call.hang_up()
        while self.calls and time.monotonic() < limit:
            self.turn()
        for call in self.calls:
            call.close()
        self.calls.clear()


def arguments() -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--bind", default="127.0.0.1", help="own address (127.0.0.1)")
    common.add_argument("--port", type=int, default=0, help="own SIP port (any)")
    common.add_argument("--user", default="caller", help="name at the PBX")
    common.add_argument("--heard-fd", type=int, help="file descriptor for what is heard")
    parser = argparse.ArgumentParser(description="A SIP phone held by a program; see the top.")
    modes = parser.add_subparsers(dest="mode", required=True)
    caller = modes.add_parser("call", parents=[common], help="place one call")
    caller.add_argument("uri", help="sip:12320@host:port")
    caller.add_argument("--number", help="calling number to assert (P-Asserted-Identity)")
    caller.add_argument("--record", help="WAV of what is heard")
    caller.set_defaults(register=None)
    answer = modes.add_parser("answer", parents=[common], help="answer every call")
    answer.add_argument("--register", help="sip:host:port to register at; else only listen")
    answer.add_argument("--say", action="append", default=[], help="WAV to play on answering")
    answer.add_argument("--ring-for", type=float, default=0.5, help="seconds before answering")
    answer.add_argument("--hang-up-after", type=float, default=20.0, help="seconds from the answer")
    answer.add_argument("--record-dir", help="folder for call-N.wav")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    quiet_library()
    try:
        for path in getattr(options, "say", []):
            read_wav(path)
        phone = Phone(options)
    except (ValueError, pj.Error) as error:
        emit("fault", problem=str(error))
        return 2

    def stop(number: int, frame: object) -> None:
        phone.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    emit("ready")
    try:
        if options.mode == "call":
            phone.call(options.uri, options.record)
        phone.run()
    except pj.Error as error:
        emit("fault", problem=str(error))
        return 2
    finally:
        phone.close()
    return 0


if __name__ == "__main__":
    code = main()
    _events.flush()
    # The library's own threads outlive libDestroy's return by a moment; its Python destructors
    # would then run against a library that is gone.
    os._exit(code)
