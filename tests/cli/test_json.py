"""With --json, what stands on standard output is one JSON document, and nothing in it moves a terminal."""

import unicodedata
from typing import Any

import pytest
import yaml
from support.cli.given import EVIL, EVIL_TEXT, Ascend

from ascend.cli.terminal.text import escape_json


def test_documents_of_the_schema_are_one_json_document_each(ascend: Ascend) -> None:
    template = ascend("--json", "schema", "cloudformation")
    as_yaml = ascend("--json", "schema", "iam", "reader", "--format", "yaml")
    markdown = ascend("--json", "schema", "docs")
    typescript = ascend("--json", "schema", "types", "--format", "typescript")

    assert template.json == yaml.safe_load(ascend("schema", "cloudformation").out)
    assert as_yaml.json == ascend("schema", "iam", "reader").json
    assert markdown.json == {"text": ascend("schema", "docs").out}
    assert typescript.json == {"text": ascend("schema", "types", "--format", "typescript").out}
    assert ascend("--json", "schema", "types").json == ascend("schema", "types").json
    assert ascend("--json", "schema", "workbench").json == ascend("schema", "workbench").json


def test_other_peoples_text_is_no_terminals_business(ascend: Ascend) -> None:
    shown, listed = ascend("--json", "show", "Work", EVIL), ascend("--json", "history", "Work")

    for told in (shown, listed):
        hidden = {c for c in told.out if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n"}
        assert hidden == set()
    assert r"\u009b2J" in shown.out
    assert r"\u202egnp.exe" in shown.out
    assert EVIL_TEXT in strings(shown.json)
    assert EVIL_TEXT in strings(listed.json)


def strings(value: Any) -> list[object]:
    if isinstance(value, str):
        return [value]
    inside: list[Any] = [*value.values()] if hasattr(value, "values") else value if hasattr(value, "append") else []
    return [found for one in inside for found in strings(one)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"Grüße, 世界 🌿"', '"Grüße, 世界 🌿"'),
        ('"👩\u200d🌾"', '"👩\u200d🌾"'),
        ('"\x7f\x85\x9b"', r'"\u007f\u0085\u009b"'),
        ('"\u2028\u202e\u2066\ufeff"', r'"\u2028\u202e\u2066\ufeff"'),
        ('"\U000e0041"', r'"\udb40\udc41"'),
        ('[\n  "x"\n]', '[\n  "x"\n]'),
    ],
)
def test_json_is_made_harmless(text: str, shown: str) -> None:
    assert escape_json(text.encode()) == shown
