"""A self-signed certificate for the local network: WebXR needs a secure context.

Kept in the data directory and made anew when it expires or when this machine has another address.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from yuanzhan import data_dir

# Apple's platforms refuse server certificates that are valid for longer than 825 days.
_VALID: Final = datetime.timedelta(days=365)
# A certificate that ends sooner than this is replaced at the start.
_RENEW_BEFORE: Final = datetime.timedelta(days=14)
# Clocks of phones are a little off.
_CLOCK_SLACK: Final = datetime.timedelta(days=1)


def tls_context(folder: Path, names: Iterable[str], now: datetime.datetime) -> ssl.SSLContext:
    """A server's TLS context whose certificate is valid for `names` (addresses and host names) at `now`."""
    certificate, key = ensure_certificate(folder, names, now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    # Only HTTP/1.1 carries a WebSocket here.
    context.set_alpn_protocols(["http/1.1"])
    return context


def ensure_certificate(folder: Path, names: Iterable[str], now: datetime.datetime) -> tuple[Path, Path]:
    """The files of the certificate and of its key (mode 0600), made anew where they no longer fit."""
    wanted = frozenset(names)
    certificate, key = folder / "lan-certificate.pem", folder / "lan-key.pem"
    if not (is_valid(certificate, wanted, now) and is_pair(certificate, key)):
        certificate_pem, key_pem = make_certificate(wanted, now)
        data_dir.write_private(key, key_pem)
        certificate.write_bytes(certificate_pem)
    return certificate, key


def is_valid(certificate: Path, names: frozenset[str], now: datetime.datetime) -> bool:
    """True when the file holds a certificate for all of `names` that does not end soon."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        stated = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    held = {str(name.value) for name in stated}
    return names <= held and found.not_valid_before_utc <= now < found.not_valid_after_utc - _RENEW_BEFORE


def is_pair(certificate: Path, key: Path) -> bool:
    """True when the key is the certificate's: a stop between the two writes leaves an old and a new one."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return found.public_key() == private.public_key()


def make_certificate(names: Iterable[str], now: datetime.datetime) -> tuple[bytes, bytes]:
    """Certificate and private key as PEM, on the curve that every browser takes (P-256)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yuanzhan on the local network")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(now + _VALID)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in sorted(names)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
