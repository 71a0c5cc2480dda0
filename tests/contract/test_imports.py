"""Imports go one way, and `import reenact` takes no time."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT_ON = {"warp_repair": {"warp"}}
"""Methods that are another one with a step more (docs/design.md); all others stand alone."""

ORDER = ("reenact", "bench", "leaderboard", "demo", "app")


def files(package: str) -> list[Path]:
    """All Python files of a package, or the one file of that name."""
    return sorted((ROOT / package).rglob("*.py")) or [ROOT / f"{package}.py"]


def imported(path: Path) -> set[str]:
    """First parts of the names of all modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", ORDER)
def test_imports_go_one_way(package):
    forbidden = {*ORDER[ORDER.index(package) + 1 :], "tests"}
    for path in files(package):
        if path.exists():
            wrong = imported(path) & forbidden
            assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"


def test_methods_do_not_import_each_other():
    for folder in (ROOT / "reenact" / "methods").iterdir():
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                module = getattr(node, "module", None) or ""
                if module.startswith("reenact.methods."):
                    allowed = {folder.name, *BUILT_ON.get(folder.name, ())}
                    assert module.split(".")[2] in allowed, path


def test_import_reenact_loads_nothing_heavy():
    code = (
        # Processor time, as a busy computer stretches any other.
        "import sys, time; start = time.process_time(); import reenact;"
        "took = time.process_time() - start;"
        "heavy = {'torch', 'cv2', 'numpy', 'mediapipe', 'av', 'gradio'} & set(sys.modules);"
        "print(took < 0.5, sorted(heavy), reenact.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split(maxsplit=1)[0] == "True", done
    assert "[]" in done.stdout


def test_every_public_name_of_reenact_is_there():
    import reenact

    for name in reenact.__all__:
        assert getattr(reenact, name) is not None
    with pytest.raises(AttributeError):
        reenact.nothing  # noqa: B018
