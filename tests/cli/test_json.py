"""With --json, standard output is one JSON document without control characters."""

import unicodedata
from typing import Any

import pytest
import yaml
from support.cli.command_line import AscendCommand
from support.cli.filled_store import EVIL, EVIL_TEXT

from ascend.cli.terminal.text import escape_json


def test_each_schema_document_is_one_json_document(ascend: AscendCommand) -> None:
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


def test_json_escapes_control_characters_of_other_people(ascend: AscendCommand) -> None:
    shown, listed = ascend("--json", "show", "Work", EVIL), ascend("--json", "history", "Work")

    for result in (shown, listed):
        hidden = {c for c in result.out if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n"}
        assert hidden == set()
    assert r"\u009b2J" in shown.out
    assert r"\u202egnp.exe" in shown.out
    assert EVIL_TEXT in find_strings(shown.json)
    assert EVIL_TEXT in find_strings(listed.json)


def find_strings(value: Any) -> list[object]:
    if isinstance(value, str):
        return [value]
    parts: list[Any] = [*value.values()] if hasattr(value, "values") else value if hasattr(value, "append") else []
    return [text for part in parts for text in find_strings(part)]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ('"Grüße, 世界 🌿"', '"Grüße, 世界 🌿"'),
        ('"👩\u200d🌾"', '"👩\u200d🌾"'),
        ('"\x7f\x85\x9b"', r'"\u007f\u0085\u009b"'),
        ('"\u2028\u202e\u2066\ufeff"', r'"\u2028\u202e\u2066\ufeff"'),
        ('"\U000e0041"', r'"\udb40\udc41"'),
        ('[\n  "x"\n]', '[\n  "x"\n]'),
    ],
)
def test_invisible_characters_become_json_escapes(text: str, escaped: str) -> None:
    assert escape_json(text.encode()) == escaped
