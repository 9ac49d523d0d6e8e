from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.personal_data import DataKeyError, PersonalDataKeys

KEYS = PersonalDataKeys(bytes(range(32)))
OTHER = PersonalDataKeys(bytes(reversed(range(32))))
ID_NUMBER = "32010619450101001X"


@given(st.text(), st.text(), st.text())
def test_what_is_sealed_opens_in_its_own_place(column: str, row: str, text: str) -> None:
    assert KEYS.open(column, row, KEYS.seal(column, row, text)) == text


def test_a_sealed_value_does_not_open_in_another_row_or_column() -> None:
    sealed = KEYS.seal("patient.id_number", "1", ID_NUMBER)
    for column, row in (("patient.id_number", "2"), ("patient.name", "1")):
        with pytest.raises(DataKeyError, match="changed or moved"):
            KEYS.open(column, row, sealed)


@given(st.integers(4, 60), st.integers(1, 255))
def test_a_changed_value_does_not_open(place: int, change: int) -> None:
    sealed = bytearray(KEYS.seal("patient.id_number", "1", ID_NUMBER * 2))
    sealed[place] ^= change
    with pytest.raises(DataKeyError, match="changed or moved"):
        KEYS.open("patient.id_number", "1", bytes(sealed))


@pytest.mark.parametrize("length", [0, 3, 4, 15, 20])
def test_a_cut_value_does_not_open(length: int) -> None:
    sealed = KEYS.seal("patient.id_number", "1", ID_NUMBER)
    with pytest.raises(DataKeyError):
        KEYS.open("patient.id_number", "1", sealed[:length])


def test_another_key_is_named_as_the_cause() -> None:
    sealed = KEYS.seal("patient.id_number", "1", ID_NUMBER)
    with pytest.raises(DataKeyError, match="another data key"):
        OTHER.open("patient.id_number", "1", sealed)


def test_the_same_number_is_sealed_differently_each_time_but_found_the_same() -> None:
    column = "patient.id_number"
    assert KEYS.seal(column, "1", ID_NUMBER) != KEYS.seal(column, "1", ID_NUMBER)
    assert KEYS.digest(column, ID_NUMBER) == KEYS.digest(column, ID_NUMBER)
    assert KEYS.digest(column, ID_NUMBER) != KEYS.digest("phone.number", ID_NUMBER)
    assert KEYS.digest(column, ID_NUMBER) != OTHER.digest(column, ID_NUMBER)


def test_the_key_comes_from_the_environment() -> None:
    text = PersonalDataKeys.generate()
    keys = PersonalDataKeys.from_environment({"IVR_DATA_KEY": f"{text}\n"})
    assert keys.key_id == PersonalDataKeys(base64.b64decode(text)).key_id


@pytest.mark.parametrize("text", [None, "", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_without_a_proper_key_the_error_says_how_to_make_one(text: str | None) -> None:
    environment = {} if text is None else {"IVR_DATA_KEY": text}
    with pytest.raises(DataKeyError, match="openssl rand -base64 32") as caught:
        PersonalDataKeys.from_environment(environment)
    assert not text or text not in str(caught.value)


def test_the_key_itself_is_never_shown() -> None:
    master = bytes(range(32))
    assert master.hex() not in repr(KEYS)
    assert repr(KEYS) == f"PersonalDataKeys({KEYS.key_id.hex()})"
