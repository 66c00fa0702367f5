"""`ascend schema …`: what is derived from the declaration of the schema. Needs no store.

A further derivation is a function here, or in a file of its own, and its name in `COMMANDS`.
"""

from enum import Enum
from typing import Annotated, Any

import typer
import yaml
from pydantic_core import to_json

from ascend.architect.aws.cloudformation import template
from ascend.architect.aws.iam import Role, Where, policy
from ascend.cli.desk import Options
from ascend.cli.schema.costs import COSTS
from ascend.cli.schema.documents import DOCUMENTS
from ascend.domain.ids import WorkspaceId


class Format(Enum):
    YAML = "yaml"
    JSON = "json"


AsFormat = Annotated[Format, typer.Option("--format", help="How it is written.")]


def cloudformation(context: typer.Context, format: AsFormat = Format.YAML) -> None:
    """The CloudFormation template: both tables, alarms, outputs."""
    write(context.obj, template(), format)


def iam(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="What a process does.")],
    workspace: Annotated[
        str | None, typer.Option(metavar="ID", help="Bound to this one, by leading keys: not for the operator.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Of the tables' names.")] = Where.prefix,
    region: Annotated[str, typer.Option(help="Of the tables; * for any.")] = Where.region,
    account: Annotated[str, typer.Option(help="Whose tables they are; * for any.")] = Where.account,
    format: AsFormat = Format.JSON,
) -> None:
    """The least-privilege IAM policy of a role."""
    bound = None if workspace is None else WorkspaceId(workspace)
    write(context.obj, policy(role, Where(prefix, region, account), bound), format)


def write(options: Options, document: dict[str, Any], format: Format) -> None:
    """With --json it is JSON, whatever the format."""
    print(written(document, Format.JSON if options.json else format), end="")


def written(document: dict[str, Any], format: Format) -> str:
    """The document as text, in the order in which it was put together."""
    if format is Format.JSON:
        return to_json(document, indent=2).decode() + "\n"
    return yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=120)


class Plain(yaml.SafeDumper):
    """Without anchors: what stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  its signature is the library's
        return True


COMMANDS = (cloudformation, iam, *DOCUMENTS, *COSTS)
