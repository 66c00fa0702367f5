"""Turn an optimisation off for a whole run of the tests: `pytest --without groups`.

groups         each command is written as a commit of its own
compression    bodies of commits are never compressed
constructors   stored events are validated when they are read
thin           aiobotocore sends every request

Tests of the optimisation itself fail then; every other test passes.
"""

from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

import pytest

from ascend.adapters.dynamodb import tables
from ascend.adapters.store.event_log import TableEventLog
from ascend.domain.runtime import body
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.limits import CommandLimits


def without_groups() -> Any:
    defaults: Any = CommandLimits.__init__.__kwdefaults__
    return patch.dict(defaults, {"group_commands": 1})


def without_compression() -> Any:
    def to_plain_body(plain: bytes) -> Body:
        return Body(body.FORMAT, plain.decode())

    return patch.object(body, "_to_body", to_plain_body)


def without_constructors() -> Any:
    defaults: Any = TableEventLog.__init__.__kwdefaults__
    return patch.dict(defaults, {"validate": True})


def without_thin() -> Any:
    function: Any = tables.open_dynamodb
    return patch.dict(function.__wrapped__.__kwdefaults__, {"thin": False})


OPTIMISATIONS: Mapping[str, Callable[[], Any]] = {
    "groups": without_groups,
    "compression": without_compression,
    "constructors": without_constructors,
    "thin": without_thin,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", action="append", choices=list(OPTIMISATIONS), default=[], help=__doc__)


def pytest_configure(config: pytest.Config) -> None:
    names: list[str] = config.getoption("--without") or []
    for name in names:
        OPTIMISATIONS[name]().start()
