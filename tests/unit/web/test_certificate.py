"""The certificate for the local network: for these addresses, kept, and made anew in time."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from yuanzhan.web.certificate import ensure_certificate, tls_context

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
NAMES = ["localhost", "127.0.0.1", "192.168.1.20", "expo.local", "fe80::1"]


def serial(folder: Path, names: list[str], now: datetime.datetime) -> int:
    certificate, _ = ensure_certificate(folder, names, now)
    return x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number


def test_it_names_every_address_and_is_for_servers_only(tmp_path: Path) -> None:
    certificate_file, key_file = ensure_certificate(tmp_path, NAMES, NOW)
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    stated = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in stated} == set(NAMES)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < datetime.timedelta(days=825)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_it_is_kept_while_it_fits(tmp_path: Path) -> None:
    first = serial(tmp_path, NAMES, NOW)
    assert serial(tmp_path, NAMES[:2], NOW + 300 * DAY) == first


@pytest.mark.parametrize(
    ("names", "now"),
    [
        ([*NAMES, "192.168.1.21"], NOW),
        (NAMES, NOW + 355 * DAY),
        (NAMES, NOW + 500 * DAY),
        (NAMES, NOW - 30 * DAY),
    ],
)
def test_it_is_made_anew_for_another_address_and_before_it_ends(
    tmp_path: Path, names: list[str], now: datetime.datetime
) -> None:
    first = serial(tmp_path, NAMES, NOW)
    assert serial(tmp_path, names, now) != first


def test_a_key_of_another_certificate_is_replaced_with_it(tmp_path: Path) -> None:
    """A stop between the two writes leaves a new key beside the former certificate."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        ensure_certificate(tmp_path / name, NAMES, NOW)
    (tmp_path / "second" / "lan-key.pem").replace(tmp_path / "first" / "lan-key.pem")
    assert tls_context(tmp_path / "first", NAMES, NOW)


@pytest.mark.parametrize("damage", ["lan-certificate.pem", "lan-key.pem"])
def test_a_lost_or_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    first = serial(tmp_path, NAMES, NOW)
    if damage.endswith("key.pem"):
        (tmp_path / damage).unlink()
    else:
        (tmp_path / damage).write_text("-----BEGIN CERTIFICATE-----\nbroken")
    assert serial(tmp_path, NAMES, NOW) != first
