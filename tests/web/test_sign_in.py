"""Sessions of the pages: a token for a working day, for whoever knows the secret."""

from __future__ import annotations

import pytest

from ivr.web.sign_in import MOST_SESSIONS, SESSION_SECONDS, SignIn


def test_only_the_secret_signs_in() -> None:
    sign_in = SignIn("right")
    assert sign_in.knows("right")
    assert not any(sign_in.knows(wrong) for wrong in ("", "Right", "right ", "错"))


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="empty"):
        SignIn("")


def test_a_session_ends_after_a_working_day_or_when_it_is_closed() -> None:
    sign_in = SignIn("right")
    token, other = sign_in.open(0.0), sign_in.open(0.0)
    assert token != other
    assert sign_in.valid(token, SESSION_SECONDS - 1)
    assert not sign_in.valid(token, SESSION_SECONDS)
    sign_in.close(other)
    assert not sign_in.valid(other, 1.0)
    assert not sign_in.valid("", 1.0)


def test_the_oldest_of_too_many_sessions_ends() -> None:
    sign_in = SignIn("right")
    first = sign_in.open(0.0)
    newest = [sign_in.open(1.0) for _ in range(MOST_SESSIONS)][-1]
    assert not sign_in.valid(first, 2.0)
    assert sign_in.valid(newest, 2.0)
