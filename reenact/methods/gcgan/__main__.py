"""Train E alone, or make the method's weights file of a finished run.

python -m reenact.methods.gcgan embed --pack FILE [--meshes FILE] -o E.safetensors
python -m reenact.methods.gcgan export --run RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal

app = typer.Typer(help=__doc__, no_args_is_help=True)
Output = Annotated[Path, typer.Option("--output", "-o", help="The weights file.")]


@app.command()
def embed(
    pack: Annotated[Path, typer.Option(help="Of `python -m reenact pack`.")],
    output: Output,
    meshes: Annotated[Path | None, typer.Option(help="ict.npz, labelled meshes.")] = None,
    clusters: Annotated[int, typer.Option(help="Pseudo labels; 0 for none.")] = 200,
    contrast: Annotated[float, typer.Option(help="Weight of L_contr.")] = -1.0,
    landmarks: Annotated[float, typer.Option(help="Weight of L_gr.")] = -1.0,
    recipe: Annotated[str, typer.Option(help="light, paper ...")] = "light",
) -> None:
    """Train E with L_contr and L_gr."""
    from reenact.data.pack import Pack
    from reenact.methods.gcgan.labels import labelled_faces
    from reenact.methods.gcgan.pretrain import train_embedding
    from reenact.methods.gcgan.recipes import RECIPES, Switches, switched
    from reenact.training.results import save_tensors

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    own = switched(RECIPES[recipe], Switches(contrast=contrast, landmarks=landmarks))
    faces = labelled_faces(Pack.open(pack), meshes, clusters=clusters)
    network = train_embedding(faces, own.embedding)
    tensors = {f"embedding.{k}": v for k, v in network.state_dict().items() if v.ndim}
    save_tensors(tensors, output)
    card = {"method": "gcgan", "network": asdict(own.net), "embedding": str(own.embedding)}
    output.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


@app.command()
def export(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train gcgan`.")],
    output: Output,
) -> None:
    """Write the networks in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.methods.gcgan.recipes import RECIPES, Switches, switched
    from reenact.training.recipe import read_settings
    from reenact.training.results import run_record, write_method

    recipe = run_record(run)["recipe"]
    own = switched(RECIPES[recipe["recipe"]], read_settings(Switches, recipe["options"]))
    write_method(output, read_tensors(run), run, {"network": asdict(own.net)})


if __name__ == "__main__":
    terminal.main(app, "reenact.methods.gcgan")
