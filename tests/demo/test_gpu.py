import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

from demo.gpu import on_gpu


def test_without_spaces_a_function_stays_as_it_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "spaces", None)
    monkeypatch.setattr("demo.gpu.find_spec", lambda name: None)
    assert on_gpu(len) is len


def test_on_a_space_a_function_asks_for_a_gpu(monkeypatch):
    spaces = ModuleType("spaces")
    spaces.__spec__ = ModuleSpec("spaces", None)
    spaces.GPU = lambda function: ("on a gpu", function)
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    assert on_gpu(len) == ("on a gpu", len)
