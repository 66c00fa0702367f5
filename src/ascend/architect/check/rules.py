"""Checks a schema: keys, indexes and patterns hold what they promise, before anything is stored.

    for finding in check(Schema.of(projections=MINE, patterns=MY_PATTERNS, fields={"tag_key": label(400)})):
        print(finding)

Each rule takes a schema and gives findings; each finding says what to do.
"""

from ascend.architect.check.fields import FIELDS, Field, label
from ascend.architect.check.indexes import INDEXES
from ascend.architect.check.keys import KEYS
from ascend.architect.check.loads import LOADS
from ascend.architect.check.partitions import PARTITIONS
from ascend.architect.check.patterns import ASKED
from ascend.architect.check.released import RELEASES, released
from ascend.architect.check.schema import Finding, Rule, Schema

__all__ = ["FIELDS", "RULES", "Field", "Finding", "Schema", "check", "label", "our_schema"]

RULES: tuple[Rule, ...] = (*ASKED, *INDEXES, *KEYS, *LOADS, *PARTITIONS, *RELEASES)


def check(schema: Schema) -> list[Finding]:
    """All findings; none where all is well."""
    return [finding for rule in RULES for finding in rule(schema)]


def our_schema() -> Schema:
    """What comes with Ascend, against what was released of it."""
    return Schema.of(released=released())
