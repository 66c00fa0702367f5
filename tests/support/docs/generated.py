"""The generated parts of the reference, between `<!-- generated: name -->` and `<!-- end -->`."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
from support.docs.commands_page import SECTIONS, render_others, render_section
from support.docs.queries_page import render_lines, render_queries
from support.docs.value_types import render_values
from support.paths import ROOT

from ascend.architect.aws.iam import EVERY_KEY, GRANTS, OPEN_GRANTS, Grant, ProcessRole, list_leading_keys
from ascend.architect.documents.design import render_design
from ascend.architect.documents.markdown import render_table
from ascend.domain import errors
from ascend.domain.integrity import INTEGRITY
from ascend.projections.life_os import LIFE_OS

PAGES = ROOT / "docs" / "reference"
PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def render_rules() -> str:
    """Return a table of every refusal of a single rule, with its kind and its message."""
    rows = ((f"`{rule.__name__}`", find_kind(rule), format_message(rule)) for rule in list_rules())
    return render_table(("rule", "kind", "message"), rows)


def list_rules() -> list[type[errors.Refusal]]:
    classes = list(errors.Refusal.__subclasses__())
    for cls in classes:  # the list grows in the loop
        classes += cls.__subclasses__()
    rules = {
        cls for cls in classes if cls.__module__.startswith("ascend.domain.") and cls.__module__ != errors.__name__
    }
    return sorted(rules, key=lambda rule: (rule.__module__, rule.__name__))


def find_kind(rule: type[errors.Refusal]) -> str:
    """Return the public refusal class that the rule belongs to."""
    return next(f"`{base.__name__}`" for base in rule.__mro__ if base.__module__ == errors.__name__)


def format_message(error: type[errors.AscendError]) -> str:
    """Return the first paragraph of the error's docstring, which is its message."""
    return " ".join((error.__doc__ or "").strip().split("\n\n")[0].split())


def render_permissions() -> str:
    """Return a table of each role's actions, and of the partition keys to which a policy for one workspace limits them."""
    rows = [describe_grant("all", grant) for grant in OPEN_GRANTS]
    rows += [
        describe_grant(f"`{role.value}`", grant)
        for role in ProcessRole
        for grant in GRANTS[role]
        if grant not in OPEN_GRANTS
    ]
    return render_table(("role", "on", "actions", "leading keys in a policy for one workspace"), rows)


def describe_grant(role: str, grant: Grant) -> tuple[str, ...]:
    place = f"indexes of {grant.table.value}" if grant.indexes else grant.table.value
    actions = ", ".join(f"`{action}`" for action in grant.actions)
    return role, place, actions, describe_keys(grant)


def describe_keys(grant: Grant) -> str:
    if grant.keys == EVERY_KEY:
        return "not granted"
    if grant.bound:
        return "in every policy: " + ", ".join(f"`{pattern}`" for pattern in list_leading_keys(grant, None))
    return ", ".join(f"`{key.value}`" for key in grant.keys or ())


def render_integrity() -> str:
    """Return a table of what happens to entities that point at a deleted entity."""
    rows = ((p.pointing, f"`{p.field}`", p.pointed, f"**{p.rule.value}**", p.meaning) for p in INTEGRITY)
    return render_table(("pointing entity", "by", "at", "rule", "meaning"), rows)


def run_in_thread(render: Callable[[], str]) -> Callable[[], Awaitable[str]]:
    """Return an async function that renders in a thread, because rendering reads source files."""

    async def run() -> str:
        return await anyio.to_thread.run_sync(render)

    return run


PARTS: dict[str, Callable[[], Awaitable[str]]] = {
    **{f"commands-{name}": run_in_thread(partial(render_section, name)) for name in SECTIONS},
    "commands-others": run_in_thread(render_others),
    "values": run_in_thread(render_values),
    "queries": run_in_thread(render_queries),
    "lines": run_in_thread(render_lines),
    "design": partial(render_design, LIFE_OS),
    "integrity": run_in_thread(render_integrity),
    "permissions": run_in_thread(render_permissions),
    "rules": run_in_thread(render_rules),
}


async def regenerate(text: str) -> str:
    """Return the page's text with its generated parts as the code renders them now."""
    parts = {name: await PARTS[name]() for _, name, _, _ in PART.findall(text)}
    return PART.sub(lambda match: f"{match[1]}\n{parts[match[2]]}\n\n{match[4]}", text)


def render_pages() -> dict[Path, str]:
    """Return the text of every page of the reference."""
    return anyio.run(regenerate_pages)


async def regenerate_pages() -> dict[Path, str]:
    return {page: await regenerate(page.read_text()) for page in sorted(PAGES.glob("*.md"))}
