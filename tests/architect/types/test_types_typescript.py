"""The TypeScript types accept exactly the data that is valid, and no call that mixes up ids or names unknown things."""

import re
from pathlib import Path
from typing import Any

import pytest
from support.architect import stored_samples
from support.architect.typescript import TypeScript, to_literal
from support.cli.command_line import AscendCommand
from support.one_of_each import EXAMPLES

from ascend.architect.types.typescript.interfaces import BANNER
from ascend.architect.types.typescript.package import COMPILER_OPTIONS, render_package
from ascend.cli.app import run
from ascend.projections.life_os import LIFE_OS

TASK, HOME = "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3", "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a4"
LOOSE = """
/** Parsed JSON: its ids are plain text. */
type Loose<T> = unknown extends T ? unknown : T extends Brand<string, string> ? string
  : T extends string | number | boolean | null | undefined ? T : { [Key in keyof T]: Loose<T[Key]> };
"""


def write_program(examples: list[stored_samples.NamedValue]) -> str:
    names = sorted({name for name, _ in examples})
    head = f'import type {{ Brand, {", ".join(names)} }} from "life-os-client";{LOOSE}'
    values = (f"export const _{at}: Loose<{name}> = {to_literal(value)};" for at, (name, value) in enumerate(examples))
    return "\n".join([head, *values])


def test_real_items_commit_bodies_and_commands_have_their_types(life_os_package: TypeScript) -> None:
    commands = [(type(example).__name__, example.model_dump(mode="json", exclude_unset=True)) for example in EXAMPLES]
    examples = [
        *stored_samples.list_read_items(),
        *stored_samples.list_stored_items(),
        *stored_samples.list_commit_bodies(),
        *commands,
    ]

    assert life_os_package.compile(write_program(examples)) == []


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


def test_each_fault_and_nothing_else_is_an_error(life_os_package: TypeScript) -> None:
    text = write_program([*RIGHT, *FAULTS.values()])

    lines = life_os_package.find_lines_with_errors(text)

    first = 2 + LOOSE.count("\n") + len(RIGHT)
    assert {fault for at, fault in enumerate(FAULTS) if at + first not in lines} == set()
    assert lines == set(range(first, first + len(FAULTS)))


# ---- what must not compile -----------------------------------------------------------------------------------------

CALLS = """\
import { CommandSender, TaskId, ThingId, UserId, WorkspaceId, isRefusedBy, newId, type Transport, type Viewer } from "life-os-client";
declare const me: Viewer;
declare const transport: Transport;
const workspace = newId(WorkspaceId);
const task = newId(TaskId);
const thing = newId(ThingId);
const send = new CommandSender(transport);
"""
ACCEPTED = """\
me.tasks.task({ workspace, task });
me.tasks.tasksByStatus({ workspace, status: "open" }, { days: { from: new Date(), to: "2030-12-31", zone: "Europe/Berlin" } });
me.across.feed({ days: { to: "2030-12-31" }, limit: 20, cursor: null });
me.things.relationsFrom({ workspace, source: ["thing", thing], type: "holds" });
send.createTask(workspace, { task_id: task, title: "Paint", about: [thing] }, { expected: [[["thing", thing], 3]] });
isRefusedBy(new Error(), "TaskIsCancelled");
const text: string = task;
"""
REFUSED_CALLS: dict[str, str] = {
    "an id of another kind": "me.tasks.task({ workspace, task: thing });",
    "text for an id": 'me.tasks.task({ workspace, task: "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3" });',
    "two ids the wrong way round": "me.tasks.task({ workspace: task, task: workspace });",
    "an id in a field of a command": 'send.createTask(workspace, { task_id: thing, title: "Paint" });',
    "an id in a list of a command": 'send.createTask(workspace, { task_id: task, title: "Paint", about: [task] });',
    "a reference whose id is of another kind": 'me.things.relationsFrom({ workspace, source: ["thing", task] });',
    "a reference to a kind that cannot be meant": 'me.assets.assetsOf({ workspace, target: ["asset", task] });',
    "a range without an end": 'me.across.feed({ days: { zone: "Europe/Berlin" } });',
    "a range whose end is a number": "me.across.feed({ days: { from: 20300101 } });",
    "a range of a pattern without one": 'me.tasks.tasks({ workspace }, { days: { from: "2030-01-01" } });',
    "an unknown argument": "me.tasks.tasks({ workspace, task });",
    "a missing argument": "me.tasks.tasksByStatus({ workspace });",
    "a status that nobody knows": 'me.tasks.tasksByStatus({ workspace, status: "asleep" });',
    "an unknown option": "me.tasks.tasks({ workspace }, { page: 2 });",
    "an unknown question": "me.tasks.tasksByColour({ workspace });",
    "an unknown command": 'send.paintTask(workspace, { task_id: task, colour: "red" });',
    "an unknown field of a command": 'send.createTask(workspace, { task_id: task, title: "Paint", colour: "red" });',
    "a version without its entity": 'send.createTask(workspace, { task_id: task, title: "P" }, { expected: [3] });',
    "an unknown rule": 'isRefusedBy(new Error(), "TaskIsBlue");',
    "a change of what was read": "me.tasks.tasks({ workspace }).then((page) => page.items.push());",
    "a cursor as a number": "me.tasks.tasks({ workspace }, { cursor: 2 });",
    "a user as plain text": "me.across.tasksOf({ workspace, user: 'ada' });",
}


def test_no_wrong_call_compiles_and_the_right_ones_do(life_os_package: TypeScript) -> None:
    """Every wrong call stands behind `@ts-expect-error`: one that compiles is an error as well."""
    wrong = "\n".join(f"// @ts-expect-error {fault}\n{call}" for fault, call in REFUSED_CALLS.items())

    assert life_os_package.compile(f"{CALLS}{ACCEPTED}{wrong}") == []


def test_each_wrong_call_is_an_error_of_its_own(life_os_package: TypeScript) -> None:
    first = 1 + CALLS.count("\n")

    lines = life_os_package.find_lines_with_errors(CALLS + "\n".join(REFUSED_CALLS.values()))

    assert lines == set(range(first, first + len(REFUSED_CALLS)))


# ---- the package ---------------------------------------------------------------------------------------------------


def test_the_package_is_compiled_with_the_additional_strict_options() -> None:
    strict = {
        "strict",
        "exactOptionalPropertyTypes",
        "noFallthroughCasesInSwitch",
        "noImplicitOverride",
        "noImplicitReturns",
        "noPropertyAccessFromIndexSignature",
        "noUncheckedIndexedAccess",
        "noUnusedLocals",
        "noUnusedParameters",
    }
    assert {option for option in strict if COMPILER_OPTIONS[option]} == strict


def test_every_field_of_every_interface_has_a_comment() -> None:
    lines = render_package(LIFE_OS)["src/types.ts"].splitlines()
    fields = [at for at, line in enumerate(lines) if re.match(r"  [\w\"]+\??: ", line)]

    assert len(fields) > 500
    assert [lines[at] for at in fields if not lines[at - 1].endswith("*/")] == []


def test_every_method_of_the_client_and_the_senders_has_a_comment() -> None:
    for path, text in render_package(LIFE_OS).items():
        if path.startswith("src/repositories/") or path == "src/commands.ts":
            lines = text.splitlines()
            methods = [
                at for at, line in enumerate(lines) if re.match(r"  [a-z]\w*\(", line) and "constructor" not in line
            ]
            assert methods
            assert [lines[at] for at in methods if not lines[at - 1].endswith("*/")] == []


def test_a_front_end_that_sends_commands_needs_no_aws_sdk(life_os_package: TypeScript) -> None:
    package = render_package(LIFE_OS)
    files, seen = ["src/commands.ts"], set[str]()
    while files:
        path = files.pop()
        seen.add(path)
        imported: list[str] = re.findall(r'from "(\.\.?/[^"]+)\.js"', package[path])
        files += [file for name in imported if (file := find_file(path, name)) not in seen]

    assert "src/runtime/sender.ts" in seen
    assert [path for path in seen if "@aws-sdk" in package[path]] == []


def find_file(path: str, name: str) -> str:
    return str((Path("/") / path).parent.joinpath(f"{name}.ts").resolve().relative_to("/"))


def test_the_command_line_writes_the_package_over_an_earlier_one(ascend: AscendCommand, tmp_path: Path) -> None:
    repositories = tmp_path / "src" / "repositories"
    repositories.mkdir(parents=True)
    (tmp_path / "src" / "types.ts").write_text("old")
    (repositories / "gone.ts").write_text(f"{BANNER}export class GoneRepository {{}}\n")
    (repositories / "mine.ts").write_text("mine")

    shown = ascend("schema", "types", "--format", "typescript", "--write", tmp_path)

    assert shown.code == 0
    assert f"into {tmp_path}" in shown.out
    for path, text in render_package(LIFE_OS).items():
        assert (tmp_path / path).read_text() == text
    assert (repositories / "mine.ts").read_text() == "mine"
    assert not (repositories / "gone.ts").exists()


def test_the_command_line_writes_no_other_format(ascend: AscendCommand, tmp_path: Path) -> None:
    refused = ascend("schema", "types", "--write", tmp_path)

    assert refused.code == 2
    assert "add --format typescript" in refused.error
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_prints_types_that_need_no_other_file(
    capsys: pytest.CaptureFixture[str], life_os_package: TypeScript
) -> None:
    assert run(["schema", "types", "--format", "typescript"]) == 0

    printed = capsys.readouterr().out
    assert not re.search(r"^import ", printed, re.MULTILINE)
    assert life_os_package.compile(f"{printed}\nexport const is = (task: TaskId): string => task;\n") == []
    wrong = f"{printed}\nexport const is = (task: TaskId): ThingId => task;\n"
    assert life_os_package.find_lines_with_errors(wrong) == {wrong.count("\n")}
