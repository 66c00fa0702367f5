"""Turn an optimisation off for a whole run of the tests: `pytest --without groups`.

groups         each command is written as a commit of its own, except where a test sets `group_commands`
compression    bodies of commits are never compressed
constructors   stored events and read items are validated when they are read
thin           aiobotocore sends every request, except where a test chooses the thin client

A test of the optimisation itself is skipped then: it is marked with `needs_optimisation`. Every other test passes.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from unittest.mock import patch

import pytest

from ascend.adapters.dynamodb import client, tables
from ascend.domain.runtime import body, constructors
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.limits import CommandLimits
from ascend.store import Limits, Store

OPEN_CLIENTS: Any = client.open_clients


def turn_off_groups() -> None:
    replace_default(CommandLimits.__init__, "group_commands", 1)
    replace_default(Store.__init__, "limits", Limits())  # the one before was made when the module was imported


def turn_off_compression() -> None:
    def to_plain_body(plain: bytes) -> Body:
        return Body(body.FORMAT, plain.decode())

    patch.object(body, "_to_body", to_plain_body).start()


def turn_off_constructors() -> None:
    patch.object(constructors, "is_plain", return_value=False).start()  # so no model has a constructor
    constructors.find_constructor.cache_clear()


def turn_off_thin() -> None:
    def open_plain_clients(*arguments: Any, thin: bool) -> AbstractAsyncContextManager[Any]:
        clients: AbstractAsyncContextManager[Any] = OPEN_CLIENTS(*arguments, thin=False)
        return clients

    patch.object(tables, "open_clients", open_plain_clients).start()
    replace_default(OPEN_CLIENTS.__wrapped__, "thin", value=False)


def replace_default(function: Any, parameter: str, value: object) -> None:
    function.__kwdefaults__[parameter] = value


OPTIMISATIONS: Mapping[str, Callable[[], None]] = {
    "groups": turn_off_groups,
    "compression": turn_off_compression,
    "constructors": turn_off_constructors,
    "thin": turn_off_thin,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", action="append", choices=list(OPTIMISATIONS), default=[], help=__doc__)


def pytest_configure(config: pytest.Config) -> None:
    for name in turned_off(config):
        OPTIMISATIONS[name]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    needed = {name for marker in item.iter_markers("needs_optimisation") for name in marker.args}
    for name in needed.intersection(turned_off(item.config)):
        pytest.skip(f"the test is about the optimisation `{name}`, which is turned off")


@pytest.fixture
def without(request: pytest.FixtureRequest) -> Collection[str]:
    """The optimisations that are turned off, for a test of which only a part needs one."""
    return turned_off(request.config)


def turned_off(config: pytest.Config) -> list[str]:
    return config.getoption("--without") or []
