"""Real commands, events and items fit the JSON Schema; input that the code refuses does not fit."""

import copy
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from support.architect import stored_samples
from support.one_of_each import EXAMPLES
from support.paths import GOLDEN

from ascend.architect.types.json_schema import SentJsonSchema, StoredJsonSchema, generate_models
from ascend.architect.types.types import generate_document, list_event_versions
from ascend.cli.app import run
from ascend.domain.errors import InvalidInput
from ascend.domain.workspaces.command import Command
from ascend.projections.life_os import LIFE_OS

SCHEMA = generate_document(LIFE_OS)
DEFINITIONS = SCHEMA["$defs"]


def find_errors(name: str, value: Any) -> list[str]:
    """Return the errors of a value against a definition."""
    schema = {"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS}
    validator: Any = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def to_sent(command: Command) -> dict[str, Any]:
    plain: dict[str, Any] = command.model_dump(mode="json", exclude_unset=True)
    return plain


# ---- the document --------------------------------------------------------------------------------------------------


def test_it_is_a_valid_json_schema_and_every_reference_has_a_definition() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    text = json.dumps(SCHEMA)
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) - DEFINITIONS.keys() == set()
    assert "x-checked-by" not in text


def test_every_command_is_in_it() -> None:
    assert set(DEFINITIONS["Commands"]["properties"]) == {command.__name__ for command in LIFE_OS.commands}


def test_every_definition_has_its_name_as_title() -> None:
    assert [name for name, definition in DEFINITIONS.items() if definition["title"] != name] == []


def test_shared_definitions_are_the_same_for_sent_and_stored_data() -> None:
    shared = generate_models(LIFE_OS.commands, SentJsonSchema)
    stored = generate_models((*list_event_versions(LIFE_OS), *LIFE_OS.catalog.items), StoredJsonSchema)

    both = shared.keys() & stored.keys()

    assert "ZonedTime" in both
    assert [name for name in both if shared[name] != stored[name]] == []


def test_fields_and_classes_are_described_by_their_docstrings() -> None:
    card, edit = DEFINITIONS["TaskCard"], DEFINITIONS["EditAsset"]

    assert (
        card["properties"]["next"]["description"]
        == "The next occurrence, which was opened when this one was completed."
    )
    assert edit["description"] == (
        "Changes the details of an Asset. A field that is left out keeps its value; null empties it.\n\n"
        "Refused if the Asset is retired.\n\nNeeds the role member."
    )


# ---- real data fits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: type(command).__name__)
def test_a_sent_command_fits(command: Command) -> None:
    assert find_errors(type(command).__name__, to_sent(command)) == []


@pytest.mark.parametrize("path", sorted((GOLDEN / "commits").glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_event_fits(path: Any) -> None:
    body = json.loads(path.read_text())
    tag, version, _, data = body["commands"][0]["events"][0]
    (event,) = (event for event in list_event_versions(LIFE_OS) if (event.tag, event.version) == (tag, version))

    assert find_errors(event.__name__, data) == []
    assert find_errors("CommitBody", body) == []


def test_every_read_item_of_the_sample_store_fits_and_no_type_is_missing() -> None:
    items = stored_samples.list_read_items()

    assert [(name, errors) for name, item in items if (errors := find_errors(name, item))] == []
    assert {name for name, _ in items} == {item.__name__ for item in LIFE_OS.catalog.items}


def test_every_stored_item_and_commit_body_of_the_sample_store_fits_and_no_type_is_missing() -> None:
    items = [*stored_samples.list_stored_items(), *stored_samples.list_commit_bodies()]

    assert [(name, errors) for name, item in items if (errors := find_errors(name, item))] == []
    assert {name for name, _ in items} == {*DEFINITIONS["StoredItems"]["properties"], "CommitBody"}


# ---- wrong data does not fit ---------------------------------------------------------------------------------------

TASK, THING = "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3", ["thing", "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a4"]
ZONED = {"instant": "2030-01-31T08:00:00Z", "zone": "Europe/Berlin"}
WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"task_id": TASK.upper()}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"title": ""}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"title": "a" * 301}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"title": None}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"colour": "blue"}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"tags": ["diy", "diy"]}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"tags": [str(tag) for tag in range(21)]}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"metadata": {"colour": "b" * 4_001}}),
    ("CreateTask", {"task_id": TASK, "title": "Paint"}, {"metadata": {"": "blue"}}),
    ("PrioritiseTask", {"task_id": TASK, "priority": 1}, {"priority": 5}),
    ("AssignTask", {"task_id": TASK, "users": ["ada"]}, {"users": []}),
    *(
        ("AssignTask", {"task_id": TASK, "users": ["ada"]}, {"users": [user]})
        for user in ("a ", "~a", "a\x7fb", "x" * 256)
    ),
    ("AddMember", {"user_id": "ada", "name": "Ada"}, {"user_id": "~policies"}),
    ("AddMember", {"user_id": "ada", "name": "Ada"}, {"role": "king"}),
    ("ScheduleTask", {"task_id": TASK, "due": "2030-01-31"}, {"due": "31.1.2030"}),
    ("ScheduleTask", {"task_id": TASK, "due": ZONED}, {"due": {**ZONED, "zone": "in Berlin"}}),
    ("ScheduleTask", {"task_id": TASK, "due": ZONED}, {"due": {"instant": ZONED["instant"]}}),
    ("AddRelation", {"source": THING, "type": "holds", "target": ["task", TASK]}, {"target": ["asset", TASK]}),
    ("AddRelation", {"source": THING, "type": "holds", "target": ["task", TASK]}, {"target": ["task", TASK, TASK]}),
    ("PostComment", {"comment_id": TASK, "task_id": TASK, "text": "Mine?"}, {"text": ""}),
    ("CreateAsset", {"asset_id": TASK, "kind": "file", "name": "A"}, {"currency": "Euro", "amount": "1"}),
    ("CreateAsset", {"asset_id": TASK, "kind": "file", "name": "A"}, {"currency": "EUR", "amount": "one"}),
    ("CreateAsset", {"asset_id": TASK, "kind": "file", "name": "A"}, {"size": -1}),
]


@pytest.mark.parametrize(("name", "right", "change"), WRONG, ids=[f"{name}-{change}"[:60] for name, _, change in WRONG])
def test_a_command_that_the_code_refuses_does_not_fit(name: str, right: dict[str, Any], change: dict[str, Any]) -> None:
    (command,) = (command for command in LIFE_OS.commands if command.__name__ == name)
    command(**right)
    with pytest.raises(InvalidInput):
        command(**{**right, **change})

    assert find_errors(name, right) == []
    assert find_errors(name, right | change) != []


def test_a_number_for_an_amount_does_not_fit_because_it_may_have_lost_digits() -> None:
    right = {"asset_id": TASK, "kind": "value", "name": "Savings", "currency": "EUR", "amount": "0.1"}

    assert find_errors("CreateAsset", right) == []
    assert find_errors("CreateAsset", right | {"amount": 0.1}) != []


@pytest.mark.parametrize("name", [item.__name__ for item in LIFE_OS.catalog.items])
def test_a_stored_item_has_every_field_except_those_that_are_none(name: str) -> None:
    (model,) = (item for item in LIFE_OS.catalog.items if item.__name__ == name)
    example = next(item for kind, item in stored_samples.list_read_items() if kind == name)

    assert set(DEFINITIONS[name]["required"]) <= example.keys() <= set(DEFINITIONS[name]["properties"])
    assert set(DEFINITIONS[name]["properties"]) == set(model.model_fields)
    for field in DEFINITIONS[name]["required"]:
        assert find_errors(name, {key: value for key, value in example.items() if key != field}) != []
        assert find_errors(name, example | {field: None}) != []


def test_an_event_of_another_version_does_not_fit() -> None:
    _, body = stored_samples.list_commit_bodies()[0]
    wrong = copy.deepcopy(body)
    wrong["commands"][0]["events"][0][1] = 9

    assert find_errors("CommitBody", body) == []
    assert find_errors("CommitBody", wrong) != []


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_command_line_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "types"]) == 0

    assert json.loads(capsys.readouterr().out) == SCHEMA
