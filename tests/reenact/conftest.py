"""The command line, run in the tests' own process."""

from __future__ import annotations

import pytest


@pytest.fixture
def reenact(capsys):
    """Runs a command line: `code, stdout, stderr = reenact("image", ...)`."""
    from reenact import cli, terminal

    def run(*args) -> tuple[int, str, str]:
        capsys.readouterr()
        code = terminal.run(cli.app, "reenact", [str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return run
