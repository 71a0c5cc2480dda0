"""The sentences of `verify`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reenact.media.provenance import Provenance

if TYPE_CHECKING:
    from reenact.media.credentials import Credentials
    from reenact.media.payload import Said

_MARKED = " The invisible watermark is in it too."
_UNMARKED = " The invisible watermark is not in it."


def intact(noun: str, facts: Mapping[str, str], is_ours: bool, has_mark: bool) -> str:
    """Credentials that fit the file."""
    where = "here" if is_ours else "on another installation"
    weights = f" (weights {facts['weights_sha256'][:12]})" if facts["weights_sha256"] else ""
    text = (
        f"This {noun} was made {where}, with reenact {facts['version']}, method "
        f"{facts['method']}{weights}. {_done(facts['kind'])}"
        f"Its content credentials are intact: nothing was changed since."
    )
    if not is_ours:
        text += f" They are signed by '{facts['signer']}', which is not known here."
    return text + (_MARKED if has_mark else "")


def altered(
    noun: str, facts: Mapping[str, str], problems: tuple[str, ...], has_mark: bool | None
) -> str:
    """Credentials that do not fit the file; `has_mark` is None where its pixels are destroyed."""
    if any(".mismatch" in one and ("dataHash" in one or "bmffHash" in one) for one in problems):
        what = f"the {noun} is not the one that was signed"
    elif any("mismatch" in one for one in problems):
        what = "the credentials themselves were edited"
    else:
        what = "they are damaged or incomplete"
    text = f"This {noun} was altered: its content credentials do not fit, {what}."
    if facts["method"]:
        text += f" They claim reenact, method {facts['method']}; do not rely on it."
    if has_mark is None:
        return f"{text} The {noun} itself is damaged and cannot be shown."
    return text + (" The invisible watermark of reenact is in it." if has_mark else _UNMARKED)


def stripped(noun: str, said: Said | None, is_here: bool, foreign: str) -> str:
    """No credentials of ours, but the watermark."""
    where = ", probably here" if is_here else ""
    method = f", method {said.method}" if said is not None and said.method else ""
    lost = (
        f"Its content credentials are now those of '{foreign}'"
        if foreign
        else ("Its content credentials were removed")
    )
    done = _done(said.kind) if said is not None else ""
    return (
        f"This {noun} was made with reenact{method}{where}: the invisible watermark says so. "
        f"{done}{lost}, so who made it and what was changed since is not known."
    )


def unknown(noun: str, found: Credentials | None, foreign: str) -> str:
    """Nothing of ours."""
    if found is None:
        signs = "it has no content credentials and no watermark of reenact"
    else:
        state = "intact" if found.is_intact else "altered"
        signs = f"its content credentials are {state} and from '{foreign or 'another program'}'"
    return (
        f"Nothing says that this {noun} was made with reenact: {signs}. "
        "That does not prove that it is real."
    )


def _done(kind: str) -> str:
    return f"{Provenance('', kind).sentence} " if kind else ""
