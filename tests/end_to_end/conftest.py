"""Fixtures: `place` is an empty store of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.end_to_end.places import Place, dynamodb_place, make_fast_folder, sqlite_place

BOTH = ("sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local))


@pytest.fixture
def folder() -> Iterator[Path]:
    with make_fast_folder() as folder:
        yield folder


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, folder: Path) -> Place:
    if request.param == "sqlite":
        return sqlite_place(folder)
    return dynamodb_place(request.getfixturevalue("dynamodb_local_url"))
