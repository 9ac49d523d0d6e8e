"""What a command raises for bad input, and where it finds its configuration."""

from __future__ import annotations

import argparse
from pathlib import Path

from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.database import sqlite_path
from ivr.config import Config, load_config


class CommandFault(Exception):
    """One line that tells the person at the terminal what to mend; exit code 2."""


def writable(*outputs: Path | None) -> None:
    """Refuse, before hours of work, what could not be written after it: a file in no folder, a
    folder, a file that may not be written, one file named twice. Raises CommandFault."""
    named = [path for path in outputs if path is not None]
    for path in named:
        if not path.resolve().parent.is_dir():
            raise CommandFault(f"{path}: there is no such folder")
        try:
            if path.is_dir():
                raise CommandFault(f"{path}: is a folder")
            _try_to_write(path)
        except OSError as error:
            raise CommandFault(f"{path}: cannot be written: {error.strerror}") from error
    if len({path.resolve() for path in named}) < len(named):
        raise CommandFault("two outputs have the same file name: one would replace the other")


def _try_to_write(path: Path) -> None:
    """Leaves everything as it was. Raises OSError."""
    there = path.exists()
    if there and not path.is_file():
        return  # a pipe, whose reader would take our closing it for the end
    with path.open("a"):
        pass
    if not there:
        path.unlink()


def configuration(arguments: argparse.Namespace) -> Config:
    """The configuration named by --config, else ./config.yaml, else the one beside the code."""
    if arguments.config is not None:
        return load_config(arguments.config)
    here = Path("config.yaml")
    return load_config(here if here.exists() else Path(__file__).parents[2] / "config.yaml")


def booking_database(config: Config) -> str:
    """The URL of the database that calls book on. Raises CommandFault when they book through a
    service: what is asked belongs where that one's database is."""
    if config.booking_url:
        raise CommandFault(
            f"calls book through {config.booking_url}: give this command where that service runs"
        )
    return config.database_url


def refusal_fault(refused: BookingRefused) -> CommandFault:
    """What the booking core refused, in one line; of what it does not know, only what that is."""
    unknown = refused.reason in (Refusal.UNKNOWN, Refusal.UNKNOWN_PATIENT)
    return CommandFault(refused.detail if unknown and refused.detail else str(refused))


def check_database(url: str) -> None:
    """Raises CommandFault where `url` names an SQLite file that is not there: a command that reads
    makes none."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise CommandFault(f"there is no database at {path}: `ivr prepare` makes it")
