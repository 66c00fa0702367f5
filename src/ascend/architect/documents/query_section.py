"""Section of the design document with a query of each access pattern that runs as it is printed."""

from collections.abc import Iterable
from typing import Any

from ascend.adapters.table.item import Item
from ascend.architect.documents.boto3_calls import SETUP
from ascend.architect.documents.boto3_calls import format_call as format_boto3_call
from ascend.architect.documents.command_lines import format_command
from ascend.architect.documents.pattern_sections import describe_condition
from ascend.architect.documents.sample_requests import SampleRequest
from ascend.architect.sample import is_tombstone
from ascend.projections.pattern import Pattern

ANSWER_LINES = 5
"""The most items of an answer that are listed."""
MADE_UP = "The sample store holds no such item: the values are made up, and the answer is empty."


def render_setup() -> str:
    return f"```python fragment\n{SETUP}\n```"


def render_queries(requests: Iterable[SampleRequest]) -> str:
    """Return the part of each pattern: the call, the keys, the request for two tools, and the answer."""
    return "\n\n".join(map(render_query, requests))


def render_query(sample: SampleRequest) -> str:
    pattern = sample.pattern
    joined = f"; the BatchGet also reads {pattern.joined}" if pattern.joined else ""
    return "\n\n".join(
        (
            f"### {pattern.query}",
            f"{pattern.name}: `await {pattern.example or format_call(pattern)}`.",
            f"{describe_condition(pattern)}{joined}.",
            f"```bash\n{format_command(sample.request)}\n```",
            f"```python fragment\n{format_boto3_call(sample.request)}\n```",
            render_answer(sample),
        )
    )


def format_call(pattern: Pattern[Any]) -> str:
    """Return a call of `ask` or `ask_across`, for a pattern without a method of its own."""
    method, owner, of = (
        ("ask_across", "user", "ada")
        if pattern.across and "workspace" not in pattern.given
        else ("ask", "workspace", "home")
    )
    given = "".join(f", {name}={name}" for name in pattern.given if name != owner)
    return f"queries.{method}({pattern.query.upper()}, {of}, viewer=ada{given})"


def render_answer(sample: SampleRequest) -> str:
    """Return the keys of the items that the request returns; those of tombstones are left out."""
    if sample.made_up:
        return MADE_UP
    shown = [item for item in sample.answer if not is_tombstone(item)]
    lines = [describe_item(item) for item in shown[:ANSWER_LINES]]
    more = [f"… and {len(shown) - ANSWER_LINES} more"] if len(shown) > ANSWER_LINES else []
    return "The answer:\n\n```text\n" + "\n".join((*lines, *more)) + "\n```"


def describe_item(item: Item) -> str:
    """Return the item's type, if it has one, and its keys in the table, with characters that are not printed escaped."""
    return " ".join((str(item.attributes.get("type", "commit")), ascii_controls(f"{item.key.pk} {item.key.sk}")))


def ascii_controls(text: str) -> str:
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
