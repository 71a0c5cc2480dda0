"""What tests need to forge credentials, and to be an owner with a certificate of their own."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def png_chunk(data: bytes, name: bytes) -> bytes:
    """One whole chunk of a PNG."""
    at = data.index(name) - 4
    return data[at : at + 12 + struct.unpack(">I", data[at : at + 4])[0]]


def with_chunk(data: bytes, chunk: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    return data[:33] + chunk + data[33:]


def owners_pair(folder: Path, kind: str) -> tuple[Path, Path]:
    """A chain (signed by a root that lies in it) and a key, as files."""
    make = {
        "EC": lambda: ec.generate_private_key(ec.SECP384R1()),
        "Ed25519": ed25519.Ed25519PrivateKey.generate,
        "RSA": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    }[kind]
    root_key, key = ec.generate_private_key(ec.SECP256R1()), make()
    root = _certificate("Example Root", root_key, "Example Root", root_key, is_root=True)
    leaf = _certificate("Example Museum", key, "Example Root", root_key, is_root=False)
    pem = serialization.Encoding.PEM
    chain, secret = folder / "own-chain.pem", folder / "own-key.pem"
    chain.write_bytes(leaf.public_bytes(pem) + root.public_bytes(pem))
    no_password = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    return chain, secret


def _certificate(name: str, key, issuer: str, issuer_key, *, is_root: bool) -> x509.Certificate:
    def called(common: str) -> x509.Name:
        kinds = ((NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in kinds])

    now = datetime.now(timezone.utc)
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    usage = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not is_root, "key_cert_sign": is_root, "crl_sign": is_root}
    public = issuer_key.public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), True)
        .add_extension(x509.KeyUsage(**usage), True)
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, False)
    return made.sign(issuer_key, hashes.SHA256())
