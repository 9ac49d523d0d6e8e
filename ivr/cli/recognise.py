"""`ivr recognise`: what recorded utterances mean as answers to one question."""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

from ivr.audio_file import AudioFileError, read_speech
from ivr.cli.faults import CommandFault, configuration
from ivr.cli.parse import add_question_arguments, print_meaning, question_from
from ivr.ports import RecogniserError
from ivr.recognisers.choice import build_recogniser
from ivr.session.closed_lists import hint_of
from ivr.session.recorded_utterance import recognise_utterance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question_arguments(parser)
    parser.add_argument("file", nargs="+", type=Path, metavar="FILE.wav", help="one utterance each")


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    question = question_from(arguments)
    hint = hint_of(question)
    utterances = []
    for path in arguments.file:  # a bad file is said before minutes of work on the good ones
        try:
            utterances.append((path, read_speech(path)))
        except AudioFileError as error:
            raise CommandFault(str(error)) from error
    config = configuration(arguments).recogniser
    try:
        recogniser = build_recogniser(
            config.engine,
            model=config.model,
            server_url=config.server_url,
            threads=config.threads,
            workers=1,
            time_limit=60.0,
        )
    except RecogniserError as error:
        raise CommandFault(str(error)) from error
    try:
        for path, pcm in utterances:
            started = time.perf_counter()
            try:
                heard = await recognise_utterance(recogniser, pcm, question, hint)
            except RecogniserError as error:
                raise CommandFault(f"{path}: {error}") from error
            hypotheses = heard.recognition.hypotheses
            print_meaning(
                str(path),
                hypotheses[0].text if hypotheses else "",
                question,
                heard.understanding,
                started,
            )
    finally:
        await recogniser.aclose()
    return 0
