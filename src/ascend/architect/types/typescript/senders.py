"""The file `commands.ts`: one method a command, and the names of the rules that may refuse one."""

import json
from collections.abc import Iterator

from ascend.architect.types.types import describe_commands
from ascend.architect.types.typescript.interfaces import BANNER, render_comment
from ascend.architect.types.typescript.names import name_method
from ascend.domain.errors import Refusal
from ascend.domain.workspaces.command import Command
from ascend.projections.application import Application

HEAD = """\
import type * as types from "./types.js";
import { Refusal } from "./runtime/errors.js";
import { sendCommand, type Receipt as AnyReceipt, type SendOptions as AnySendOptions } from "./runtime/sender.js";
import type { Transport } from "./runtime/transport.js";

export { newId } from "./runtime/brand.js";
export * from "./runtime/errors.js";
export * from "./runtime/transport.js";

/** The outcome of an accepted command. */
export type Receipt = AnyReceipt<types.WorkspaceId, types.CommandId>;
/** Options of a command: its id, and the versions of entities that the user saw. */
export type SendOptions = AnySendOptions<types.Ref, types.CommandId>;
"""
CLASS = """\
/** True if the error is that of a command which this rule refused. */
export function isRefusedBy(error: unknown, rule: RuleName): error is Refusal {
  return error instanceof Refusal && error.rule === rule;
}

/**
 * Sends the commands of the application, each with an id of its own.
 *
 * A command whose outcome is unknown is sent again with the same id, which has no second effect. Then the error is thrown:
 * it holds the id, with which you can send the command again.
 */
export class CommandSender {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }
"""
SEND = """\
  #send(name: string, workspace: types.WorkspaceId, command: object, options: SendOptions): Promise<Receipt> {
    return sendCommand(this.#transport, workspace, name, command, options) as Promise<Receipt>;
  }
}
"""


def render_commands(app: Application) -> str:
    rules = " | ".join(json.dumps(rule.__name__) for rule in list_refusals(app))
    about = "/** The rules that may refuse a command: the names of their errors. */"
    descriptions = {name: schema.get("description", "") for name, schema in describe_commands(app.commands).items()}
    methods = (render_sender(command, descriptions[command.__name__]) for command in app.commands)
    return "\n".join([BANNER + HEAD, f"{about}\nexport type RuleName = {rules};\n", CLASS, *methods, SEND])


def render_sender(command: type[Command], description: str) -> str:
    name = command.__name__
    parameters = f"workspace: types.WorkspaceId, command: types.{name}, options: SendOptions = {{}}"
    call = f'return this.#send("{name}", workspace, command, options);'
    return f"{render_comment(description, '  ')}  {name_method(name)}({parameters}): Promise<Receipt> {{\n    {call}\n  }}\n"


def list_refusals(app: Application) -> list[type[Refusal]]:
    """Return the refusals that are defined beside the commands of the application, and the general ones, by name."""
    homes = {find_home(command) for command in app.commands}
    known = (
        kind for kind in list_subclasses(Refusal) if kind.__module__ == Refusal.__module__ or find_home(kind) in homes
    )
    return sorted(known, key=lambda kind: kind.__name__)


def list_subclasses(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from list_subclasses(kind)


def find_home(kind: type) -> str:
    """Return the package of a class of Ascend, or the distribution's topmost package of any other one."""
    package, _, _ = kind.__module__.rpartition(".")
    return package if package.startswith("ascend.") else kind.__module__.partition(".")[0]
