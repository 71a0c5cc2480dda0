"""Every word of the tab *Style fusion*."""

from __future__ import annotations

from collections.abc import Sequence

TAB = "Style fusion"
SOURCE_HINT = "the face that stays"
DRIVING_HINT = "lends its expression"

GENERATOR_LABEL = "Generator"
BUILT_IN = "Built in"
GENERATOR = "{0}, {1} × {1}"
OTHER_GENERATOR = "{}: press Start, it draws the faces anew."

RECIPE_LABEL = "How the faces are found in the generator"
RECIPES = (("Encoder only", "encoder"), ("Fast", "fast"), ("Paper", "paper"))
STEPS_LABEL = "Steps"
STEPS = {"encoder": 0, "fast": 60, "paper": 1000}
FEWEST_STEPS, MOST_STEPS = 10, 1000
ABOUT = {
    "encoder": "About {seconds} here: a network guesses both faces at once, a little blurred.",
    "fast": "About {seconds} here: from the guess on, at most {steps} steps for both faces at once "
    "(Adam, stops early where nothing more is gained).",
    "paper": "About {seconds} here: {steps} steps of plain gradient descent from zero, as the "
    "paper does it.",
}
ABOUT_MEAN = (
    "About {seconds} here: from the mean face on, at most {steps} steps for both faces at once "
    "(Adam, stops early where nothing more is gained)."
)
"""*Fast* of a generator without an encoder."""
UNKNOWN_TIME = "The first time takes longer: the networks are loaded."

RUN = "Start"
START = "Choose two pictures and press Start, or try an example."
READING = "Looking for both faces …"
SEARCH_CANCELED = "The search was canceled."
SOLVE_CANCELED = "Solving was canceled: layers and result stay as they were."
GRID_CANCELED = "The splice grid was canceled: the result stays as it was."
LEFT_LINE = "You left the line: nothing was changed."
RESTORED = "The result before it is back."
BUSY = "Too many people wait for their turn just now. Try again in a few minutes."
FORMING_HEAD = "Faces as they form"
FORMING_HINT = "what the generator draws, step by step"
EMPTY_FORMING = "Both faces appear here as soon as you press Start."
PICTURE_OF, DRAWN_OF = "{} picture", "{}, drawn"
SOURCE, DRIVING, FUSED = "Source", "Driving", "Fused"
CURVE = "Loss of each step: source from {:.3f} to {:.3f}, driving from {:.3f} to {:.3f}."
CURVE_Y, CURVE_X = "loss (log)", "step"

RESULT_HINT = "the source with the fused face's expression"
FUSED_ALT = "The fused face, drawn by the generator"
LAYERS_HEAD = "Layers"
LAYERS_HINT = "checked ones come from the driving face, all others from the source"
SIZE = "{0} × {0} pixels"
LAYER = "{} · {}"
NAMES = (
    "A little of the shape",
    "The person: shape, colors, hair",
    "Expression, a little",
    "Expression, mostly mouth",
    "Expression, finer",
    "Expression, eyes too",
    "Shades of eyes, mouth",
    "Color tone, shades",
    "Hardly visible",
    "Hardly visible, tone",
)
"""What each layer of the embedded generator does. Looked at in splice grids, and measured on 24
pairs of held-out faces; see docs/style-fusion.md."""
EXPRESSION_NAME = "Expression"
COARSE, MIDDLE, FINE = "Pose, shape of the face", "Eyes, features", "Colors, fine detail"
"""What layers of other generators do, by the side of their features (StyleGAN, section 3.1)."""
SHARE_LABEL = "Amount (1 − α)"
SHARE_INFO = "0 is the source, 1 the driving face; in between both are mixed."
USUAL = "Expression layers"
PAPER = "Paper's 4 and 5"
SOLVE = "Solve"
GRID = "Splice grid"
SOLVING = "Measuring each layer and solving …"
DRAWING = "Drawing …"
SOLVING_STEP = "Solving: picture {0} of at most {1} is measured{2}."
GRID_STEP = "Splice grid: face {0} of {1} is drawn{2}."
GRID_LABEL = "Splice grid: which layers do what"
GRID_TITLE = "Style fusion: layers of the source replaced by the driving face's"
GRID_COLUMNS, GRID_ROWS = "from layer", "layers"
GRID_DONE = (
    "The grid is below: each column begins at another layer, each row takes one layer more from "
    "the driving face."
)
COSTS_HEAD = "What each layer costs"
COSTS_INFO = (
    "1 is the whole distance of the two faces. Appearance: farther from the source. Expression: "
    "nearer to the driving face is below 0."
)
COLUMNS = ("Layer", "Appear\u00adance", "Expres\u00adsion", "Sum")  # hyphens for phones
CHOSEN = "✓"
NO_LAYERS = "No layer is checked: this is the source."
DONE = "Done in {:.1f} s."
REDRAWN = "Redrawn with {}."
NOT_YET = "Press Start first: there are no styles yet."
CHANGED = "The {} picture is ready: press Start."

STYLES_HEAD = "Styles: save and load"
STYLES_HINT = (
    "Styles are the numbers of both faces (safetensors). With the source picture chosen above, "
    "loaded styles go back into the photograph without a new search. They describe faces: keep "
    "them as carefully as pictures."
)
SAVE = "Save styles"
LOAD_LABEL = "Load styles (.safetensors)"
SAVED = "Saved: {}."
LOADED = "The styles are loaded."
OTHER_STYLES = (
    "These styles belong to the generator '{0}', and '{1}' is chosen: choose '{0}' and load them "
    "again."
)
NO_PHOTO = "Choose the source picture and load the styles again to see them in the photograph."
OTHER_PHOTO = (
    "The source picture shows another face than the styles: only the generated faces are shown. "
    "Choose the picture that the styles were made of."
)

VGG = "The distance is VGG-16's, as in the paper ({})."
STAND_IN = "The distance is not the paper's: VGG-16's weights are not here, {} stands in."
OWN = "the project's own encoder"
NO_DISTANCE = "No distance was minimized: these are the encoder's guesses."
COVERED = (
    "Something seems to lie in front of the {1} of the {0} face: the expression may be wrong there."
)


def about(recipe: str, steps: int, seconds: float, *, has_encoder: bool = True) -> str:
    """What a recipe does, and how long it will take."""
    said = ABOUT_MEAN if recipe == "fast" and not has_encoder else ABOUT[recipe]
    return said.format(seconds=duration(seconds), steps=f"{steps:,}")


def duration(seconds: float) -> str:
    """Seconds as people say them.

    Example:
        >>> duration(7.2), duration(0.4), duration(95)
        ('7 s', '1 s', '2 min')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def waiting(ahead: int, wait_s: float) -> str:
    """What the status line says to those who wait.

    Example:
        >>> waiting(1, 12.3)
        'One visitor is before you: your turn comes in about 12 s.'
    """
    who = "One visitor is" if ahead == 1 else f"{ahead} visitors are"
    return f"{who} before you: your turn comes in about {duration(wait_s)}."


def running(step: int, total: int, left_s: float) -> str:
    """What the status line says during an inversion."""
    return f"Step {step:,} of at most {total:,}{left(left_s)}."


def left(seconds: float) -> str:
    """How long it will take from now on, for the end of a sentence.

    Example:
        >>> left(12), left(0.3)
        (', about 12 s left', ', almost done')
    """
    return ", almost done" if seconds < 1 else f", about {duration(seconds)} left"


def layer_groups(sizes: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Layers, counted from 0, by the side of their features.

    Example:
        >>> layer_groups([4, 4, 8, 8])
        [(4, [0, 1]), (8, [2, 3])]
    """
    groups: dict[int, list[int]] = {}
    for layer, size in enumerate(sizes):
        groups.setdefault(size, []).append(layer)
    return list(groups.items())


def layer_names(
    sizes: Sequence[int], expression: Sequence[int], *, is_own: bool
) -> tuple[str, ...]:
    """What each layer is called, its number before.

    Args:
        sizes: side of each layer's features. expression: layers that hold the expression.
        is_own: whether it is the embedded generator, whose layers were looked at one by one.

    Example:
        >>> layer_names([4, 4, 8, 8, 16, 16], [3, 4], is_own=False)[2:4]
        ('3 · Pose, shape of the face', '4 · Expression')
    """
    by_size = [COARSE if size <= 8 else MIDDLE if size <= 32 else FINE for size in sizes]
    for layer in expression:
        by_size[layer] = EXPRESSION_NAME
    known = NAMES if is_own and len(sizes) == len(NAMES) else by_size
    return tuple(LAYER.format(n, name) for n, name in enumerate(known, 1))


def covered(name: str, parts: Sequence[str]) -> str:
    """What to say of a face that is covered in part."""
    return COVERED.format(name, _listed(parts))


def layer_list(layers: Sequence[int]) -> str:
    """Layers, counted from 0, as people and the paper count them.

    Example:
        >>> layer_list([3]), layer_list([3, 4, 8])
        ('layer 4', 'layers 4, 5 and 9')
    """
    numbers = [str(layer + 1) for layer in layers]
    return f"layer{'' if len(numbers) == 1 else 's'} {_listed(numbers)}"


def solved(layers: Sequence[int], total: float, fixed: float, seconds: float) -> str:
    """What the status line says after *Solve*."""
    than = f"cost {total:.2f}, the expression layers cost {fixed:.2f}"
    more = "What each layer costs is below."
    return f"Solved in {seconds:.1f} s: {layer_list(layers)} ({than}; less is better). {more}"


def distance(source: str) -> str:
    """Which distance an inversion minimized, in a sentence.

    Args:
        source: as `Inversion.source` says it.
    """
    if source == "encoder":
        return NO_DISTANCE
    if source.startswith("VGG-16"):
        return VGG.format(source.rsplit(", ", 1)[-1])
    name = source.split(" in place of")[0]
    return STAND_IN.format(OWN if name == "own encoder" else name)


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
