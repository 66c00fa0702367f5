"""`ascend schema cost`, `check`, `review`: what the schema costs, whether it holds, what becomes of a proposal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import anyio
import typer

from ascend.adapters.cli.cost_tables import show
from ascend.adapters.cli.desk import Options
from ascend.adapters.cli.errors import STALLED
from ascend.adapters.cli.printing import counted
from ascend.adapters.cli.review_page import page
from ascend.adapters.cli.yaml_file import read
from ascend.adapters.schema.check import check as check_of
from ascend.adapters.schema.check import our_schema
from ascend.adapters.schema.check_indexes import alternatives
from ascend.adapters.schema.check_loads import outlook, summaries
from ascend.adapters.schema.checked import Finding, Schema
from ascend.adapters.schema.cost import cost as cost_of
from ascend.adapters.schema.proposal import Proposal
from ascend.adapters.schema.review import review as review_of
from ascend.adapters.schema.workload import Workload

Said = Annotated[
    Path | None,
    typer.Argument(
        metavar="[WORKLOAD]", exists=True, dir_okay=False, readable=True, help="YAML; without: assumptions."
    ),
]


def cost(context: typer.Context, workload: Said = None) -> None:
    """What a workload costs a month: by command, projection and query; on demand and provisioned."""
    options: Options = context.obj
    said = Workload() if workload is None else read(workload, Workload)

    async def tell() -> None:
        await show(options.printer, said, await cost_of(said))

    anyio.run(tell)


def check(context: typer.Context) -> None:
    """Look for what is wrong with keys, indexes and patterns; exits with 1 where something is."""
    options: Options = context.obj
    schema = our_schema()
    findings, indexes = check_of(schema), alternatives(schema)
    if options.json:
        options.printer.document({"findings": findings, "indexes": indexes, "outlook": outlook(schema)})
    else:
        for line in (*map(str, findings), *map(str, indexes), *summaries(schema), summary(schema, findings)):
            options.printer.text(line)
    if findings:
        raise typer.Exit(STALLED)


def summary(schema: Schema, findings: Sequence[Finding]) -> str:
    looked = f"{counted(len(schema.item_types), 'item type')}, {counted(len(schema.patterns), 'pattern')}"
    what = counted(len(findings), "finding") if findings else "Clean"
    return f"{what}: {looked} and {counted(len(schema.events), 'event type')} were looked at."


def review(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="YAML.")],
) -> None:
    """What becomes of an entity that somebody proposes: open questions, keys, risks, cost."""
    options: Options = context.obj
    found = review_of(read(file, Proposal))
    if options.json:
        options.printer.document(found)
        return
    for line in page(found):
        options.printer.text(line)


COSTS = (cost, check, review)
