"""The words of the JSON Schema: what values are made of, each named and described once.

A validator is a function, which no schema shows; so each alias of the domain that has one is listed here, with what can
be said of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from ascend.domain import ids, targets, values
from ascend.domain.catalog import MODEL
from ascend.domain.comments import commands as comments
from ascend.domain.ids import Id
from ascend.domain.tasks import recurrence
from ascend.domain.workspaces import members


@dataclass(frozen=True, slots=True)
class Word:
    type: Any
    """A type or an alias; None: it only stands in other words."""
    meaning: str
    says: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the library cannot see in the type: keywords of JSON Schema."""


def id_word(kind: type[Id], meaning: str) -> Word:
    return Word(kind, meaning, {"type": "string", "pattern": f"^(?:{kind.pattern.pattern})$"})


def one_of(*texts: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(texts)}


def pair(kind: Mapping[str, Any]) -> dict[str, Any]:
    both = [kind, {"type": "string"}]
    return {"type": "array", "prefixItems": both, "items": False, "minItems": 2, "maxItems": 2}


ZONE = Annotated[str, *values.ZonedTime.model_fields["zone"].metadata]

WORDS: dict[str, Word] = {
    "WorkspaceId": id_word(ids.WorkspaceId, "A UUID in lower case, made by whoever creates the workspace: a UUIDv7."),
    "ThingId": id_word(ids.ThingId, "A UUID in lower case, made by whoever creates the Thing: a UUIDv7."),
    "AssetId": id_word(ids.AssetId, "A UUID in lower case, made by whoever creates the Asset: a UUIDv7."),
    "TaskId": id_word(ids.TaskId, "A UUID in lower case, made by whoever creates the Task: a UUIDv7."),
    "RelationId": id_word(ids.RelationId, "A UUID in lower case, derived from the Relation's ends and type."),
    "LinkId": id_word(ids.LinkId, "A UUID in lower case, derived from the two ends of the link."),
    "CommentId": id_word(ids.CommentId, "A UUID in lower case, made by whoever posts the comment: a UUIDv7."),
    "CommandId": id_word(
        ids.CommandId, "A UUID in lower case. Sent again with the same id, a command has no second effect."
    ),
    "UserId": id_word(ids.UserId, "As the login system gives it. Those with `~` in front are the system's own."),
    "Person": Word(members.Person, "A user who is a person: none of the system's own.", {"pattern": "^[^~]"}),
    "Kind": Word(None, "Of an entity.", one_of(*MODEL.kinds)),
    "Ref": Word(ids.Ref, "Which entity: its kind and its id.", pair({"$ref": "#/$defs/Kind"})),
    "Target": Word(targets.Target, "A Thing, a Task or an Asset: its kind and its id.", pair(one_of(*targets.IDS))),
    "ThingOrTask": Word(targets.ThingOrTask, "A Thing or a Task: its kind and its id.", pair(one_of("thing", "task"))),
    "Instant": Word(values.Instant, "A moment, RFC 3339 with an offset; stored in UTC, with `Z`."),
    "Zone": Word(ZONE, "Name of an IANA time zone.", {"pattern": f"^{values.ZONE_NAME.pattern}$"}),
    "Day": Word(date, "A day of the calendar: YYYY-MM-DD."),
    "Due": Word(values.Due, "A day (wherever the reader is) or a moment."),
    "Name": Word(values.Name, "One line, not blank, without control characters."),
    "Label": Word(values.Label, "A short name: one line, not blank, without control characters."),
    "Text": Word(values.Text, f"Unicode of at most {values.TEXT_BYTES:,} bytes in UTF-8."),
    "Words": Word(comments.Words, f"Unicode of 1 to {values.TEXT_BYTES:,} bytes in UTF-8."),
    "Tags": Word(values.Tags, "Each once."),
    "Metadata": Word(values.Metadata, "Free for the embedder's use."),
    "Uri": Word(values.Uri, "Such as https://… or s3://…, percent-encoded; no scheme that runs code."),
    "Rule": Word(recurrence.Rule, "The value of an RRULE (RFC 5545), such as FREQ=WEEKLY;BYDAY=MO,TH."),
    "Amount": Word(values.Amount, "A decimal number of up to 38 digits, as text: no digit is lost."),
    "Currency": Word(values.Currency, "ISO 4217."),
}
