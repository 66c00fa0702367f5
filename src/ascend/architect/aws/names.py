"""Names of the resources in the CloudFormation template."""

from typing import Any

from ascend.adapters.layout.table_specs import TableSpec

Resource = dict[str, Any]


def make_logical_id(spec: TableSpec) -> str:
    """Return the logical id of a table."""
    return f"{spec.table.value.capitalize()}Table"


def add_prefix(suffix: str) -> Resource:
    """Return a name that begins with the store's prefix."""
    return {"Fn::Sub": f"${{Prefix}}-{suffix}"}
