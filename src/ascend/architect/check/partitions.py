"""A rule about partitions: one that takes all that a tenant writes of a kind says why it can bear that.

A partition takes 1,000 write units a second. Keys that no field spreads put all of a workspace, or of the whole store,
into one.
"""

from collections.abc import Iterator

from ascend.architect.check.schema import Finding, Keys, Rule, Schema

TENANT = "workspace"


def hot(schema: Schema) -> Iterator[Finding]:
    """A partition that collects a tenant's whole traffic without saying so."""
    told: set[tuple[str, str]] = set()
    for keys in schema.all_keys():
        whose = takes_all_of(schema, keys)
        where = keys.place, keys.template.pk
        if whose is not None and where not in told and not reason(schema, keys):
            told.add(where)
            said = f"all that {whose} writes of this kind goes to one partition, and nothing says why it can bear that"
            yield Finding("hot partition", str(keys), said, "say it (`hot=…`), or spread the partition key")


def takes_all_of(schema: Schema, keys: Keys) -> str | None:
    """Whose; None where a field of the partition key spreads it."""
    fields = schema.fields_in(keys.template.pk, keys.item)
    if any(not field.few and name != TENANT for name, field in fields):
        return None
    return "a workspace" if any(name == TENANT for name, _ in fields) else "the whole store"


def reason(schema: Schema, keys: Keys) -> str:
    """What is said of the partition: by an item type that lies there, or by a pattern that asks it."""
    where = keys.place, keys.template.pk
    lying = ((one.item.hot, one) for one in schema.all_keys())
    asked = ((pattern.hot, schema.keys_of(pattern)) for pattern in schema.patterns)
    said = (hot for hot, found in (*lying, *asked) if found and (found.place, found.template.pk) == where)
    return next((hot for hot in said if hot), "")


PARTITIONS: tuple[Rule, ...] = (hot,)
