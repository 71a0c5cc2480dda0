"""`pack` and `train` on the command line: exit codes and one clear line."""

from __future__ import annotations

import pytest
import typer

from reenact import terminal
from reenact.data.pack import Pack
from reenact.images import save_picture
from reenact.training.cli import add_commands


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
        (("train", "warp", "--minutes", "1"), "must be pack=FILE"),
        (("train", "warp", "--data", "pack=x"), "`--minutes` or `--steps`"),
        (("train", "warp", "--data", "pack=x", "--steps", "1"), "no networks to train"),
        (("train", "wrap", "--data", "pack=x", "--steps", "1"), "Did you mean 'warp'"),
        (("train", "warp", "--resume"), "holds none"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(command, words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = command(*words)
    assert code == 2 and out == ""
    assert message in err and err.count("\n") == 1
