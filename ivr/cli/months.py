"""A month on the command line."""

from __future__ import annotations

import argparse

from booking_client.month import Month


def month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
