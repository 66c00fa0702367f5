"""The types of another application: its own commands, events and items, in JSON Schema and in TypeScript."""

import json
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from support.applications import KERNEL, LEDGER, AccountId, AccountOpened, OpenAccount

import ascend
from ascend.architect.types.json_schema import generate_named_types
from ascend.architect.types.types import generate_document
from ascend.projections.application import Application

ACCOUNT = ascend.new_id(AccountId)
AT = "2030-01-01T08:00:00Z"


def find_errors(app: Application, name: str, value: Any) -> list[str]:
    """Return the errors of a value against a definition."""
    schema = {"$ref": f"#/$defs/{name}", "$defs": generate_document(app)["$defs"]}
    validator: Any = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("app", [LEDGER, KERNEL], ids=lambda app: app.name)
def test_every_reference_has_a_definition(app: Application) -> None:
    document = generate_document(app)

    Draft202012Validator.check_schema(document)
    assert set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(document))) - document["$defs"].keys() == set()
    assert document["$defs"]["Commands"]["required"] == [command.__name__ for command in app.commands]
    assert document["$defs"].keys() & {"CreateTask", "TaskId", "Due"} == set()


def test_commands_events_and_items_of_the_application_fit() -> None:
    command = OpenAccount(account=ACCOUNT, title="Savings").model_dump(mode="json", exclude_unset=True)
    stored = ["account.opened", 1, AT, {"account": ACCOUNT, "title": "Savings"}]

    assert find_errors(LEDGER, "OpenAccount", command) == []
    assert find_errors(LEDGER, "OpenAccount", command | {"account": "savings"}) != []
    assert find_errors(LEDGER, "StoredEvent", stored) == []
    assert find_errors(KERNEL, "StoredEvent", stored) != []


def test_a_reference_leads_to_a_kind_of_the_application() -> None:
    assert generate_named_types(LEDGER.model.kinds)["Kind"]["enum"] == ["workspace", "account"]


def test_the_ids_of_the_application_are_types_of_their_own() -> None:
    definitions = generate_document(LEDGER)["$defs"]

    assert definitions["AccountId"]["x-id"] is True
    assert definitions["OpenAccount"]["properties"]["account"] == {"$ref": "#/$defs/AccountId"}
    assert find_errors(LEDGER, "AccountId", ACCOUNT) == []
    assert find_errors(LEDGER, "AccountId", "savings") != []


def test_fields_are_described_by_the_docstrings_of_the_application() -> None:
    properties = generate_document(LEDGER)["$defs"]["OpenAccount"]["properties"]

    assert properties["title"]["description"] == "The name that the owner gives to the account."


class AccountOpened1(AccountOpened, tag="account.opened", version=1): ...


class AccountOpened2(AccountOpened, tag="account.opened", version=2): ...


def write_first_version(event: AccountOpened2, _account: object) -> AccountOpened1:
    return AccountOpened1(account=event.account, title=event.title, at=event.at)


def evolve(state: Any, _event: Any, _me: str) -> Any:
    return state


NEWER = replace(
    LEDGER,
    kinds=(ascend.Kind(LEDGER.kinds[1].state, AccountOpened2, evolve),),
    upcasters={("account.opened", 1): dict},
)


def test_an_older_version_that_is_still_written_is_described_by_its_class() -> None:
    newer = replace(NEWER, writes={"account.opened": write_first_version})

    assert find_errors(newer, "StoredEvent", ["account.opened", 1, AT, {"account": ACCOUNT, "title": "A"}]) == []
    assert find_errors(newer, "StoredEvent", ["account.opened", 1, AT, {"account": ACCOUNT}]) != []


def test_an_older_version_that_only_an_upcaster_knows_has_any_data() -> None:
    assert find_errors(NEWER, "StoredEvent", ["account.opened", 1, AT, {"account": ACCOUNT}]) == []
    assert find_errors(NEWER, "StoredEvent", ["account.opened", 2, AT, {"account": ACCOUNT}]) != []


class Currency(Enum):
    EURO = "EUR"


@dataclass(frozen=True)
class Purse:
    entity: ClassVar[str] = "purse"


class PurseEvent(ascend.Event):
    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("purse", "p"),)


class Paid(PurseEvent, tag="purse.paid"):
    currency: Currency


class AddMember(PurseEvent, tag="purse.opened"): ...


@pytest.mark.parametrize(
    ("event", "message"), [(Paid, "Currency is the name of a type of Ascend"), (AddMember, "the name AddMember")]
)
def test_two_types_of_one_name_are_refused(event: type[ascend.Event], message: str) -> None:
    app = ascend.Application(name="purses", kinds=(ascend.Kind(Purse, event, evolve),))

    with pytest.raises(ascend.InvalidInput, match=message):
        generate_document(app)
