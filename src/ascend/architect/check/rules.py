"""Check a schema before anything is stored: its keys, indexes and access patterns.

    for finding in check_schema(Schema.collect(MY_APP.projections, fields={"tag_key": text_field(400)})):
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
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

__all__ = ["FIELDS", "RULES", "Field", "Finding", "Schema", "check_schema", "load_schema", "text_field"]

RULES: tuple[Rule, ...] = (*PATTERN_RULES, *INDEX_RULES, *KEY_RULES, *LOAD_RULES, *PARTITION_RULES, *RELEASE_RULES)


def check_schema(schema: Schema) -> list[Finding]:
    """Return all findings; the list is empty if the schema keeps every rule."""
    return [finding for rule in RULES for finding in rule(schema)]


def load_schema(app: Application) -> Schema:
    """Return the schema of the application. Released shapes are recorded for the Life OS only, so only it has them."""
    released = read_released() if app == LIFE_OS else None
    return Schema.collect(app.projections, app.model.events.values(), released=released)
