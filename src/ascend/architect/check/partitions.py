"""A rule about partitions: a partition that takes all writes of a workspace must state why it can bear the load.

A partition takes 1,000 write units a second. If no field of the partition key spreads the writes, all writes of a
workspace, or of the whole store, go to one partition.
"""

from collections.abc import Iterator

from ascend.architect.check.schema import Finding, PlacedKeys, Rule, Schema

TENANT = "workspace"


def find_hot_partitions(schema: Schema) -> Iterator[Finding]:
    """Find partitions that take all writes of a workspace or of the store without a stated reason."""
    reported: set[tuple[str, str]] = set()
    for keys in schema.iter_keys():
        owner = find_owner(schema, keys)
        where = keys.place, keys.template.pk
        if owner is not None and where not in reported and not find_reason(schema, keys):
            reported.add(where)
            problem = f"all writes of this kind in {owner} go to one partition, and no reason is stated"
            yield Finding(
                "hot partition", str(keys), problem, "state the reason (`hot=…`), or spread the partition key"
            )


def find_owner(schema: Schema, keys: PlacedKeys) -> str | None:
    """Return the scope whose writes all go to one partition; None if a field of the partition key spreads them."""
    fields = schema.find_fields(keys.template.pk, keys.item)
    if any(not field.few and name != TENANT for name, field in fields):
        return None
    return "a workspace" if any(name == TENANT for name, _ in fields) else "the whole store"


def find_reason(schema: Schema, keys: PlacedKeys) -> str:
    """Return the reason stated by an item type of this partition or by a pattern that reads it; else an empty text."""
    where = keys.place, keys.template.pk
    from_items = ((other.item.hot, other) for other in schema.iter_keys())
    from_patterns = ((pattern.hot, schema.find_keys(pattern)) for pattern in schema.patterns)
    for reason, other in (*from_items, *from_patterns):
        if reason and other is not None and (other.place, other.template.pk) == where:
            return reason
    return ""


PARTITION_RULES: tuple[Rule, ...] = (find_hot_partitions,)
