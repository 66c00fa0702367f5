"""Every generator of `ascend schema` works for every application, and names nothing that the application does not have."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint
from jsonschema import Draft202012Validator
from support.architect.subjects import SUBJECTS, load_subject
from support.cli.command_line import AscendCommand

from ascend.architect.aws.iam import ProcessRole
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

WORKBENCH = json.loads((Path(__file__).parent / "documents" / "workbench_format.json").read_text())


def check_text(text: str) -> None:
    assert text.strip()


def check_page(page: str) -> None:
    assert page.startswith("# The schema")
    assert "<!--" not in page


def check_workbench(text: str) -> None:
    validator: Any = Draft202012Validator(WORKBENCH)
    assert [error.message[:100] for error in validator.iter_errors(json.loads(text))] == []


def check_json_schema(text: str) -> None:
    Draft202012Validator.check_schema(json.loads(text))


def check_policy(text: str) -> None:
    assert json.loads(text)["Statement"]


def check_template(text: str) -> None:
    assert yaml.safe_load(text)["Resources"]
    assert [str(fault) for fault in lint(text)] == []


GENERATORS: dict[str, Callable[[str], None]] = {
    "docs": check_page,
    "workbench": check_workbench,
    "types": check_json_schema,
    "check": check_text,
    "cost": check_text,
    "cloudformation": check_template,
    **{f"iam {role.value}": check_policy for role in ProcessRole},
}
"""By command line: the check of what it prints. With --json, each prints a JSON document."""


@pytest.mark.parametrize("command", GENERATORS)
@pytest.mark.parametrize("name", SUBJECTS)
def test_every_generator_prints_something_valid_about_the_application_alone(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    app = load_subject(name, monkeypatch)

    shown = ascend("--app", name, "schema", *command.split())
    as_json = ascend("--app", name, "--json", "schema", *command.split())

    assert (shown.code, as_json.code) == (0, 0)
    GENERATORS[command](shown.out)
    assert as_json.json
    assert list_foreign_names(app, shown.out) == []


def list_foreign_names(app: Application, text: str) -> list[str]:
    """Return the names of the Life OS in the text that the application does not have."""
    foreign = set(list_names(LIFE_OS)) - set(list_names(app))
    return sorted(name for name in foreign if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", text))


def list_names(app: Application) -> Iterator[str]:
    """Yield the names of the states, commands, events and read items, and the keys of projections."""
    yield from (kind.state.__name__ for kind in app.kinds)
    yield from (command.__name__ for command in app.commands)
    yield from app.model.events
    yield from (item.__name__ for item in app.catalog.items)
    yield from (f"#{projection.name}.{projection.version}" for projection in app.projections)


def test_a_name_of_the_life_os_in_another_application_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = load_subject("bank:APP", monkeypatch)

    assert list_foreign_names(bank, "a Task, `TaskLine` and AccountLine; MemberLine; task.created") == [
        "Task",
        "TaskLine",
        "task.created",
    ]
    assert list_foreign_names(LIFE_OS, "a Task") == []
