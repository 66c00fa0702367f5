"""Checks a schema: keys, indexes and patterns hold what they promise, before anything is stored.

    for finding in check(Schema.of(projections=MINE, patterns=MY_PATTERNS, fields={"tag_key": label(400)})):
        print(finding)

Each rule takes a schema and gives findings; each finding says what to do.
"""

from ascend.adapters.schema.check_indexes import INDEXES
from ascend.adapters.schema.check_keys import KEYS
from ascend.adapters.schema.check_loads import LOADS
from ascend.adapters.schema.check_partitions import PARTITIONS
from ascend.adapters.schema.check_patterns import ASKED
from ascend.adapters.schema.check_released import RELEASES, released
from ascend.adapters.schema.checked import Finding, Rule, Schema
from ascend.adapters.schema.fields import FIELDS, Field, label

__all__ = ["FIELDS", "RULES", "Field", "Finding", "Schema", "check", "label", "our_schema"]

RULES: tuple[Rule, ...] = (*ASKED, *INDEXES, *KEYS, *LOADS, *PARTITIONS, *RELEASES)


def check(schema: Schema) -> list[Finding]:
    """All findings; none where all is well."""
    return [finding for rule in RULES for finding in rule(schema)]


def our_schema() -> Schema:
    """What comes with Ascend, against what was released of it."""
    return Schema.of(released=released())
