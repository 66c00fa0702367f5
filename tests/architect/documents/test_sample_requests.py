"""The printed requests are those that the code sends, whatever the values are; without a sample the values are made up."""

import json
import sys
from dataclasses import replace
from itertools import pairwise
from typing import Any

import anyio
import pytest
from support.applications import LEDGER
from support.architect.aws_commands import read_command_lines

import ascend
from ascend.adapters.dynamodb.requests import build_query
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Between, Prefix, Query, TablePage
from ascend.architect.documents.boto3_calls import format_call
from ascend.architect.documents.chosen_values import CHOSEN
from ascend.architect.documents.command_lines import format_command
from ascend.architect.documents.made_up import make_up
from ascend.architect.documents.query_section import render_answer
from ascend.architect.documents.sample_requests import (
    BatchGet,
    SampleRequest,
    SampleRequestBuilder,
    list_sample_requests,
    select_items,
)
from ascend.architect.sample import ADA, HOME_WORKSPACE, SAMPLE_TIME, sample_items, sample_tables
from ascend.projections.build import Build
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind
from ascend.testing import FakeEnvironment

TRICKY = 'W#it\'s "quoted" $HOME `id` \\ \t ä 🎉 !x'
"""Text that a shell, JSON or Python could read in another way."""


@pytest.fixture(scope="module")
def samples() -> dict[str, SampleRequest]:
    requests = list_sample_requests(LIFE_OS, anyio.run(sample_items, LIFE_OS))
    return {request.pattern.query: request for request in requests}


class RecordingTables(MemoryTables):
    """Tables that record the queries they get."""

    def __init__(self, tables: MemoryTables) -> None:
        super().__init__()
        vars(self).update(vars(tables))
        self.queries: list[Query] = []

    async def query(self, query: Query) -> TablePage:
        self.queries.append(query)
        return await super().query(query)


@pytest.mark.parametrize("query", CHOSEN)
async def test_the_values_that_a_query_chooses_itself_are_those_that_it_sends(
    query: str, samples: dict[str, SampleRequest]
) -> None:
    tables = RecordingTables(await sample_tables(LIFE_OS))
    store = ascend.Store(tables, FakeEnvironment(start=SAMPLE_TIME))
    pattern, printed = samples[query].pattern, samples[query].request
    (item, *_) = SampleRequestBuilder(LIFE_OS.catalog, await sample_items(LIFE_OS)).find_read_items(pattern)
    anchor: ascend.Ref | None = getattr(item, "anchor", None)
    entity = dict.fromkeys(("thing", "task", "asset"), anchor and anchor.id)
    names = {**vars(sys.modules[pattern.item.__module__]), **entity, "home": HOME_WORKSPACE, "ada": ADA}

    def make_ref(_kind: str, _id: str) -> ascend.Ref | None:
        return anchor

    await eval(pattern.example, names | {"queries": store.queries, "Ref": make_ref})

    for request in (printed, *tables.queries):
        assert isinstance(request, Query)
        for value in CHOSEN[query].values():
            assert f"#{value}#" in json.dumps(build_query("views", request)["ExpressionAttributeValues"])
    assert tables.queries


@pytest.mark.parametrize(
    "request_",
    [
        Query(Table.VIEWS, TRICKY, Prefix(TRICKY), consistent=True, limit=7),
        Query(Table.VIEWS, TRICKY, Between("'", "~"), index=Index.GSI2, descending=True),
        Query(Table.EVENTS, "W#1", descending=True, limit=1),
    ],
)
def test_a_shell_reads_a_command_line_as_the_request(request_: Query) -> None:
    (arguments,) = read_command_lines(format_command(request_))
    options = dict(pairwise(arguments))
    sent = build_query(f"ascend-{request_.table.value}", request_)

    assert options["--table-name"] == sent["TableName"]
    assert options.get("--index-name") == sent.get("IndexName")
    assert options["--key-condition-expression"] == sent["KeyConditionExpression"]
    assert json.loads(options["--expression-attribute-values"]) == sent["ExpressionAttributeValues"]
    assert options["--limit"] == str(sent["Limit"])
    assert ("--consistent-read" in arguments, "--no-scan-index-forward" in arguments) == (
        sent["ConsistentRead"],
        not sent["ScanIndexForward"],
    )


def test_a_shell_and_python_read_the_keys_of_a_batch_get() -> None:
    request = BatchGet(Table.VIEWS, (Key(TRICKY, TRICKY), Key("W#1", "card#'2'")))
    (arguments,) = read_command_lines(format_command(request))
    calls: list[Any] = []

    class Resource:
        def batch_get_item(self, **sent: Any) -> dict[str, Any]:
            calls.append(sent["RequestItems"])
            return {"Responses": {"ascend-views": []}}

    eval(format_call(request), {"dynamodb": Resource()})

    assert [key["pk"]["S"] for key in json.loads(arguments[-1])["ascend-views"]["Keys"]] == [TRICKY, "W#1"]
    assert calls == [{"ascend-views": {"ConsistentRead": True, "Keys": [vars_of(key) for key in request.keys]}}]


def vars_of(key: Key) -> dict[str, str]:
    return {"pk": key.pk, "sk": key.sk}


@pytest.mark.parametrize("pattern", LIFE_OS.catalog.patterns, ids=lambda pattern: pattern.query)
def test_a_made_up_item_is_found_by_the_request_for_its_values(pattern: Pattern[Any]) -> None:
    """So the request of an application without a sample would show an item like the one it is made for."""
    if pattern.kind is RequestKind.LOG:
        return
    empty: dict[Table, list[Item]] = {table: [] for table in Table}
    (request,) = (sample.request for sample in list_sample_requests(LIFE_OS, empty) if sample.pattern is pattern)
    item = make_up(pattern.item)
    build = Build(LIFE_OS.catalog.owner(pattern).name, LIFE_OS.catalog.owner(pattern).version, 0)
    key = keys.item_key(build, pattern.item.key.render(item))
    assert pattern.index is None or pattern.template.render_sparse(item) is not None
    index = None if pattern.index is None else keys.item_key(build, pattern.template.render(item))
    stored = Item(key, {}, gsi1=index, gsi2=index)

    assert select_items({Table.VIEWS: [stored]}, request) == [stored]


def test_tombstones_are_left_out_of_the_printed_answer(samples: dict[str, SampleRequest]) -> None:
    members = samples["members"]
    first, *others = members.answer
    removed = replace(first, attributes={"workspace": HOME_WORKSPACE, "position": 9})

    printed = render_answer(replace(members, answer=(removed, *others)))

    assert first.key.sk in render_answer(members)
    assert first.key.sk not in printed
    assert others[0].key.sk in printed


def test_an_application_without_a_sample_gets_realistic_values() -> None:
    requests = {
        sample.pattern.query: sample for sample in list_sample_requests(LEDGER, anyio.run(sample_items, LEDGER))
    }

    made_up = requests["accounts"]

    assert (made_up.made_up, made_up.answer) == (True, ())
    assert format_command(made_up.request).count(f"W#{HOME_WORKSPACE}#accounts.1.0") == 1
    assert not requests["members"].made_up
