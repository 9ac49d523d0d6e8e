"""The remote core against the real service; what every core does alike is in the contract."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import booking_client
from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.http.core import KEY_VARIABLE
from booking_client.http.operations import Scope
from booking_client.http.transport import AccessDenied
from booking_service.keys import ApiKeys
from booking_service.serving import serving
from tests.booking_client.clinic import KEYS, NOW, open_clinic, patient, rules
from tests.booking_service.service import running


async def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    async with running(core) as service:
        monkeypatch.delenv(KEY_VARIABLE, raising=False)
        with pytest.raises(AccessDenied, match="IVR_BOOKING_KEY is not set"):
            await booking_client.connect(service.url)
        monkeypatch.setenv(KEY_VARIABLE, "bk_00000000_" + "a" * 43)
        with pytest.raises(AccessDenied, match="valid key"):
            await booking_client.connect(service.url)
        monkeypatch.setenv(KEY_VARIABLE, await service.key(scopes=[Scope.READ]))
        remote = await booking_client.connect(service.url)
        assert await remote.hospitals() == []
        with pytest.raises(AccessDenied, match="lacks the scope book"):
            await remote.cancel("20202028", NOW)
        await remote.close()
    await core.close()


async def test_a_clock_that_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    await open_clinic(core.database)
    async with running(core) as service:
        monkeypatch.setenv(KEY_VARIABLE, await service.key())
        remote = await booking_client.connect(service.url)
        with pytest.raises(CoreUnavailable, match="may not say what time it is"):
            await remote.coming_bookings(patient().id_number, NOW + dt.timedelta(hours=1))
        await remote.close()
    await core.close()


async def test_what_cannot_exist_is_unknown_and_what_has_no_form_is_the_callers_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    async with running(core) as service:
        monkeypatch.setenv(KEY_VARIABLE, await service.key())
        remote = await booking_client.connect(service.url)
        for code in ("", "../holds", "两个", "20202028"):
            assert await remote.booking_by_code(code) is None
            await remote.release(code)
            with pytest.raises(BookingRefused) as caught:
                await remote.cancel(code, NOW)
            assert caught.value.reason is Refusal.UNKNOWN
        with pytest.raises(ValueError, match="wrong form of phone") as wrong:
            await remote.hold(1, channel="phone", phone="1" * 999, now=NOW)
        assert "111" not in str(wrong.value)
        with pytest.raises(ValueError, match="idempotency key"):
            await remote.confirm("h", patient(), "", NOW)
        await remote.close()
    await core.close()


async def test_over_tls_the_certificate_must_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, private_key = certificate_of_loopback(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, private_key)
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    async with serving(core, now=lambda: NOW, tls=tls) as port:
        url = f"https://127.0.0.1:{port}"
        monkeypatch.setenv(KEY_VARIABLE, await ApiKeys(core.database).add("phone", NOW))
        with pytest.raises(CoreUnavailable, match="certificate is not trusted"):
            await booking_client.connect(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        remote = await booking_client.connect(url)
        assert await remote.hospitals() == []
        await remote.close()
    await core.close()


def certificate_of_loopback(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
