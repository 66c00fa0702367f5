"""The named types of the JSON Schema: ids, names, moments and other simple values, each defined and described once.

pydantic cannot translate a validator function into a schema. So each alias of the domain that has a validator is listed
here with the JSON Schema keywords that describe it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ascend.architect.types.json_parts import IS_ID, JsonSchema, make_enum, make_reference, make_tuple
from ascend.domain import ids, targets, values
from ascend.domain.comments import commands as comments
from ascend.domain.ids import Id
from ascend.domain.tasks import recurrence
from ascend.domain.workspaces import members
from ascend.domain.zone_names import ZONE_NAME


@dataclass(frozen=True, slots=True)
class NamedType:
    type: Any
    """A type or an alias; None if the named type is used only in other named types."""
    meaning: str
    keywords: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Keywords of JSON Schema that pydantic cannot derive from the type."""


def make_id(kind: type[Id], meaning: str) -> NamedType:
    return NamedType(kind, meaning, {IS_ID: True, "type": "string", "pattern": f"^(?:{kind.pattern.pattern})$"})


def make_pair(kind: Mapping[str, Any]) -> JsonSchema:
    """Return keywords for an array of a kind and an id."""
    return make_tuple(dict(kind), {"type": "string"})


NAMED_TYPES: dict[str, NamedType] = {
    "WorkspaceId": make_id(ids.WorkspaceId, "A UUID in lower case, made by whoever creates the workspace: a UUIDv7."),
    "ThingId": make_id(ids.ThingId, "A UUID in lower case, made by whoever creates the Thing: a UUIDv7."),
    "AssetId": make_id(ids.AssetId, "A UUID in lower case, made by whoever creates the Asset: a UUIDv7."),
    "TaskId": make_id(ids.TaskId, "A UUID in lower case, made by whoever creates the Task: a UUIDv7."),
    "RelationId": make_id(ids.RelationId, "A UUID in lower case, derived from the Relation's ends and type."),
    "LinkId": make_id(ids.LinkId, "A UUID in lower case, derived from the two ends of the link."),
    "CommentId": make_id(ids.CommentId, "A UUID in lower case, made by whoever posts the comment: a UUIDv7."),
    "CommandId": make_id(
        ids.CommandId, "A UUID in lower case. A command that is sent again with the same id has no second effect."
    ),
    "UserId": make_id(
        ids.UserId, "The id that the login system gives to a user. Ids that begin with `~` belong to Ascend itself."
    ),
    "Person": NamedType(
        members.Person,
        "The id of a user who is a person; ids that begin with `~` are not allowed.",
        {"pattern": "^[^~]"},
    ),
    "Kind": NamedType(None, "A kind of entity.", {"type": "string"}),
    "Ref": NamedType(ids.Ref, "A reference to an entity: its kind and its id.", make_pair(make_reference("Kind"))),
    "Target": NamedType(
        targets.Target, "A Thing, a Task or an Asset: its kind and its id.", make_pair(make_enum(*targets.IDS))
    ),
    "ThingOrTask": NamedType(
        targets.ThingOrTask, "A Thing or a Task: its kind and its id.", make_pair(make_enum("thing", "task"))
    ),
    "Instant": NamedType(values.Instant, "A moment in RFC 3339 form with an offset; stored in UTC, with `Z`."),
    "Zone": NamedType(values.ZoneName, "The name of an IANA time zone.", {"pattern": f"^{ZONE_NAME.pattern}$"}),
    "WallTime": NamedType(
        values.WallTime,
        "A date and a time of day on the clocks of a zone: YYYY-MM-DDTHH:MM:SS, without an offset.",
        {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"},
    ),
    "Day": NamedType(date, "A calendar day: YYYY-MM-DD."),
    "Due": NamedType(values.Due, "A day (in the reader's time zone) or a moment."),
    "Name": NamedType(values.Name, "One line, not blank, without control characters."),
    "Label": NamedType(values.Label, "A short name: one line, not blank, without control characters."),
    "Text": NamedType(values.Text, f"Unicode of at most {values.TEXT_BYTES:,} bytes in UTF-8."),
    "CommentText": NamedType(comments.CommentText, f"Unicode of 1 to {values.TEXT_BYTES:,} bytes in UTF-8."),
    "Tags": NamedType(values.Tags, "Labels, each at most once. Labels that look the same are equal."),
    "Metadata": NamedType(values.Metadata, "Free-form data for the embedder. Keys that look the same are equal."),
    "Uri": NamedType(
        values.Uri, "A percent-encoded URI such as https://… or s3://…; schemes that run code are refused."
    ),
    "Rule": NamedType(recurrence.Rule, "The value of an RRULE (RFC 5545), such as FREQ=WEEKLY;BYDAY=MO,TH."),
    "Amount": NamedType(values.Amount, "A decimal number of up to 38 digits, as text, so that no digit is lost."),
    "Currency": NamedType(values.Currency, "A currency code of ISO 4217."),
}
