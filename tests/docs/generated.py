"""The parts of the reference that are written by the code itself.

python tests/docs/generated.py     writes them anew, between `<!-- generated: name -->` and `<!-- end -->`
"""

import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests")]  # also when run as a script

from docs.example_items import every_item, kinds, last, shown  # noqa: E402  behind the path

from ascend import PROJECTIONS  # noqa: E402
from ascend.adapters.schema.docs import design  # noqa: E402
from ascend.adapters.schema.items import ENGINE  # noqa: E402
from ascend.domain import errors  # noqa: E402

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


async def all_keys() -> str:
    """Of the engine's own items; those of read items are in a table of their own."""
    rows = [(one.table.value, one.key.pk, one.key.sk, one.name) for one in ENGINE]
    lines = (f"{table:<8} {pk:<32} {sk:<28} {name}" for table, pk, sk, name in rows)
    return "\n".join(("```text", *lines, "```"))


async def read_items() -> str:
    """The keys of every read item."""
    lines = ["| projection | item | key | gsi1 | gsi2 |", "|---|---|---|---|---|"]
    for projection in PROJECTIONS:
        for item in projection.items:
            templates = (item.key, item.gsi1, item.gsi2)
            cells = [f"`{t.partition}`<br>`{t.sort}`" if t else "" for t in templates]
            lines.append(f"| `{projection.name}` {projection.version} | `{item.__name__}` | {' | '.join(cells)} |")
    return "\n".join(lines)


async def items() -> str:
    """One example of every kind of item, as it lies in the tables."""
    lying = await every_item()
    return "\n\n".join(
        f"{what}\n\n```text\n{shown(table, last(lying[table], partition, sort, kind))}\n```"
        for what, table, partition, sort, kind in kinds()
    )


PARTS: dict[str, Callable[[], Awaitable[str]]] = {
    "keys": all_keys,
    "design": design,
    "read-items": read_items,
    "items": items,
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
