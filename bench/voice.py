"""Figures of the voices: what they cost, and how well they are understood over a telephone.

    python -m bench.voice cost [THREADS]    load time, real-time factor, memory, by threads
    python -m bench.voice render [WORKERS THREADS]   texts rendered ahead in a second, by workers
    python -m bench.voice hear [STYLE:SPEED[:RATE] …]   heard back by Whisper through A-law
    python -m bench.voice pace              syllables a second, pauses apart
    python -m bench.voice stretch           error, level and duration against the rate
    python -m bench.voice save FOLDER       the prompts as WAV files, for a human ear

Hearing back measures syllables without tones (pinyin edit distance over the number of
syllables), at 8 kHz through G.711 A-law. Tones and warmth need a human ear.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein

from grammars.meaning import Slot
from ivr.audio_file import write_speech
from ivr.caller.alaw import decode, encode
from ivr.listening.speech_span import SpeechSpan
from ivr.listening.voice_activity import LOOK_BACK_FRAMES, WebRtcVoiceActivity
from ivr.ports import FRAME_BYTES, SAMPLE_RATE, SILENCE, Hint, Voice
from ivr.recognisers.whisper import WhisperRecogniser
from ivr.voices.choice import DEFAULT_SPEED, DEFAULT_STYLE, build_voice
from ivr.voices.fragment_store import RenderedFragments
from ivr.voices.lexicon import number_name
from ivr.voices.render_ahead import RenderProgress, render_ahead
from ivr.voices.stretch import stretch
from speech_models import model_path

PROMPTS = (
    "您好，这里是幺二三二零预约挂号，我是机器人，通话会录音。",
    "请问您想挂哪家医院？",
    "请问您要挂什么科？",
    "您想看哪位医生，还是哪位都可以？",
    "请问您想哪一天去看病，上午还是下午？",
    "请说您的身份证号码，也可以用手机按键输入。",
    "对不起，我没有听清，请您再说一遍。",
    "南京鼓楼医院，心血管内科，明天上午。",
    "南京市中西医结合医院，针灸推拿科。",
    "东南大学附属中大医院，神经内科。",
    "江苏省肿瘤医院，甲状腺乳腺外科。",
    "南京市六合区人民医院，呼吸内科。",
    "十一月二十五号，星期三，上午八点到九点。",
    "十二月一号，星期二，下午两点半。",
    "身份证号码最后四位是二七三幺，对吗？",
    "已经为您预约成功，预约码是三五八六零二。",
    "请您带好身份证，提前半个小时到医院取号。",
    "好的，我帮您转人工，请稍等。",
    "这一天的号已经挂满了，您要不要换一天？",
    "感谢您的来电，祝您身体健康，再见。",
)

FRAGMENTS = (
    *PROMPTS[:6],
    *("南京鼓楼医院", "南京市儿童医院", "南京市第一医院", "江苏省人民医院"),
    *("心血管内科", "呼吸内科", "骨科", "眼科", "耳鼻咽喉科"),
    *("十一月", "二十五号", "星期三", "上午", "下午"),
    *("零", "幺", "二", "三"),
)


def syllables(text: str) -> list[str]:
    """Toneless pinyin; the recogniser writes 一 for 幺, 二 for 两, 你 for 您, and figures."""
    text = re.sub(r"[^\w]", "", text)
    text = re.sub(r"[1-9]\d(?=[月号点日])", lambda m: number_name(int(m[0])), text)
    text = text.translate(str.maketrans("0123456789幺两您", "零一二三四五六七八九一二你"))
    return lazy_pinyin(text, style=Style.NORMAL)


async def hear(variants: Iterable[str]) -> None:
    ear = WhisperRecogniser(model_path("whisper-base"), threads=1, workers=1)
    for variant in variants:
        style, speed, rate = (*variant.split(":"), "1.0", "1.0")[:3]
        voice = build_voice(
            "pyttsx3" if style == "pyttsx3" else "kokoro", style=style, speed=float(speed)
        )
        wrong = whole = 0
        seconds = 0.0
        misheard: list[str] = []
        for prompt in PROMPTS:
            pcm = stretch(await voice.synthesise(prompt), float(rate))
            seconds += len(pcm) / 2 / SAMPLE_RATE
            heard = ear.recognise(decode(encode(pcm)), Hint(Slot.TASK)).hypotheses
            said, got = syllables(prompt), syllables(heard[0].text if heard else "")
            errors = Levenshtein.distance(said, got)
            wrong, whole = wrong + errors, whole + len(said)
            if errors:
                misheard.append(
                    f"{errors}/{len(said)} {prompt} -> {heard[0].text if heard else ''}"
                )
        await voice.aclose()
        print(
            f"{variant}: pinyin error {100 * wrong / whole:.1f}%, {whole / seconds:.2f} syllables/s"
        )
        for line in misheard:
            print("   ", line)
    await ear.aclose()


async def pace() -> None:
    """Syllables a second as the ear measures a caller's, pauses apart (dialogs/data/policy.yaml,
    following.voice_pace)."""
    voice = build_voice("kokoro")
    paces = []
    for prompt in PROMPTS:
        pcm = await voice.synthesise(prompt)
        frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]
        activity, span = WebRtcVoiceActivity(), SpeechSpan()
        for frame in (*[SILENCE] * LOOK_BACK_FRAMES, *frames):
            heard = activity.feed(frame.ljust(FRAME_BYTES, b"\0"), speaking=True)
            span.feed(heard.level if heard.voiced else None)
        paces.append(len(syllables(prompt)) / span.seconds)
    await voice.aclose()
    low, middle, high = np.quantile(paces, [0.1, 0.5, 0.9])
    print(
        f"{middle:.2f} syllables/s (80% between {low:.2f} and {high:.2f}, {len(paces)} sentences)"
    )


async def cost(threads: int) -> None:
    started = time.perf_counter()
    voice = build_voice("kokoro", threads=threads, workers=1)
    await voice.synthesise("您好")
    loaded = time.perf_counter() - started
    spoken = 0.0
    started = time.perf_counter()
    for prompt in PROMPTS[:10]:
        spoken += len(await voice.synthesise(prompt)) / 2 / SAMPLE_RATE
    took = time.perf_counter() - started
    started = time.perf_counter()
    await voice.synthesise("心内科")
    short = time.perf_counter() - started
    await voice.aclose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{threads} threads: load and first word {loaded:.2f} s, real-time factor "
        f"{took / spoken:.2f} of trimmed speech, 心内科 {short:.2f} s, peak {peak:.0f} MB"
    )


async def render(workers: int, threads: int) -> None:
    voice = build_voice("kokoro", threads=threads, workers=workers)
    await voice.synthesise("您好")
    with tempfile.TemporaryDirectory() as folder:
        store = RenderedFragments(voice, Path(folder), syntheses=workers)
        started, busy = time.perf_counter(), time.process_time()
        await render_ahead(store, FRAGMENTS, _no_report, workers=workers)
        took, busy = time.perf_counter() - started, time.process_time() - busy
    await voice.aclose()
    each = took / len(FRAGMENTS)
    print(
        f"{workers} workers of {threads} threads: {each:.2f} s a fragment, "
        f"{each * 300:.0f} s for 300 ({busy / len(FRAGMENTS):.2f} s of processor time each)"
    )


def _no_report(progress: RenderProgress) -> None:
    del progress


async def stretching() -> None:
    voice: Voice = build_voice("kokoro")
    pcms = [await voice.synthesise(text) for text in FRAGMENTS]
    await voice.aclose()
    for rate in (0.7, 0.8, 0.9, 0.95, 1.1, 1.2, 1.3):
        started = time.perf_counter()
        stretched = [stretch(pcm, rate) for pcm in pcms]
        took = (time.perf_counter() - started) / sum(len(pcm) / 16000 for pcm in pcms)
        length = [len(s) * rate / len(p) - 1 for s, p in zip(stretched, pcms, strict=True)]
        level = [_level(s) - _level(p) for s, p in zip(stretched, pcms, strict=True)]
        print(
            f"rate {rate}: duration off by at most {100 * max(map(abs, length)):.2f}%, "
            f"level {min(level):+.2f} to {max(level):+.2f} dB, {1000 * took:.1f} ms a second"
        )


def _level(pcm: bytes) -> float:
    """RMS in dB of the 20 ms frames within 20 dB of the loudest."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    frames = np.pad(samples, (0, -len(samples) % 160)).reshape(-1, 160)
    rms = np.sqrt((frames**2).mean(axis=1))
    active = rms[rms > rms.max() / 10]
    return float(20 * np.log10(np.sqrt((active**2).mean())))


async def save(style: str, speed: float, folder: Path) -> None:
    """The prompts as WAV files, for a human ear."""
    voice = build_voice("kokoro", style=style, speed=speed)
    for number, prompt in enumerate(PROMPTS, 1):
        write_speech(folder / f"{style}-{number:02d}.wav", await voice.synthesise(prompt))
    await voice.aclose()


def _each_in_its_process(command: str, settings: Sequence[tuple[int, ...]]) -> None:
    """Peak memory and load time are those of a process that does nothing else."""
    for setting in settings:
        subprocess.run(
            [sys.executable, "-m", "bench.voice", command, *map(str, setting)], check=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.voice",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what",
        choices=["cost", "render", "hear", "pace", "stretch", "save"],
        help="what is measured, see above",
    )
    parser.add_argument("settings", nargs="*", help="in brackets above; without them the usual")
    chosen = parser.parse_args()
    settings: list[str] = chosen.settings
    match chosen.what:
        case "cost" if settings:
            asyncio.run(cost(int(settings[0])))
        case "cost":
            _each_in_its_process("cost", [(1,), (2,)])
        case "render" if settings:
            asyncio.run(render(int(settings[0]), int(settings[1])))
        case "render":
            _each_in_its_process("render", [(1, 1), (1, 2), (2, 1)])
        case "hear":
            asyncio.run(hear(settings or [f"{DEFAULT_STYLE}:{DEFAULT_SPEED}"]))
        case "pace":
            asyncio.run(pace())
        case "stretch":
            asyncio.run(stretching())
        case "save":
            folder = Path(settings[0])
            folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(save(DEFAULT_STYLE, DEFAULT_SPEED, folder))


if __name__ == "__main__":
    main()
