"""The parts of the reference that are written by the code itself.

python tests/support/docs/generated.py     writes them anew, between `<!-- generated: name -->` and `<!-- end -->`
"""

import re
import sys
from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import anyio.to_thread
from support.paths import ROOT

sys.path[:0] = [str(ROOT / "tests")]  # also when run as a script

from support.docs import commands_page, queries_page  # noqa: E402

from ascend.architect.aws.iam import ALL, GRANTS, OPEN, Grant, Role  # noqa: E402
from ascend.architect.documents.docs import design  # noqa: E402
from ascend.domain import errors  # noqa: E402
from ascend.domain.integrity import INTEGRITY  # noqa: E402

PAGES = ROOT / "docs" / "reference"
PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


async def rules() -> str:
    """Every refusal that is a single rule, with what kind of refusal it is."""
    lines = ["| rule | kind | message |", "|---|---|---|"]
    lines += [f"| `{rule.__name__}` | {kind_of(rule)} | {message(rule)} |" for rule in every_rule()]
    return "\n".join(lines)


def every_rule() -> list[type[errors.Refusal]]:
    found = list(errors.Refusal.__subclasses__())
    for rule in found:
        found += rule.__subclasses__()
    ours = {
        rule for rule in found if rule.__module__.startswith("ascend.domain.") and rule.__module__ != errors.__name__
    }
    return sorted(ours, key=lambda rule: (rule.__module__, rule.__name__))


def kind_of(rule: type[errors.Refusal]) -> str:
    return next(f"`{base.__name__}`" for base in rule.__mro__ if base.__module__ == errors.__name__)


def message(error: type[errors.AscendError]) -> str:
    return " ".join((error.__doc__ or "").strip().split("\n\n")[0].split())


async def permissions() -> str:
    """What each role may do, and to which partition keys its policy for one workspace binds that."""
    lines = ["| role | on | actions | leading keys of one for a workspace |", "|---|---|---|---|"]
    lines += [permission("all", grant) for grant in OPEN]
    lines += [permission(f"`{role.value}`", grant) for role in Role for grant in GRANTS[role] if grant not in OPEN]
    return "\n".join(lines)


def permission(role: str, grant: Grant) -> str:
    place = f"indexes of {grant.table.value}" if grant.indexes else grant.table.value
    actions = ", ".join(f"`{action}`" for action in grant.actions)
    leading = "not granted" if grant.keys == ALL else ", ".join(f"`{key.value}`" for key in grant.keys or ())
    return f"| {role} | {place} | {actions} | {leading} |"


async def integrity() -> str:
    """What becomes of whatever points at something that is deleted."""
    lines = ["| what points | by | at | rule | which means |", "|---|---|---|---|---|"]
    lines += [f"| {p.pointing} | `{p.field}` | {p.pointed} | **{p.rule.value}** | {p.meaning} |" for p in INTEGRITY]
    return "\n".join(lines)


def of_code(write: Callable[[], str]) -> Callable[[], Awaitable[str]]:
    """In a thread: it reads source."""

    async def written() -> str:
        return await anyio.to_thread.run_sync(write)

    return written


PARTS: dict[str, Callable[[], Awaitable[str]]] = {
    **{f"commands-{entity}": of_code(partial(commands_page.commands, entity)) for entity in commands_page.ENTITIES},
    "values": of_code(commands_page.values),
    "queries": of_code(queries_page.queries),
    "lines": of_code(queries_page.lines),
    "design": design,
    "integrity": integrity,
    "permissions": permissions,
    "rules": rules,
}


async def rewritten(text: str) -> str:
    parts = {name: await PARTS[name]() for _, name, _, _ in PART.findall(text)}
    return PART.sub(lambda part: f"{part[1]}\n{parts[part[2]]}\n\n{part[4]}", text)


async def write() -> None:
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text()
        if (new := await rewritten(text)) != text:
            page.write_text(new)
            sys.stdout.write(f"{page.relative_to(ROOT)} is written anew\n")


if __name__ == "__main__":
    anyio.run(write)
