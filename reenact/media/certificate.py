"""The certificate that content credentials are signed with: the owner's, or one made here.

REENACT_CERTIFICATE   chain of certificates, PEM, the signer's own first
REENACT_PRIVATE_KEY   its key, PEM, without a password
REENACT_CONFIG_DIR    where the certificate lies that is made where those are absent

The one made here is signed by a root whose key is thrown away at once, since C2PA takes no
certificate that signed itself. It says nothing about the machine or its owner; whoever gets a
file can see that it came from the same place as another one, and this place recognizes its own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reenact.errors import CertificateError
from reenact.files import unfinished_path

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

logger = logging.getLogger(__name__)

FILE_NAME = "certificate.pem"
YEARS = 10
NAME = "reenact self-signed certificate"


@dataclass(frozen=True)
class Identity:
    """What files are signed with.

    Attributes:
        chain: PEM, the signer's certificate first.
        key: PEM, PKCS 8.
        algorithm: C2PA's name of the kind of key.
        is_own: whether the owner gave it, by configuration.
        tag: 0 to 255, from the certificate; it tells installations apart in a watermark.
        serial: the certificate's number, in decimals.
    """

    chain: bytes
    key: bytes = field(repr=False)
    algorithm: str
    is_own: bool
    tag: int
    serial: str

    @property
    def anchor(self) -> bytes:
        """PEM, the last certificate of the chain."""
        return self.chain[self.chain.rindex(b"-----BEGIN CERTIFICATE-----") :]


def config_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this person's settings of the program lie; it need not exist yet."""
    if given := environ.get("REENACT_CONFIG_DIR"):
        return Path(given).expanduser()
    if sys.platform == "win32" and environ.get("APPDATA"):
        return Path(environ["APPDATA"]) / "reenact"
    if given := environ.get("XDG_CONFIG_HOME"):
        return Path(given) / "reenact"
    return Path("~/.config/reenact").expanduser()


def identity(environ: Mapping[str, str] = os.environ) -> Identity:
    """The owner's certificate where the environment names one, else the one made here.

    Raises:
        CertificateError: the owner's cannot be used. Nothing else is taken in its place.
    """
    chain, key = environ.get("REENACT_CERTIFICATE"), environ.get("REENACT_PRIVATE_KEY")
    if chain or key:
        if not (chain and key):
            raise CertificateError(
                "`REENACT_CERTIFICATE` and `REENACT_PRIVATE_KEY` must be set together, got one. "
                "Set the other, or neither."
            )
        paths = (Path(chain).expanduser(), Path(key).expanduser())
        return _own(*paths, _stamp(paths[0]), _stamp(paths[1]))
    return _made_here(config_folder(environ) / FILE_NAME)


def known_identities(environ: Mapping[str, str] = os.environ) -> list[Identity]:
    """All that are this installation's: the one in use, and the one made here before it.

    Raises:
        CertificateError: the owner's cannot be used.
    """
    found = [identity(environ)]
    made = config_folder(environ) / FILE_NAME
    if found[0].is_own and made.is_file():
        with suppress(CertificateError):
            found.append(_made_here(made))
    return found


@lru_cache(maxsize=4)
def _own(chain: Path, key: Path, *_stamps: Any) -> Identity:
    return _parse(_read(chain, "REENACT_CERTIFICATE"), _read(key, "REENACT_PRIVATE_KEY"), True)


def _stamp(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        state = path.stat()
        return state.st_mtime_ns, state.st_size
    return None


@lru_cache(maxsize=4)
def _made_here(path: Path) -> Identity:
    """The certificate in a file, which is made where it is absent."""
    try:
        if not path.exists():
            _write_once(path, _new_pair())
        data = path.read_bytes()
    except OSError as error:
        logger.warning(
            "Content credentials are signed with a certificate that lasts until the program ends: "
            "%s cannot be used (%s). Set REENACT_CONFIG_DIR to a folder that can be written.",
            *(path.parent, error.strerror),
        )
        data = _new_pair()
    try:
        return _parse(data, data, False)
    except CertificateError as error:
        message = f"{str(error)[:-1]} in '{path}'. Delete the file: a new one is made."
        raise CertificateError(message) from error


def _read(path: Path, variable: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise CertificateError(
            f"`{variable}` must be a PEM file, got '{path}': {reason}."
        ) from error


def _parse(chain: bytes, key: bytes, is_own: bool) -> Identity:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    formats = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    try:
        certificates = x509.load_pem_x509_certificates(chain)
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise CertificateError(
            "The certificate must be PEM, and its key PEM without a password, got something else."
        ) from error
    leaf = certificates[0]
    if leaf.public_key().public_bytes(*formats) != private.public_key().public_bytes(*formats):
        raise CertificateError("The private key must belong to the first certificate, got another.")
    if leaf.not_valid_after_utc < datetime.now(timezone.utc):
        raise CertificateError(f"The certificate ended on {leaf.not_valid_after_utc:%Y-%m-%d}.")
    pem = serialization.Encoding.PEM
    return Identity(
        chain=b"".join(one.public_bytes(pem) for one in certificates),
        key=private.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        algorithm=_algorithm(private),
        is_own=is_own,
        tag=leaf.fingerprint(hashes.SHA256())[0],
        serial=str(leaf.serial_number),
    )


def _algorithm(key: Any) -> str:
    """C2PA's name of a kind of key."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    curves = {256: "es256", 384: "es384", 521: "es512"}
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in curves:
        return curves[key.curve.key_size]
    raise CertificateError(
        "The private key must be EC (P-256, P-384, P-521), Ed25519 or RSA from 2048 bits, "
        "got another kind."
    )


def _write_once(path: Path, data: bytes) -> None:
    """Write a file for its owner's eyes; where another process was faster, its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_path(path)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(data)
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return
        except OSError:  # a disk without hard links
            os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _new_pair() -> bytes:
    """PEM: a new key, its certificate, and the root that signed it."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _builder("reenact local root", root_key, root_key, is_root=True)
    leaf = _builder(NAME, key, root_key, is_root=False)
    signed: list[Certificate] = [one.sign(root_key, hashes.SHA256()) for one in (leaf, root)]
    pem = serialization.Encoding.PEM
    kind = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, kind, serialization.NoEncryption())
    return secret + b"".join(one.public_bytes(pem) for one in signed)


def _builder(name: str, key: Any, root_key: Any, *, is_root: bool) -> Any:
    """What a certificate of this chain says; C2PA's rules for them are in its section 14.5."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def called(common: str) -> x509.Name:
        pairs = ((NameOID.ORGANIZATION_NAME, "reenact"), (NameOID.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in pairs])

    public = key.public_key()
    start = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    ) | dict.fromkeys(("encipher_only", "decipher_only"), False)
    signs = {"digital_signature": not is_root, "key_cert_sign": is_root, "crl_sign": is_root}
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called("reenact local root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(issuer, False)
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), True)
        .add_extension(x509.KeyUsage(**usage, **signs), True)
    )
    if is_root:
        return made
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    return made.add_extension(purpose, False)
