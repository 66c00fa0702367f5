"""The NoSQL Workbench model has the published format, and holds both tables with all items of the sample store."""

import copy
import json
from itertools import chain
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from jsonschema import Draft202012Validator
from support.applications import KERNEL, LEDGER
from support.architect import stored_samples

from ascend.adapters.layout.catalog import item_types
from ascend.adapters.layout.table_specs import EVENTS, TABLES, VIEWS
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import encode_base64
from ascend.architect.documents.workbench import build_workbench_model
from ascend.cli.app import run
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

FORMAT = json.loads(Path(__file__).with_name("workbench_format.json").read_text())
Json = dict[str, Any]
WIDER = LIFE_OS.extended(kinds=LEDGER.kinds[1:], projections=LEDGER.projections[1:])
"""The Life OS and the ledger in one application."""


@pytest.fixture(scope="module")
def model() -> Json:
    return anyio.run(build_workbench_model, LIFE_OS)


def find_faults(model: Json) -> list[str]:
    """Return the faults for which the Workbench rejects or hides data: by the format, and by rules beyond its schema."""
    validator: Any = Draft202012Validator(FORMAT)
    if format_faults := [f"{error.json_path}: {error.message[:100]}" for error in validator.iter_errors(model)]:
        return format_faults
    names = [facet["FacetName"] for table in model["DataModel"] for facet in table["TableFacets"]]
    duplicates = [f"two facets {name}" for name in set(names) if names.count(name) > 1]
    return [*duplicates, *chain.from_iterable(find_table_faults(table) for table in model["DataModel"])]


def find_table_faults(table: Json) -> list[str]:
    keys = {part["AttributeName"]: part["AttributeType"] for part in table["KeyAttributes"].values()}
    types = keys | {part["AttributeName"]: part["AttributeType"] for part in table["NonKeyAttributes"]}
    faults = [
        f"{index['IndexName']} has a key that is not defined"
        for index in table["GlobalSecondaryIndexes"]
        for part in index["KeyAttributes"].values()
        if types.get(part["AttributeName"]) != part["AttributeType"]
    ]
    for facet in table["TableFacets"]:
        shown = keys.keys() | set(facet["NonKeyAttributes"])
        faults += [f"{facet['FacetName']} shows {name}, which is not defined" for name in shown - types.keys()]
        for item in facet["TableData"]:
            faults += [f"{facet['FacetName']} has an item without {name}" for name in keys.keys() - item.keys()]
            faults += [f"{facet['FacetName']} does not show {name}" for name in item.keys() - shown]
            faults += [f"{name} is not of its type" for name, value in item.items() if [types.get(name)] != list(value)]
    return faults


def test_the_model_has_the_published_format(model: Json) -> None:
    Draft202012Validator.check_schema(FORMAT)

    assert find_faults(model) == []


@pytest.mark.parametrize("app", [LEDGER, KERNEL, WIDER], ids=lambda app: app.name)
async def test_the_model_of_another_application_has_a_facet_for_each_of_its_item_types(app: Application) -> None:
    model = await build_workbench_model(app)

    assert find_faults(model) == []
    facets = {facet["FacetName"]: facet for table in model["DataModel"] for facet in table["TableFacets"]}
    assert facets.keys() == {item_type.name for item_type in item_types(app.projections)}
    assert facets["MemberLine"]["TableData"] != []


def test_the_model_has_both_tables_with_their_keys_and_indexes(model: Json) -> None:
    events, views = model["DataModel"]

    assert [events["TableName"], views["TableName"]] == [EVENTS.name("ascend"), VIEWS.name("ascend")]
    assert [part["AttributeName"] for part in views["KeyAttributes"].values()] == list(VIEWS.keys)
    assert events["GlobalSecondaryIndexes"] == []
    for index, spec in zip(views["GlobalSecondaryIndexes"], VIEWS.indexes, strict=True):
        assert index["IndexName"] == spec.name
        assert [part["AttributeName"] for part in index["KeyAttributes"].values()] == list(spec.keys)
        assert index["Projection"] == {"ProjectionType": spec.projection}


def test_the_model_has_a_facet_for_each_item_type_with_all_items_of_the_sample_store(model: Json) -> None:
    facets = {facet["FacetName"]: facet for table in model["DataModel"] for facet in table["TableFacets"]}

    assert list(facets) == [
        item_type.name for spec in TABLES for item_type in stored_samples.ITEM_TYPES if item_type.table is spec.table
    ]
    for item_type in stored_samples.ITEM_TYPES:
        alias = {"PartitionKeyAlias": item_type.key.pk, "SortKeyAlias": item_type.key.sk}
        mine = [
            orjson.loads(orjson.dumps(to_typed(item_type.table, item)[0], default=encode_base64))
            for kind, item in stored_samples.list_sample_store()
            if kind.name == item_type.name
        ]
        assert (facets[item_type.name]["KeyAttributeAlias"], facets[item_type.name]["TableData"]) == (alias, mine)


REMOVED = object()
NAMES = [item_type.name for item_type in stored_samples.ITEM_TYPES if item_type.table is VIEWS.table]
FACET = ("DataModel", 1, "TableFacets", NAMES.index("HistoryLine"))
ITEM = (*FACET, "TableData", 0)
PLANTED: dict[str, tuple[tuple[str | int, ...], object]] = {
    "an old version": (("ModelMetadata", "Version"), "1.0"),
    "no service": (("ModelMetadata", "AWSService"), REMOVED),
    "another date": (("ModelMetadata", "DateCreated"), "2030-01-01"),
    "no keys": (("DataModel", 1, "KeyAttributes"), REMOVED),
    "a plain value in an item": ((*ITEM, "position"), 7),
    "a number as a number": ((*ITEM, "position"), {"N": 7}),
    "another type": ((*ITEM, "position"), {"S": "7"}),
    "an item without its key": ((*ITEM, "sk"), REMOVED),
    "an attribute that nobody defined": ((*FACET, "NonKeyAttributes", 0), "colour"),
    "an attribute that is not shown": ((*FACET, "NonKeyAttributes", 0), REMOVED),
    "two facets of one name": ((*FACET, "FacetName"), "commit"),
    "an index on nothing": (("DataModel", 1, "NonKeyAttributes", 0), REMOVED),
}
"""The path of a value, and the value to put in its place."""


@pytest.mark.parametrize(("path", "value"), PLANTED.values(), ids=list(PLANTED))
def test_a_planted_fault_is_found(path: tuple[str | int, ...], value: object, model: Json) -> None:
    broken = copy.deepcopy(model)
    place: Any = broken
    for step in path[:-1]:
        place = place[step]
    if value is REMOVED:
        del place[path[-1]]
    else:
        place[path[-1]] = value

    assert find_faults(broken) != []


def test_the_command_line_prints_the_model(model: Json, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "workbench"]) == 0

    assert json.loads(capsys.readouterr().out) == model
