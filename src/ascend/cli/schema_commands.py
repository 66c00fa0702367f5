"""`ascend schema …`: documents derived from the declaration of the schema. They need no store.

To add a command, write a function here or in a file of its own, and add it to `COMMANDS`.
"""

from enum import Enum
from typing import Annotated, Any

import typer
import yaml
from pydantic_core import to_json

from ascend.architect.aws.cloudformation import build_stack_template
from ascend.architect.aws.deployer import build_deployer_policy
from ascend.architect.aws.iam import ProcessRole, TableLocation, build_policy
from ascend.cli.context import GlobalOptions
from ascend.cli.schema.analysis import ANALYSES
from ascend.cli.schema.documents import DOCUMENTS
from ascend.domain.ids import WorkspaceId


class Format(Enum):
    YAML = "yaml"
    JSON = "json"


PrefixOption = Annotated[str, typer.Option(help="The prefix of the tables' names.")]
RegionOption = Annotated[str, typer.Option(help="The region of the tables; * for any.")]
AccountOption = Annotated[str, typer.Option(help="The account of the tables; * for any.")]
FormatOption = Annotated[Format, typer.Option("--format", help="The format of the document.")]


def cloudformation(ctx: typer.Context, format: FormatOption = Format.YAML) -> None:
    """Print the CloudFormation template: both tables, auto scaling, alarms, outputs."""
    print_document(ctx.obj, build_stack_template(), format)


def iam(
    ctx: typer.Context,
    role: Annotated[ProcessRole, typer.Argument(help="The role of the process.")],
    workspace: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Limit the policy to this workspace by leading keys; not for the operator."),
    ] = None,
    prefix: PrefixOption = TableLocation.prefix,
    region: RegionOption = TableLocation.region,
    account: AccountOption = TableLocation.account,
    format: FormatOption = Format.JSON,
) -> None:
    """Print the least-privilege IAM policy of a role."""
    limit = None if workspace is None else WorkspaceId(workspace)
    print_document(ctx.obj, build_policy(role, TableLocation(prefix, region, account), limit), format)


def deployer(
    ctx: typer.Context,
    prefix: PrefixOption = TableLocation.prefix,
    region: RegionOption = TableLocation.region,
    account: AccountOption = TableLocation.account,
    format: FormatOption = Format.JSON,
) -> None:
    """Print the least-privilege IAM policy for deploying the CloudFormation template."""
    print_document(ctx.obj, build_deployer_policy(TableLocation(prefix, region, account)), format)


def print_document(options: GlobalOptions, document: dict[str, Any], format: Format) -> None:
    """Print the document. With --json it is JSON, whatever the format."""
    print(format_document(document, Format.JSON if options.json else format), end="")


def format_document(document: dict[str, Any], format: Format) -> str:
    """Return the document as text, with its keys in their order."""
    if format is Format.JSON:
        return to_json(document, indent=2).decode() + "\n"
    return yaml.dump(document, Dumper=NoAliasDumper, sort_keys=False, allow_unicode=True, width=120)


class NoAliasDumper(yaml.SafeDumper):
    """Writes a value as often as it occurs, without anchors and aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the signature is the library's
        return True


COMMANDS = (cloudformation, iam, deployer, *DOCUMENTS, *ANALYSES)
