"""The figures of the structure are right, and each rule that is broken is found."""

import ast
from pathlib import Path

import pytest
from structure import (
    declared_layers,
    in_circles,
    is_upward,
    module_name,
    percentiles,
    repeated_classes,
    riddles_in,
    upward_imports,
)
from support.paths import ROOT

LAYERS = {"house": [["roof"], ["hall", "stairs"], ["cellar"]]}


def test_modules_that_import_each_other_are_in_a_circle() -> None:
    imports = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"b"}), "d": frozenset({"a"})}
    assert in_circles(imports) == {"b", "c"}


def test_an_import_of_a_higher_layer_runs_upwards() -> None:
    imports = {
        "house.roof.tiles": frozenset({"house.hall", "house.cellar"}),
        "house.hall": frozenset({"house.stairs"}),
        "house.cellar.wine": frozenset({"house.stairs.step", "garden"}),
        "garden": frozenset({"house.roof"}),
    }
    assert upward_imports(imports, LAYERS) == [("house.cellar.wine", "house.stairs.step")]


@pytest.mark.parametrize(
    ("importer", "imported", "upward"), [(2, 0, True), (0, 2, False), (1, 1, False), (None, 0, False)]
)
def test_layers_are_counted_from_the_highest(importer: int | None, imported: int, upward: bool) -> None:
    assert is_upward(importer, imported) is upward


def test_every_package_has_its_layers_declared() -> None:
    assert {
        "ascend",
        "ascend.domain",
        "ascend.projections",
        "ascend.adapters",
        "ascend.cli",
        "ascend.architect",
    } <= set(declared_layers())


def test_nine_of_ten_are_at_most_as_long_as_the_90th_percentile() -> None:
    assert percentiles(list(range(1, 101))) == (50, 91, 100)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""What is kept."""', 1),
        ('class A:\n    """Of a page."""', 1),
        ('def f():\n    """Return what is kept."""', 0),
        ('LIMIT = 3\n"""How many pages."""', 1),
        ('LIMIT = 3\n"""Pages of one answer."""', 0),
    ],
)
def test_docstrings_that_begin_like_a_riddle_are_found(text: str, found: int) -> None:
    assert len(list(riddles_in(ast.parse(text)))) == found


def test_a_class_name_that_two_files_define_is_found() -> None:
    trees = {
        ROOT / "one.py": ast.parse("class Page: ..."),
        ROOT / "two.py": ast.parse("class Page: ...\nclass Item: ..."),
    }
    assert repeated_classes(trees) == {"Page": ["one.py", "two.py"]}


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("domain/ids.py", "ascend.domain.ids"),
        ("src/ascend/store.py", "ascend.store"),
        ("src/ascend/cli/__init__.py", "ascend.cli"),
    ],
)
def test_a_file_is_a_module_of_the_package(file: str, module: str) -> None:
    assert module_name(ROOT / Path(file)) == module
