"""Check a schema before anything is stored: its keys, indexes and access patterns.

    for finding in check_schema(Schema.collect(projections=MINE, patterns=MY_PATTERNS, fields={"tag_key": text_field(400)})):
        print(finding)

Each rule takes a schema and yields findings. Each finding says what to do.
"""

from ascend.architect.check.fields import FIELDS, Field, text_field
from ascend.architect.check.indexes import INDEX_RULES
from ascend.architect.check.keys import KEY_RULES
from ascend.architect.check.loads import LOAD_RULES
from ascend.architect.check.partitions import PARTITION_RULES
from ascend.architect.check.patterns import PATTERN_RULES
from ascend.architect.check.released import RELEASE_RULES, read_released
from ascend.architect.check.schema import Finding, Rule, Schema

__all__ = ["FIELDS", "RULES", "Field", "Finding", "Schema", "check_schema", "load_own_schema", "text_field"]

RULES: tuple[Rule, ...] = (*PATTERN_RULES, *INDEX_RULES, *KEY_RULES, *LOAD_RULES, *PARTITION_RULES, *RELEASE_RULES)


def check_schema(schema: Schema) -> list[Finding]:
    """Return all findings; the list is empty if the schema keeps every rule."""
    return [finding for rule in RULES for finding in rule(schema)]


def load_own_schema() -> Schema:
    """Return Ascend's own schema, together with the shapes that were released."""
    return Schema.collect(released=read_released())
