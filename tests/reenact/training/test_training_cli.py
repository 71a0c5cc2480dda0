"""`pack` and `train` on the command line: exit codes and one clear line."""

from __future__ import annotations

import pytest
import typer

from reenact import terminal
from reenact.data.pack import Pack
from reenact.images import save_picture
from reenact.training.cli import add_commands
from reenact.training.recipe import Recipe
from reenact.training.run_folder import new_run
from reenact.training.start import packed


@pytest.fixture
def command(capsys):
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    add_commands(app)

    def run(*words) -> tuple[int, str, str]:
        code = terminal.run(app, "reenact", [str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_pack_writes_a_file_and_says_what_is_in_it(command, portrait, tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    save_picture(portrait, folder / "a.png")
    (folder / "b.png").write_bytes(b"no picture")
    target = tmp_path / "f.pack"
    code, out, _ = command("pack", "--data", f"sfhq={folder}", "-o", target, "--size", 64)
    assert code == 0 and len(Pack.open(target)) == 1
    assert "1 faces of 1 people, 1 skipped" in out and "b.png" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pack", "--data", "london", "-o", "f.pack"), "NAME=VALUE"),
        (("pack", "--data", "london=nowhere", "-o", "f.pack"), "does not exist"),
        (("pack", "--data", "londn=x", "-o", "f.pack"), "Did you mean 'london'"),
        (("pack", "--data", "pack=x", "-o", "f.pack"), "x does not exist"),
        (("pack", "--data", "sfhq=.", "-o", "f.pack", "--held-out", "2"), "must be 0 to 1, got 2"),
        (("pack", "--data", "sfhq=.", "-o", "f.pack", "--limit-mb", "-1"), "must be more than 0"),
        (("train", "landmark-nett", "--steps", "1"), "Did you mean 'landmark-net'"),
        (("train", "pix2pix", "--option", "rate"), "Example: rate=0.5"),
        (("train", "pix2pix", "--option", "rate=1", "--option", "rate=2"), "must have one value"),
        (("train", "pix2pix", "--minutes", "1"), "must be pack=FILE, or clip=FILE"),
        (("train", "pix2pix", "--data", "pack=x"), "`--minutes` or `--steps`"),
        (("train", "warp", "--data", "london=x", "--steps", "1"), "no networks to train"),
        (("train", "warp-repair", "--steps", "1"), "python -m reenact.methods.warp_repair --help"),
        (("train", "wrap", "--data", "pack=x", "--steps", "1"), "Did you mean 'warp'"),
        (("train", "pix2pix", "--resume"), "holds none"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    command, words, message, tmp_path, portrait_path, monkeypatch
):
    monkeypatch.chdir(portrait_path.parent if "sfhq=." in words else tmp_path)
    code, out, err = command(*words)
    assert code == 2 and out == ""
    assert message in err and err.count("\n") == 1


def test_resuming_refuses_options_that_the_run_would_not_follow(command, tmp_path):
    folder = tmp_path / "0001-pix2pix"
    folder.mkdir()
    own = Recipe("pix2pix", ("pack=a.pack",), steps=2, batch_size=4, options={"rate": "2"})
    (folder / "options.json").write_text(own.to_json())
    again = ("train", "pix2pix", "--resume", "--run", tmp_path)
    for words, said in (
        (("--batch-size", 8), "`batch_size` must be 4 as in"),
        (("--option", "keep=9"), "`keep` must be left out as in"),
        (("--option", "rate=3"), "`rate` must be 2 as in"),
        (("--data", "pack=b.pack"), "`data` must be pack=a.pack as in"),
    ):
        code, _, err = command(*again, *words)
        assert code == 2 and said in err and err.count("\n") == 1
    same = ("--batch-size", 4, "--option", "rate=2", "--data", "pack=a.pack", "--steps", 3)
    assert "a.pack does not exist" in command(*again, *same)[2]


def test_a_run_that_is_stopped_by_hand_says_how_to_go_on(command, tmp_path, monkeypatch):
    def stopped(recipe, root, **_):
        folder = new_run(root, recipe.method)
        folder.options.write_text(recipe.to_json())
        folder.checkpoint.write_bytes(b"what was learned")
        raise KeyboardInterrupt

    monkeypatch.setattr("reenact.training.start.train", stopped)
    words = ("train", "pix2pix", "--data", "pack=x", "--steps", 9, "--run", tmp_path)
    code, _, err = command(*words)
    assert code == terminal.INTERRUPTED and err.count("\n") == 1
    assert f"train pix2pix --resume --run {tmp_path / '0001-pix2pix'}" in err


def test_pictures_left_out_are_named_where_folders_are_packed_first(portrait, tmp_path, caplog):
    save_picture(portrait, tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    recipe = packed(Recipe("pix2pix", steps=1), [("sfhq", str(tmp_path))], tmp_path / "runs")
    assert recipe.data == (f"pack={tmp_path / 'runs' / 'sfhq.pack'}",)
    said = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert any("1 skipped" in line for line in said) and any("b.png" in line for line in said)
