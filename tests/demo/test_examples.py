from pathlib import Path

import pytest

from demo.examples import EXAMPLES_DIR, WANTED, find_examples, is_example


@pytest.mark.parametrize("name", sorted({name for _, *pair in WANTED for name in pair}))
def test_every_example_file_is_there_and_small(name):
    path = EXAMPLES_DIR / name
    assert path.is_file(), f"{name} is missing in demo/assets/examples"
    assert path.stat().st_size < 3_000_000


def test_examples_without_their_files_are_left_out(tmp_path):
    assert find_examples(tmp_path) == []
    for _, *pair in WANTED[:1]:
        for name in pair:
            (tmp_path / name).touch()
    (example,) = find_examples(tmp_path)
    assert example.title == WANTED[0][0]


def test_only_our_own_files_count_as_examples(tmp_path):
    assert is_example(EXAMPLES_DIR / "source_1.jpg")
    assert not is_example(tmp_path / "source_1.jpg")
    assert not is_example(EXAMPLES_DIR / ".." / "style.css")
    assert not is_example(None)
    assert not is_example(Path("source_1.jpg"))
