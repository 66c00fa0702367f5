"""`ascend schema cost`, `check`, `review`: what the schema costs, whether it holds, what becomes of a proposal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import anyio
import typer

from ascend.architect.check.indexes import alternatives
from ascend.architect.check.loads import outlook, summaries
from ascend.architect.check.rules import check as check_of
from ascend.architect.check.rules import our_schema
from ascend.architect.check.schema import Finding, Schema
from ascend.architect.cost.bill import cost as cost_of
from ascend.architect.cost.workload import Workload
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.review import review as review_of
from ascend.cli.desk import Options
from ascend.cli.errors import STALLED
from ascend.cli.schema.cost_tables import show
from ascend.cli.schema.review_page import page
from ascend.cli.schema.yaml_file import read
from ascend.cli.terminal.printing import counted

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
