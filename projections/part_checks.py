"""Checks that the parts of an application know each other. Each error names both sides."""

from collections.abc import Collection, Iterable
from typing import Any

from ascend.domain.errors import InvalidInput
from ascend.domain.runtime.arguments import check_type
from ascend.domain.runtime.model import Kind
from ascend.projections.catalog import ProjectionCatalog
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.policies.policy import Policy
from ascend.projections.projection import Projection


def check_part_types(name: str, kind: type[Any], parts: Iterable[object]) -> None:
    """Raise `InvalidInput` if one of the parts is not of this type."""
    for part in parts:
        check_type(f"one of {name}", kind, part)


def check_renders(kinds: Iterable[Kind], projections: Iterable[Projection]) -> None:
    """Raise `InvalidInput` if a projection renders a state that is of no kind: it would never have an item."""
    states = {kind.state for kind in kinds}
    for projection in projections:
        for state in projection.renders:
            if state not in states:
                raise InvalidInput(
                    f"the projection {projection.name} renders {state.__name__}, which is the state of no kind here"
                )


def check_events(
    tags: Collection[str], policies: Iterable[Policy], upcasters: Iterable[str], writes: Iterable[str]
) -> None:
    """Raise `InvalidInput` if a policy, an upcaster or `writes` is for an event that is in no kind."""
    for policy in policies:
        for event in policy.reacts:
            if event.tag not in tags:
                raise InvalidInput(
                    f"the policy {policy.name} answers {event.__name__}, which is an event of no kind here"
                )
    for name, known in (("upcasters", upcasters), ("writes", writes)):
        for tag in known:
            if tag not in tags:
                raise InvalidInput(f"{name} is for the event {tag!r}, which is an event of no kind here")


def check_pattern(pattern: Pattern[Any]) -> None:
    """Raise `InvalidInput` unless the given fields are the whole partition and then the first fields of the sort key."""
    if pattern.kind is RequestKind.LOG:
        return  # it reads the log
    template = pattern.template
    partition = template.partition_fields
    sort, given = ([name for name in names if name not in partition] for names in (template.sort_fields, pattern.given))
    if missing := [name for name in partition if name not in pattern.given]:
        raise InvalidInput(f"the pattern {pattern.query} does not give {missing[0]} of {template.partition}")
    if sort[: len(given)] != given:
        raise InvalidInput(
            f"the pattern {pattern.query} gives {', '.join(given)}, which are not the first fields of {template.sort}"
        )
    if pattern.range is not None and sort[len(given) : len(given) + 1] != [pattern.range]:
        raise InvalidInput(f"the pattern {pattern.query}: {pattern.range} is not the next field of {template.sort}")


def check_replacement(old: Projection, catalog: ProjectionCatalog) -> None:
    """Raise `InvalidInput` if the queries of a replaced projection cannot read the one that the catalog has now."""
    for item in old.items:
        stored = catalog.find_item(item)[1]
        if stored.key.fields != item.key.fields:
            raise InvalidInput(
                f"{stored.__name__}: the key holds other fields than that of {item.__name__}, {item.key.sort}"
            )
    for pattern in old.patterns:
        found = catalog.find_pattern(pattern)
        if describe_request(found) != describe_request(pattern):
            raise InvalidInput(f"the pattern {found.query} has another request than the one that it replaces")


def describe_request(pattern: Pattern[Any]) -> tuple[object, ...]:
    """Return what the query of a pattern relies on."""
    return pattern.kind, pattern.given, pattern.index, pattern.range, pattern.descending
