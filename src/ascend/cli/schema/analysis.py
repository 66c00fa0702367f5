"""`ascend schema cost`, `check`, `review`: estimate the cost, check the schema, review a proposed entity."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import anyio
import typer
from pydantic_core import to_json

from ascend import LIFE_OS
from ascend.architect.aws.advice import advise_parameters
from ascend.architect.check.loads import list_outlooks, summarize_loads
from ascend.architect.check.projections import compare_projections
from ascend.architect.check.rules import check_schema, load_schema
from ascend.architect.check.schema import Finding, Schema
from ascend.architect.cost.bill import estimate_cost
from ascend.architect.cost.workload import Workload
from ascend.architect.review.declared_loads import estimate_declared_cost
from ascend.architect.review.review import review_proposal
from ascend.architect.write.extension import write_extension
from ascend.architect.write.plain.write import write_plain
from ascend.cli.context import GlobalOptions
from ascend.cli.errors import ExitCode
from ascend.cli.schema.asking import ask_open_questions
from ascend.cli.schema.cost_tables import print_cost
from ascend.cli.schema.declared_cost_tables import print_declared_cost
from ascend.cli.schema.proposal_file import ProposalFile, read_proposal
from ascend.cli.schema.review_page import render_attribute_indexes, render_review
from ascend.cli.schema.yaml_file import read_yaml
from ascend.cli.terminal.printing import count_noun
from ascend.domain.errors import InvalidInput

WorkloadFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[WORKLOAD]", exists=True, dir_okay=False, readable=True, help="A YAML file. Without it: assumptions."
    ),
]
NOT_COMPARED = "Released keys and events are recorded for the Life OS only: this schema is not compared with a release."
ProposalPath = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="A YAML file.")
]


class PlainWithoutFolder(InvalidInput):
    """`--plain` is a form of what `--write` writes."""


class WorkloadOfLifeOs(InvalidInput):
    """A workload file can describe only the Life OS as it ships."""


def cost(
    ctx: typer.Context,
    workload: WorkloadFile = None,
    parameters: Annotated[
        bool, typer.Option("--parameters", help="Print only the parameters for the CloudFormation template, as JSON.")
    ] = False,
) -> None:
    """Estimate the monthly cost of a workload by command, projection and query; advise how to bill each table."""
    options: GlobalOptions = ctx.obj
    if options.application is not LIFE_OS:
        if parameters:
            raise WorkloadOfLifeOs(
                "leave out --parameters: the loads of an application with other parts say too little about its tables"
            )
        if workload is not None:
            raise WorkloadOfLifeOs(
                f"leave out {workload}: an application with other parts is priced by the loads of its patterns"
            )
        anyio.run(print_declared_cost, options.printer, estimate_declared_cost(options.application))
        return
    described = Workload() if workload is None else read_yaml(workload, Workload)

    async def estimate_and_print() -> None:
        report = await estimate_cost(described)
        if parameters:
            print(to_json(advise_parameters(described, report), indent=2).decode())
        else:
            await print_cost(options.printer, described, report)

    anyio.run(estimate_and_print)


def check(ctx: typer.Context) -> None:
    """Find problems of keys, indexes and patterns. Exits with 1 if there are any."""
    options: GlobalOptions = ctx.obj
    schema = load_schema(options.application)
    if schema.released is None:
        options.printer.note(NOT_COMPARED)
    findings, indexes = check_schema(schema), compare_projections(schema)
    if options.json:
        options.printer.document({"findings": findings, "indexes": indexes, "outlook": list_outlooks(schema)})
    else:
        summary = summarize_check(schema, findings)
        for line in (*map(str, findings), *map(str, indexes), *summarize_loads(schema), summary):
            options.printer.line(line)
    if findings:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def summarize_check(schema: Schema, findings: Sequence[Finding]) -> str:
    verdict = count_noun(len(findings), "finding") if findings else "Clean"
    types, patterns = count_noun(len(schema.item_types), "item type"), count_noun(len(schema.patterns), "pattern")
    return f"{verdict}: {types}, {patterns} and {count_noun(len(schema.events), 'event type')} checked."


def review(
    ctx: typer.Context,
    file: ProposalPath,
    ask: Annotated[
        bool, typer.Option("--ask", help="First ask what the file leaves open, and write the answers into it.")
    ] = False,
    multi_attribute: Annotated[
        bool,
        typer.Option("--multi-attribute", help="Also show the indexes with multi-attribute keys, and the trade-off."),
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", file_okay=False, help="Also write an application that runs into this folder."),
    ] = None,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="With --write: write it for a program without event sourcing and without Ascend."),
    ] = False,
) -> None:
    """Review proposed entities: open questions, proved keys, risks, trade-offs, money."""
    options: GlobalOptions = ctx.obj
    if ask:
        ask_open_questions(ProposalFile(file), options.printer)
    result = review_proposal(read_proposal(file))
    if plain and write is None:
        raise PlainWithoutFolder("--plain says what is written: name the folder with --write")
    write_code = write_plain if plain else write_extension
    written = [] if write is None else write_code(result.design, write)
    if options.json:
        options.printer.document(result)
        return
    for line in (*render_review(result), *(render_attribute_indexes(result) if multi_attribute else ())):
        options.printer.line(line)
    if write is not None:
        options.printer.note(f"{count_noun(len(written), 'file')} written into {write}")


ANALYSES = (cost, check, review)
