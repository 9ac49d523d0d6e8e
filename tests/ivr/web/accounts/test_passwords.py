"""How passwords are kept, and which are taken."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from ivr.web.accounts import passwords
from ivr.web.accounts.passwords import (
    LONGEST,
    Passwords,
    TooManyAtOnce,
    fault_of,
    one_time_password,
)


def cheap() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_what_is_kept_is_argon2id_as_rfc_9106_recommends() -> None:
    made = extract_parameters(await Passwords().hash("trombone lantern gravel"))
    assert made.type is Type.ID
    assert (made.memory_cost, made.time_cost) == (65536, 3)


async def test_only_the_right_password_matches() -> None:
    mine = cheap()
    kept = await mine.hash("trombone lantern gravel")
    assert await mine.matches(kept, "trombone lantern gravel")
    for wrong in ("", "Trombone lantern gravel", "trombone lantern gravel "):
        assert not await mine.matches(kept, wrong)


async def test_an_account_that_is_not_there_matches_nothing() -> None:
    mine = cheap()
    for password in ("", "trombone lantern gravel"):
        assert not await mine.matches(None, password)


async def test_what_is_no_hash_matches_nothing() -> None:
    assert not await cheap().matches("trombone", "trombone")


async def test_the_same_letters_in_two_encodings_are_the_same() -> None:
    mine = cheap()
    kept = await mine.hash("cafe\u0301 lantern gravel")
    assert await mine.matches(kept, "caf\u00e9 lantern gravel")


async def test_a_flood_of_sign_ins_does_not_queue_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 3)
    mine = cheap()
    answers = await asyncio.gather(
        *(mine.hash(str(number)) for number in range(5)), return_exceptions=True
    )
    assert sum(isinstance(answer, TooManyAtOnce) for answer in answers) == 2


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("trombone lantern gravel", ""),
        ("十二个汉字一样也是密码呀！", ""),
        ("elevenchars", "password.too_short"),
        ("a" * 11 + "\u0301", "password.too_short"),
        ("ab1" * LONGEST, "password.too_long"),
        ("my-Wang-is-in-it", "password.has_name"),
        ("abababababab", "password.too_simple"),
    ],
)
def test_which_new_passwords_are_taken(password: str, fault: str) -> None:
    assert fault_of(password, "wang") == fault


def test_one_time_passwords_are_never_the_same_and_are_taken() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(not fault_of(each, "admin") for each in made)
