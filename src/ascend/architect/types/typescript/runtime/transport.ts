/** How a command travels to the server: one request, one reply. Give your own transport for anything else than `fetch`. */

/** A command on its way. */
export interface CommandRequest {
  readonly workspace: string;
  /** The name of the command's type, such as `CreateTask`. */
  readonly name: string;
  /** The command: plain JSON. */
  readonly command: object;
  /** Sent again with the same id, the command has no second effect. */
  readonly commandId: string;
  /** The versions of entities that the sender saw: pairs of a reference and a version. */
  readonly expected: readonly (readonly [ref: readonly [kind: string, id: string], version: number])[];
}

/** A reply of the server: the status of HTTP, and the JSON of its body (undefined if it is no JSON). */
export interface CommandReply {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one request. If it throws, the outcome of the command is unknown. */
export type Transport = (request: CommandRequest) => Promise<CommandReply>;

export interface FetchOptions {
  /** Headers of each request, such as that of the login. */
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
}

/**
 * Return a transport by `fetch`: POST `{base}/workspaces/{workspace}/commands/{name}` with the JSON
 * `{"command": …, "command_id": …, "expected": …}`.
 */
export function fetchTransport(base: string, options: FetchOptions = {}): Transport {
  return async ({ workspace, name, command, commandId, expected }) => {
    const path = [workspace, "commands", name].map(encodeURIComponent).join("/");
    const reply = await fetch(`${base.replace(/\/$/, "")}/workspaces/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await options.headers?.()) },
      body: JSON.stringify({ command, command_id: commandId, expected }),
    });
    return { status: reply.status, body: parseJson(await reply.text()) };
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
