"""The check of another application: its own projections and events, and no comparison with the releases of the Life OS."""

from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import StringConstraints
from support.applications import ACCOUNTS, KERNEL, LEDGER, AccountLine
from support.architect.note_schema import LOAD, check_with_item

import ascend
from ascend.architect.check.fields import UTF8_BYTES
from ascend.architect.check.rules import check_schema, load_schema
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind


@pytest.mark.parametrize("app", [LEDGER, KERNEL], ids=lambda app: app.name)
def test_an_application_without_faults_has_no_findings(app: Application) -> None:
    """No pattern of it reads gsi2, and that is no fault: an index without items costs nothing."""
    schema = load_schema(app)

    assert check_schema(schema) == []
    assert set(schema.events) == set(app.model.events.values())
    assert schema.patterns == app.catalog.patterns


def test_a_fault_in_a_pattern_of_the_application_is_found() -> None:
    (accounts,) = (projection for projection in LEDGER.projections if projection.name == "accounts")
    faulty = replace(accounts, version=2, patterns=(replace(ACCOUNTS, hot=""),))

    (finding,) = check_schema(load_schema(LEDGER.replacing(faulty)))

    assert (finding.rule, "no reason is stated" in finding.said) == ("hot partition", True)


def test_only_the_life_os_is_compared_with_its_releases() -> None:
    """An event of another application is in no release, and that is no fault."""
    assert load_schema(LIFE_OS).released is not None
    assert load_schema(LEDGER).released is None
    assert load_schema(LIFE_OS.extended(kinds=LEDGER.kinds[1:])).released is None


ShortText = Annotated[str, StringConstraints(max_length=100)]


class ShortLine(ascend.ReadItem, key=("W#{workspace}", "{title}#{word}")):
    title: ShortText
    text: str

    @property
    def word(self) -> ShortText | None:
        return self.text[:100]


class LongLine(ascend.ReadItem, key=("W#{workspace}", "{title}")):
    title: Annotated[str, StringConstraints(max_length=1_024 // UTF8_BYTES + 1)]


@pytest.mark.parametrize(("item", "rules"), [(ShortLine, []), (LongLine, ["long key"])])
def test_the_type_of_a_field_says_how_long_a_text_in_a_key_can_be(
    item: type[ascend.ReadItem], rules: list[str]
) -> None:
    given = ("workspace", *item.key.sort_fields)
    pattern: Pattern[Any] = Pattern(
        name="One", query="one", kind=RequestKind.GET, item=AccountLine, given=given, load=LOAD, hot="few"
    )

    assert [finding.rule for finding in check_with_item(item, pattern)] == rules
