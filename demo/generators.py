"""The generators that the tab *Style fusion* offers: the embedded one, and those the host names.

Visitors choose among names; which file, address or Hub id stands behind one, only the host says.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from demo import text_style as words
from demo.line import Pace
from demo.searching import Recipe
from demo.styling import METHOD
from reenact.errors import InputError, ReenactError, UnknownNameError
from reenact.media.provenance import Provenance

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.methods.stylefusion.method import StyleFusion

logger = logging.getLogger(__name__)

GENERATORS = "REENACT_GENERATORS"
"""Environment variable: `NAME=FILE` of further generators, commas between. FILE is a path,
`URL#sha256=HEX` or `org/repo@revision/file` on the Hub."""

_LONGEST_NAME = 40
_FIND_S = 3.0  # two faces are looked for, before anyone measured it
_STEP_S = 0.1
_TRIED_STEPS = 3


def named_generators(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the host offers beside the embedded generator: file by name.

    Raises:
        InputError: the variable cannot be read.
    """
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, environ.get(GENERATORS, "").split(","))):
        name, _, ref = (piece.strip() for piece in part.partition("="))
        if not name or not ref or len(name) > _LONGEST_NAME or name in (words.BUILT_IN, *found):
            raise InputError(
                f"`{GENERATORS}` must be NAME=FILE, commas between, with short names that differ, "
                f"got '{part}'."
            )
        found[name] = ref
    return found


@dataclass(frozen=True)
class Layers:
    """A generator's layers, counted from 0.

    Attributes:
        sizes: side of each layer's features.
        usual: those that hold the expression. papers: the paper's fixed ones.
        names: what each is called.
    """

    sizes: tuple[int, ...]
    usual: tuple[int, ...]
    papers: tuple[int, ...]
    names: tuple[str, ...]


class Offer:
    """One generator, loaded once, and how fast this computer is with it.

    Args:
        ref: what the host says of where it is; None for the embedded one.
    """

    def __init__(self, engine: Engine, name: str = words.BUILT_IN, ref: str | None = None) -> None:
        self.engine, self.name, self.ref = engine, name, ref
        self.pace = Pace()
        self._method: StyleFusion | None = None
        self._is_tried = False
        self._lock = threading.RLock()

    def load(self) -> StyleFusion:
        """The method, loaded once.

        Raises:
            WeightsError: it cannot be used.
        """
        with self._lock:
            if self._method is None:
                self._method = self.engine.style_fusion(self.ref)
            return self._method

    @property
    def method(self) -> StyleFusion:
        """The method; the first time a few steps tell how fast this computer is with it."""
        with self._lock:
            made = self.load()
            if not self._is_tried:
                self._try(made)
                self._is_tried = True
            return made

    @property
    def has_encoder(self) -> bool:
        """Whether it can guess styles; without loading the embedded one."""
        return self.ref is None or self.load().studio.encoder is not None

    @cached_property
    def layers(self) -> Layers:
        """The generator's layers, without loading the embedded one."""
        is_own = self.ref is None
        config = self.engine.style_config() if is_own else self.load().studio.config
        known = tuple(layer for layer in config.expression if layer < config.layers)
        papers = tuple(layer for layer in type(config).expression if layer < config.layers)
        sizes = tuple(config.layer_size(layer) for layer in range(config.layers))
        return Layers(sizes, known, papers, words.layer_names(sizes, known, is_own=is_own))

    @property
    def title(self) -> str:
        """Its name, and how large its pictures are."""
        return words.GENERATOR.format(self.name, self.layers.sizes[-1])

    @property
    def provenance(self) -> Provenance:
        """Of faces that it draws."""
        return Provenance(METHOD, weights_sha256=self.method.weights_sha256, is_whole=True)

    def recipe(self, name: str, steps: float | None = None) -> Recipe:
        """A recipe with the wanted number of steps, or the usual one."""
        usual = words.STEPS[name]
        if name == "fast" and not self.has_encoder:
            from reenact.methods.stylefusion import PUBLIC_STEPS

            usual = PUBLIC_STEPS
        return Recipe(name, int(steps) if steps and usual else usual)

    def expected_s(self, recipe: Recipe) -> float:
        """Seconds for two pictures, as far as anyone knows."""
        return self.pace.seconds("find", _FIND_S) + self.steps_s(recipe)

    def steps_s(self, recipe: Recipe, done: int = 0) -> float:
        """Seconds for the steps that are left."""
        if recipe.name == "encoder":
            return 0.0
        return (recipe.steps - done) * self.pace.seconds(recipe.name, _STEP_S)

    def _try(self, method: StyleFusion) -> None:
        import torch

        from reenact.methods.stylefusion.inversion import FastRecipe

        faces = torch.rand(2, 3, *(method.studio.config.size,) * 2)
        times: list[float] = []
        recipe = FastRecipe(steps=_TRIED_STEPS)
        method.studio.infer(faces, recipe, watch=lambda _: times.append(time.perf_counter()))
        step_s = (times[-1] - times[0]) / (len(times) - 1)
        for name in ("fast", "paper"):
            self.pace.add(name, step_s)


class Offers:
    """All generators by name, the embedded one first.

    Args:
        named: see `named_generators`. Each is loaded now, so that what cannot be used is known
            when the program starts, not when a visitor comes.

    Raises:
        InputError: one of them cannot be used; says which and why.
    """

    def __init__(self, engine: Engine, named: Mapping[str, str] | None = None) -> None:
        self._by_name = {words.BUILT_IN: Offer(engine)}
        for name, ref in (named or {}).items():
            logger.info("Loading the generator '%s' from %s", name, ref)
            offer = Offer(engine, name, ref)
            try:
                offer.load()
            except ReenactError as error:
                raise InputError(f"`{GENERATORS}`: '{name}' cannot be used. {error}") from error
            self._by_name[name] = offer

    def __iter__(self):
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def of(self, name: str | None = None) -> Offer:
        """The generator with a name; the embedded one where none is said.

        Raises:
            UnknownNameError: it is not offered.
        """
        if (name or words.BUILT_IN) not in self._by_name:
            raise UnknownNameError("generator", str(name), self._by_name)
        return self._by_name[name or words.BUILT_IN]

    def with_weights(self, sha256: str) -> Offer | None:
        """The generator whose weights have a hash; one that is not loaded is not looked at."""
        loaded = ((one, one._method) for one in self if one._method is not None)
        return next((one for one, made in loaded if made.weights_sha256 == sha256), None)
