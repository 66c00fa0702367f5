/** Sends commands: makes their ids, sends them again while the outcome is unknown, and makes typed errors of refusals. */

import { waitBefore } from "./backoff.js";
import { newId } from "./brand.js";
import * as errors from "./errors.js";
import { AscendError, OutcomeUnknown, Refusal } from "./errors.js";
import type { CommandReply, CommandRequest, Transport } from "./transport.js";

/** How often a command is sent at most: again only while its outcome is unknown, or the server says to repeat it. */
export const ATTEMPTS = 4;

export interface SendOptions<Ref extends readonly [string, string], CommandId extends string> {
  /** The id of the command; without it, a new one is made. Give the id of a failed command to send that one again. */
  readonly commandId?: CommandId | undefined;
  /** The versions of entities that the user saw: if one has changed since, the command is refused (`VersionConflict`). */
  readonly expected?: readonly (readonly [ref: Ref, version: number])[] | undefined;
}

/** The outcome of an accepted command. */
export interface Receipt<WorkspaceId extends string = string, CommandId extends string = string> {
  /** The workspace of the command. */
  readonly workspace: WorkspaceId;
  /** The id of the command. */
  readonly commandId: CommandId;
  /** The number of its commit. */
  readonly position: number;
  /** The number of its events; 0 if it changed nothing, because it was so already. */
  readonly events: number;
}

/** Send a command until its outcome is known. Throws an `AscendError` that holds the id of the command. */
export async function sendCommand(
  transport: Transport,
  workspace: string,
  name: string,
  command: object,
  options: SendOptions<readonly [string, string], string>,
): Promise<Receipt> {
  const commandId = options.commandId ?? newId((text) => text);
  const request: CommandRequest = { workspace, name, command, commandId, expected: options.expected ?? [] };
  for (let attempt = 0; ; attempt++) {
    const outcome = await sendOnce(transport, request);
    if (!(outcome instanceof AscendError)) return outcome;
    outcome.commandId = commandId;
    if (!outcome.retryable || attempt === ATTEMPTS - 1) throw outcome;
    await waitBefore(attempt);
  }
}

async function sendOnce(transport: Transport, request: CommandRequest): Promise<Receipt | AscendError> {
  try {
    return toOutcome(await transport(request));
  } catch (cause) {
    return new OutcomeUnknown(`no answer to ${request.name}: it may have been applied`, { cause });
  }
}

/** Return the receipt of a reply, or the error that it tells of. */
export function toOutcome(reply: CommandReply): Receipt | AscendError {
  const { status, body } = reply;
  if (status >= 200 && status < 300 && isReceipt(body)) {
    return { workspace: body.workspace, commandId: body.command_id, position: body.position, events: body.events };
  }
  return isFailure(body) ? toError(body.error.types, body.error.message) : fromStatus(status);
}

interface ReceiptBody {
  readonly workspace: string;
  readonly command_id: string;
  readonly position: number;
  readonly events: number;
}

interface FailureBody {
  readonly error: { readonly types: readonly string[]; readonly message: string };
}

function isReceipt(body: unknown): body is ReceiptBody {
  return isObject(body) && typeof body["position"] === "number" && typeof body["command_id"] === "string";
}

function isFailure(body: unknown): body is FailureBody {
  const error = isObject(body) ? body["error"] : undefined;
  return isObject(error) && Array.isArray(error["types"]) && typeof error["message"] === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Errors of Python under their names there: the class of an error, then the classes that it is derived from. */
const BY_NAME: Readonly<Record<string, new (message: string) => AscendError>> = {
  CommandIdReused: errors.CommandIdReused,
  CommandTooOld: errors.CommandTooOld,
  CommandFromTheFuture: errors.CommandFromTheFuture,
  Contention: errors.Contention,
  ProjectionBehind: errors.ProjectionBehind,
  OutcomeUnknown: errors.OutcomeUnknown,
  UpgradeRequired: errors.UpgradeRequired,
  UnreadableLog: errors.UnreadableLog,
  AccessDenied: errors.AccessDenied,
  StoreMissing: errors.StoreMissing,
  StoreUnavailable: errors.StoreUnavailable,
  StoreError: errors.StoreError,
  InvalidInput: errors.InvalidInput,
};
const REFUSALS: Readonly<Record<string, new (message: string, rule: string) => Refusal>> = {
  NotFound: errors.NotFound,
  NotAllowed: errors.NotAllowed,
  VersionConflict: errors.VersionConflict,
  Refusal,
};

function toError(types: readonly string[], message: string): AscendError {
  for (const type of types) {
    const [refusal, error] = [REFUSALS[type], BY_NAME[type]];
    if (refusal) return new refusal(message, types[0] ?? type);
    if (error) return new error(message);
  }
  return new AscendError(message);
}

/** Return the error of a reply whose body says nothing: that of a gateway, or of a server that failed. */
function fromStatus(status: number): AscendError {
  if (status === 429) return new errors.Throttled("the server takes fewer requests than it got");
  if (status === 401 || status === 403) return new errors.AccessDenied(`the server refused the login (status ${status})`);
  if (status >= 400 && status < 500) return new errors.InvalidInput(`the server refused the request (status ${status})`);
  return new OutcomeUnknown(`the server gave no usable answer (status ${status}): the command may have been applied`);
}
