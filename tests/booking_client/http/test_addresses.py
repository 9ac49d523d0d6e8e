from __future__ import annotations

import pytest

import booking_client
from booking_client.http.addresses import checked_base, is_remote


@pytest.mark.parametrize(
    "url",
    [
        "https://core.example",
        "https://core.example:8443/booking/",
        "http://127.0.0.1:8320",
        "http://[::1]:8320",
        "http://localhost",
    ],
)
def test_https_anywhere_and_http_on_this_machine(url: str) -> None:
    assert is_remote(url)
    assert checked_base(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://core.example",
        "http://10.0.0.5:8320",
        "https://",
        "https://user:secret@core.example",
        "https://core.example/?key=secret",
        "https://core.example:port",
    ],
)
async def test_another_url_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="booking core") as caught:
        await booking_client.connect(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///booking.db", "postgresql://h/d", "booking.db"])
def test_a_databases_url_is_not_remote(url: str) -> None:
    assert not is_remote(url)
