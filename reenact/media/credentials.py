"""C2PA content credentials: put into a file, and read from one. Nothing is fetched or sent.

https://spec.c2pa.org, through the library `c2pa-python`, whose Rust core knows the formats.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from reenact.errors import CertificateError, OutputError
from reenact.files import discard, finish, unfinished_path
from reenact.media.certificate import Identity, identity, known_identities
from reenact.media.provenance import GENERATOR, LABEL, Provenance

MIME_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
}
"""Files that can carry credentials."""

_OFFLINE = {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False}
_ABOUT_THE_SIGNER = ("signingCredential.untrusted", "signingCredential.expired")


@dataclass(frozen=True)
class Credentials:
    """What the credentials in a file say.

    Attributes:
        is_intact: whether the file is as it was when it was signed.
        is_ours: whether the signer is this installation.
        problems: C2PA's codes of what is wrong, without those about who the signer is.
        generator: the program that wrote them.
        signer: whom the certificate names.
        output: our own assertion; empty where another program wrote the credentials.
        manifest: all that the library has read.
    """

    is_intact: bool
    is_ours: bool
    problems: tuple[str, ...]
    generator: str
    signer: str
    output: dict[str, Any]
    manifest: dict[str, Any]


def sign_bytes(data: bytes, mime: str, provenance: Provenance, *, has_watermark: bool) -> bytes:
    """A file's bytes with credentials in them.

    Args:
        mime: one of the values of `MIME_TYPES`.
        has_watermark: whether the pixels carry the invisible watermark.

    Raises:
        CertificateError: the certificate cannot be used.
    """
    signed = io.BytesIO()
    _sign(io.BytesIO(data), signed, mime, provenance, has_watermark)
    return signed.getvalue()


def sign_file(path: Path, mime: str, provenance: Provenance, *, has_watermark: bool) -> None:
    """Put credentials into a file; on an error it stays as it was.

    Raises:
        CertificateError: the certificate cannot be used.
        OutputError: the file cannot be written.
    """
    signed = unfinished_path(path)
    try:
        with path.open("rb") as source, signed.open("w+b") as target:
            _sign(source, target, mime, provenance, has_watermark)
        finish(signed, path)
    except OSError as error:
        raise OutputError(f"Output {path.name!r} cannot be written: {error.strerror}.") from error
    finally:
        discard(signed)


def _sign(
    source: BinaryIO, target: BinaryIO, mime: str, provenance: Provenance, has_watermark: bool
) -> None:
    import c2pa

    who = identity()
    settings = {"verify": _OFFLINE, "builder": {"thumbnail": {"enabled": False}}}
    claim = json.dumps(manifest(provenance, mime, has_watermark=has_watermark))
    try:
        with (
            c2pa.Context.from_dict(settings, signer=_signer(who)) as context,
            c2pa.Builder(claim, context=context) as builder,
        ):
            builder.sign(mime, source, target)
    except c2pa.C2paError as error:
        if isinstance(error, c2pa.C2paError.Io):
            raise OutputError(
                f"The output cannot be written: {error}. Choose another place."
            ) from error
        raise CertificateError(
            f"The certificate must fit C2PA's rules, got: {' '.join(str(error).split())}. "
            "Set REENACT_CERTIFICATE and REENACT_PRIVATE_KEY to others, or neither."
        ) from error


def _signer(who: Identity) -> Any:
    import c2pa

    return c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(who.algorithm.encode(), who.chain, who.key, None)
    )


def manifest(provenance: Provenance, mime: str, *, has_watermark: bool) -> dict[str, Any]:
    """What the credentials say. The source picture is no ingredient: it is the visitor's own."""
    agent = {"name": GENERATOR, "version": provenance.version}
    done = {"digitalSourceType": provenance.source_type, "softwareAgent": agent}
    actions = [
        {"action": "c2pa.created", **done},
        {
            "action": "c2pa.edited",
            "description": f"AI-generated or AI-edited. {provenance.sentence}",
            "parameters": {
                "method": provenance.method,
                "weights_sha256": provenance.weights_sha256,
            },
            **done,
        },
    ]
    if has_watermark:  # unbound: the watermark alone leads to no credentials elsewhere
        actions.append({"action": "c2pa.watermarked.unbound", "softwareAgent": agent})
    return {
        "claim_generator_info": [agent],
        "format": mime,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": LABEL, "data": provenance.data()},
        ],
    }


def read_credentials(path: Path, mime: str) -> Credentials | None:
    """The credentials in a file; None where it has none.

    Raises:
        CertificateError: the owner's certificate cannot be used.
    """
    import c2pa

    ours = known_identities()
    anchors = b"".join(one.anchor for one in ours).decode()
    settings = {"verify": _OFFLINE | {"verify_trust": True}, "trust": {"user_anchors": anchors}}
    try:
        with (
            c2pa.Context.from_dict(settings) as context,
            path.open("rb") as file,
            c2pa.Reader(mime, file, context=context) as reader,
        ):
            return _parse(json.loads(reader.json()), {one.serial for one in ours})
    except c2pa.C2paError.ManifestNotFound:
        return None
    except c2pa.C2paError as error:
        # There are credentials, but so damaged that nothing can be read from them.
        return Credentials(False, False, (str(error),), "", "", {}, {})


def _parse(store: dict[str, Any], serials: set[str]) -> Credentials:
    active = store.get("manifests", {}).get(store.get("active_manifest"), {})
    results = store.get("validation_results", {}).get("activeManifest", {})
    codes = [one["code"] for one in results.get("failure", ())]
    problems = tuple(dict.fromkeys(code for code in codes if code not in _ABOUT_THE_SIGNER))
    good = {one["code"] for one in results.get("success", ())}
    output = [one["data"] for one in active.get("assertions", ()) if one["label"] == LABEL]
    generators = [one.get("name", "") for one in active.get("claim_generator_info", ())]
    signature = active.get("signature_info") or {}
    return Credentials(
        is_intact=bool(active) and not problems,
        # An owner's root may sign for others too, but it gives each number once.
        is_ours="signingCredential.trusted" in good
        and signature.get("cert_serial_number") in serials,
        problems=problems,
        generator=generators[0] if generators else "",
        signer=signature.get("common_name") or signature.get("issuer") or "",
        output=output[0] if output and isinstance(output[0], dict) else {},
        manifest=active,
    )
