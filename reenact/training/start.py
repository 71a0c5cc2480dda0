"""Starting and resuming runs: recipe, accelerator, folder, method; then the loop.

    python -m reenact train METHOD --data pack=FILE --minutes 20                     one process
    accelerate launch --multi_gpu --num_processes 2 -m reenact train METHOD ...      two

Two processes on CPUs: `ACCELERATE_USE_CPU=true accelerate launch --multi_gpu ...` (accelerate's
own `--cpu` starts one).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list, set_seed

from reenact.data.pack import Pack
from reenact.errors import InputError, UnknownNameError
from reenact.files import atomic_path
from reenact.nn.weights import is_reference
from reenact.registry import method_class, method_names
from reenact.training.early import check_files, check_options
from reenact.training.loop import Loop, Progress
from reenact.training.recipe import Recipe
from reenact.training.run_folder import RunFolder, make_root, new_run, open_run
from reenact.training.trainable import Trainable

logger = logging.getLogger(__name__)
Prepare = Callable[[Recipe], Trainable]
PARTS = {"landmark-net": "reenact.training.landmark_net"}
"""What is no method but is trained as one: networks that losses need."""
_NO_DATA = (
    "`--data` must be pack=FILE, or clip=FILE for landmarkgan. Make a pack with "
    "`python -m reenact pack --data NAME=FOLDER -o FILE`."
)


def train(
    recipe: Recipe,
    root: Path,
    *,
    resume: bool = False,
    prepare: Prepare | None = None,
    progress: Progress | None = None,
) -> Path:
    """Train a method to the end.

    Args:
        recipe: what and how.
        root: folder of all runs; with `resume` also one run's folder.
        resume: go on with the run in `root` (the latest one there). Its own recipe is used, with
            the new `steps` and `minutes` where given.
        prepare: makes the trainable; None takes the method's own.
        progress: called with what is done and how much there is.

    Returns:
        The finished weights; their folder is the run's.
    """
    folder = open_run(root) if resume else None
    recipe = _resumed(recipe, folder) if folder else recipe.checked()
    if folder is None:
        make_root(root)  # a folder that refuses is said before the long preparations
    accelerator = make_accelerator()
    set_seed(recipe.seed)
    prepare = prepare or method_prepare
    trainable = prepare(recipe)
    if folder is None:
        folder = _shared_folder(accelerator, root, recipe)
    loop = Loop(trainable, recipe, folder, accelerator)
    if resume:
        loop.resume()
    return loop.run(progress)


def method_prepare(recipe: Recipe) -> Trainable:
    """The trainable of a method, from the packed file that the recipe names.

    Raises:
        InputError: the method has nothing to train, or no pack is given.
    """
    prepare = training_of(recipe.method).prepare
    if len(recipe.data) != 1:
        raise InputError(_NO_DATA)
    return prepare(Pack.open(recipe.data[0].partition("=")[2]), recipe)


def training_of(method: str) -> ModuleType:
    """The module whose `prepare` makes the trainable of a method.

    Raises:
        UnknownNameError: no such method.
        InputError: the method has nothing to train, or a program of its own for it.
    """
    name = PARTS.get(method)
    if name is None:
        if method not in method_names() and not is_reference(method):
            raise UnknownNameError("method", method, (*method_names(), *PARTS))
        folder = ".".join(method_class(method).__module__.split(".")[:3])
        name = f"{folder}.training"
    if find_spec(name) is None:
        raise InputError(f"'{method}' has no networks to train. See `methods`.")
    module = import_module(name)
    if not hasattr(module, "prepare"):
        raise InputError(
            f"'{method}' is trained by a program of its own: python -m {folder} --help."
        )
    return module


def packed(
    recipe: Recipe, data: list[tuple[str, str]], root: Path, progress: Progress | None = None
) -> Recipe:
    """The recipe with its one packed file; folders of data sets are packed into `root` first.

    Args:
        data: ("pack", file) alone, names of data sets with their folders, or ("clip", file) for
            each person whom a method draws for themselves.
        progress: called with pictures done and pictures in all.

    Raises:
        ReenactError: data, recipe or options cannot be used; said before any picture is read.
    """
    progress = progress or (lambda done, total: None)
    if not data:
        raise InputError(_NO_DATA)
    check_files(recipe)
    if data[0][0] == "pack":
        if len(data) > 1:
            raise InputError("`--data` pack=FILE must stand alone. Pack all sets into one file.")
        return replace(recipe, data=(f"pack={data[0][1]}",))
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise InputError("Several processes need `--data` pack=FILE. Pack the folders first.")
    if any(name == "clip" for name, _ in data):
        return replace(recipe, data=(f"pack={_packed_people(recipe, data, root, progress)}",))
    from reenact.data.packing import write_pack
    from reenact.data.sets import load_set

    sets = [load_set(name, folder) for name, folder in data]
    check_options(recipe)
    make_root(root)
    target = root / f"{'-'.join(one.name for one in sets)}.pack"
    report = write_pack(sets, target, progress=progress)
    for line in report.lines():  # what was left out is always said
        logger.log(logging.WARNING if report.skipped else logging.INFO, line)
    return replace(recipe, data=(f"pack={report.path}",))


def _packed_people(
    recipe: Recipe, data: list[tuple[str, str]], root: Path, progress: Progress
) -> Path:
    """Clips of one person each, packed into `root`; says what they lack."""
    from reenact.data.person_clip import pack_people, require_source

    if any(name != "clip" for name, _ in data):
        raise InputError("`--data` clip=FILE must stand alone, or beside other clips.")
    files = [require_source(Path(file)) for _, file in data]
    check_options(recipe)
    make_root(root)
    target = root / f"{'-'.join(file.resolve().stem for file in files)[:80]}.pack"
    made = pack_people(files, target, progress)
    for note in made.notes:
        logger.warning(note)
    return made.path


def make_accelerator() -> Accelerator:
    """Where the run goes; `Loop` chooses the precision itself, so it may differ between runs."""
    import torch

    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True
    return Accelerator()


def _shared_folder(accelerator: Accelerator, root: Path, recipe: Recipe) -> RunFolder:
    """A new folder, made by the main process and known to all."""
    paths: list[Path | None] = [None]
    if accelerator.is_main_process:
        folder = new_run(root, recipe.method)
        with atomic_path(folder.options) as unfinished:
            unfinished.write_text(recipe.to_json())
        paths = [folder.path]
    if accelerator.num_processes > 1:
        broadcast_object_list(paths)
    return RunFolder(paths[0])


def _resumed(wanted: Recipe, folder: RunFolder) -> Recipe:
    """The run's own recipe, to its own or a new end."""
    recipe = Recipe.from_json(folder.options)
    if wanted.method != recipe.method:
        raise InputError(
            f"`--resume` found a run of '{recipe.method}' in {folder.path}, not '{wanted.method}'."
        )
    ends = {"steps": wanted.steps, "minutes": wanted.minutes}
    if any(ends.values()):
        recipe = replace(recipe, **ends)
    return recipe.checked()
