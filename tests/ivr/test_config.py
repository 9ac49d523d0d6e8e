"""The one configuration: which place wins, and that no secret lies in a file."""

from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.config import as_environment, load_config


def written(folder: Path, url: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(f"var_dir: var\ndatabase_url: {url}\n", encoding="utf-8")
    return path


def test_calls_book_on_the_database_of_the_call_log_unless_a_service_is_named(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "sqlite:///var/ivr.db")
    assert load_config(path, {}).core_url == f"sqlite:///{tmp_path}/var/ivr.db"
    url = "https://core.example:8320"
    config = load_config(path, {"IVR_BOOKING_URL": url})
    assert (config.core_url, config.database_url) == (url, f"sqlite:///{tmp_path}/var/ivr.db")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("sqlite:///var/ivr.db", "a database is named by database_url"),
        ("http://core.example:8320", "must be reached by https"),
        ("https://key:geheim@core.example", "without anything else"),
    ],
)
def test_a_booking_url_that_is_no_services_is_refused(
    tmp_path: Path, url: str, problem: str
) -> None:
    path = written(tmp_path, "sqlite:///var/ivr.db")
    with pytest.raises(DataFileError, match=problem):
        load_config(path, {"IVR_BOOKING_URL": url})
    path.write_text(f"booking_url: {url}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=f"config.yaml:1: booking_url.*{problem}") as caught:
        load_config(path, {})
    assert "geheim" not in str(caught.value)


def test_a_relative_file_is_beside_the_configuration(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, "sqlite:///var/ivr.db"), {})
    assert config.database_url == f"sqlite:///{tmp_path}/var/ivr.db"


def test_the_environment_wins_and_may_hold_a_password(tmp_path: Path) -> None:
    url = "postgresql://ivr:geheim@db.example/hotline"
    path = written(tmp_path, "sqlite:///var/ivr.db")
    assert load_config(path, {"IVR_DATABASE_URL": url}).database_url == url


def test_a_server_without_a_password_may_be_named_in_the_file(tmp_path: Path) -> None:
    url = "postgresql://ivr@db.example/hotline"
    assert load_config(written(tmp_path, url), {}).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ivr:geheim@db.example/hotline",
        "postgresql://ivr@db.example/hotline?password=geheim",
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(DataFileError) as caught:
        load_config(written(tmp_path, url), {})
    assert "config.yaml:2: database_url" in str(caught.value)
    assert "PGPASSWORD" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("sms: {gateway: http, url: 'http://sms.example/send'}\n", "https"),
        ("sms: {gateway: http}\n", "https"),
        ("web: {host: 0.0.0.0}\n", "https"),
    ],
)
def test_personal_data_leaves_this_machine_over_https_only(
    tmp_path: Path, text: str, field: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=field):
        load_config(path, {})


def test_a_gateway_on_this_machine_needs_no_tls(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sms: {gateway: http, url: 'http://127.0.0.1:9000/sms'}\n", encoding="utf-8")
    assert load_config(path, {}).sms.gateway == "http"


def test_another_process_is_given_the_same_whatever_its_environment_says(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("database_url: sqlite:///own.db\nvar_dir: own\n", encoding="utf-8")
    own = load_config(path, {})
    around = {"IVR_DATABASE_URL": "sqlite:////real.db", "IVR_VAR_DIR": "/real"}
    child = load_config(path, around | as_environment(own))
    assert child.database_url == own.database_url == f"sqlite:///{tmp_path}/own.db"
    assert child.var == own.var
    assert child.booking_url == ""
