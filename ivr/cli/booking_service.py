"""`ivr booking-service`: the booking core over HTTP, for the channels that have a key."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import signal
import ssl
import sys
from pathlib import Path

from booking_client import connect_database
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_service.serving import serving
from ivr.cli.faults import CommandFault, booking_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config

PORT = 8320

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="default 127.0.0.1")
    parser.add_argument("--port", type=_port, default=PORT, metavar="N", help=f"default {PORT}")
    parser.add_argument("--certificate", type=Path, default=None, metavar="FILE", help="PEM chain")
    parser.add_argument("--private-key", type=Path, default=None, metavar="FILE", help="its key")
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help="serve plain HTTP on another address than loopback: a proxy in front does TLS",
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    tls = _tls(arguments.certificate, arguments.private_key)
    if tls is None and not arguments.behind_proxy and not _is_loopback(arguments.host):
        raise CommandFault(
            f"{arguments.host} can be reached by others: give --certificate and --private-key,"
            " or --behind-proxy when a proxy in front does TLS"
        )
    logging.basicConfig(
        level=config.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    try:
        return asyncio.run(_serve(config, arguments.host, arguments.port, tls))
    except (ValueError, DataKeyError, CoreUnavailable) as error:
        raise CommandFault(str(error)) from error
    except OSError as error:
        raise CommandFault(f"cannot serve: {error}") from error


async def _serve(config: Config, host: str, port: int, tls: ssl.SSLContext | None) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    core = await connect_database(booking_database(config))
    try:
        clock = SystemClock()
        async with serving(
            core, now=clock.now, monotonic=clock.monotonic, host=host, port=port, tls=tls
        ) as bound:
            log.info("serving on %s port %d, %s", host, bound, "TLS" if tls else "plain HTTP")
            await stop.wait()
            log.info("stopping when the requests under way are answered")
    finally:
        await core.close()
    return 0


def _tls(certificate: Path | None, private_key: Path | None) -> ssl.SSLContext | None:
    if certificate is None and private_key is None:
        return None
    if certificate is None or private_key is None:
        raise CommandFault("--certificate and --private-key go together")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, private_key)
    except (OSError, ssl.SSLError) as error:
        raise CommandFault(f"cannot use {certificate} with {private_key}: {error}") from error
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 (a free one) to 65535")
    return number
