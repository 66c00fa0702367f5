"""`ascend schema cost`, `check`, `review`: what the schema costs, whether it holds, what becomes of a proposal."""

from pathlib import Path
from typing import Annotated

import anyio
import typer

from ascend.adapters.cli.cost_tables import show
from ascend.adapters.cli.desk import Options
from ascend.adapters.cli.yaml_file import read
from ascend.adapters.schema.cost import cost as cost_of
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


COSTS = (cost,)
