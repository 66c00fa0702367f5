"""`tsc --strict` accepts exactly the data that is valid."""

import re
from typing import Any

import pytest
from support.architect import stored_samples
from support.architect.typescript import STRICTER, TypeScript, to_literal
from support.one_of_each import EXAMPLES
from support.paths import ROOT

from ascend.architect.types.types import TYPESCRIPT
from ascend.cli.app import run

PAGE = ROOT / "docs" / "how-to" / "use-the-types.md"
BLOCKS: list[str] = re.findall(r"^```typescript\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
TASK, HOME = "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3", "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a4"


def test_the_strictest_compiler_accepts_it(project: TypeScript) -> None:
    assert project.compile(options=STRICTER) == []


def write_program(examples: list[stored_samples.NamedValue]) -> str:
    names = sorted({name for name, _ in examples})
    values = (f"export const _{at}: {name} = {to_literal(value)};" for at, (name, value) in enumerate(examples))
    return "\n".join([f'import type {{ {", ".join(names)} }} from "./ascend.js";', *values])


def test_real_items_commit_bodies_and_commands_have_their_types(project: TypeScript) -> None:
    commands = [(type(example).__name__, example.model_dump(mode="json", exclude_unset=True)) for example in EXAMPLES]
    examples = [
        *stored_samples.list_read_items(),
        *stored_samples.list_stored_items(),
        *stored_samples.list_commit_bodies(),
        *commands,
    ]

    assert project.compile(write_program(examples)) == []


LINE: dict[str, Any] = {"workspace": HOME, "task": TASK, "title": "Paint", "status": "open", "priority": 3}
WHOLE: dict[str, Any] = LINE | {"assignees": []}
EVENT = ["task.edited", 2, "2030-01-01T08:00:00Z", {"task_id": TASK, "by": "ada", "title": "Draw"}]
RECORD = {"id": TASK, "digest": "", "actor": "ada"}
RIGHT: list[stored_samples.NamedValue] = [
    ("TaskLine", WHOLE),
    ("DeleteTask", {"task_id": TASK}),
    ("LinkAsset", {"asset_id": TASK, "to": ["task", TASK]}),
    ("EditAsset", {"asset_id": TASK, "amount": "1.50"}),
    ("CommandRecord", RECORD | {"events": [EVENT]}),
]
FAULTS: dict[str, stored_samples.NamedValue] = {
    "a field of another type": ("TaskLine", WHOLE | {"assignees": "ada"}),
    "a field that is missing": ("TaskLine", LINE),
    "a field that nobody knows": ("DeleteTask", {"task_id": TASK, "why": "no more"}),
    "an unknown word": ("TaskLine", WHOLE | {"status": "asleep"}),
    "null where a field is left out": ("TaskLine", WHOLE | {"due": None}),
    "a reference to a kind that cannot be meant": ("LinkAsset", {"asset_id": TASK, "to": ["asset", TASK]}),
    "an amount as a number": ("EditAsset", {"asset_id": TASK, "amount": 1.5}),
    "data of another version": ("CommandRecord", RECORD | {"events": [[EVENT[0], 1, *EVENT[2:]]]}),
}


def test_each_fault_and_nothing_else_is_an_error(project: TypeScript) -> None:
    text = write_program([*RIGHT, *FAULTS.values()])

    lines = {int(line) for line in re.findall(r"^program\.ts\((\d+),", "\n".join(project.compile(text)), re.MULTILINE)}

    first = 2 + len(RIGHT)
    assert {fault for at, fault in enumerate(FAULTS) if at + first not in lines} == set()
    assert lines == set(range(first, first + len(FAULTS)))


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_the_page_compile(block: str, project: TypeScript) -> None:
    assert project.compile(block, STRICTER) == []


def test_the_command_line_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "types", "--format", "typescript"]) == 0

    assert capsys.readouterr().out == TYPESCRIPT.read_text()
