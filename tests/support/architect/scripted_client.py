"""A client of the AWS SDK that replies from a script: `reply(name, input)`. Waits are recorded instead of waited for."""

import json
from typing import Any

from support.architect.typescript import TypeScript

HOME = "0199f1d2-7c1e-7a3b-8c4d-5e6f70819200"
FAKE = """
import { AscendClient, UserId, WorkspaceId, TaskId, allItems, type AnyClient } from "life-os-client";

type Item = Record<string, unknown>;
type Input = { RequestItems: Record<string, { Keys: Item[] }>; Limit: number; ExclusiveStartKey?: Item };
const sent: unknown[] = [];
const waits: number[] = [];
globalThis.setTimeout = ((run: () => void, wait: number) => { waits.push(wait); queueMicrotask(run); return 0; }) as never;

const home = WorkspaceId("HOME");
const member = { pk: `W#${home}#members.2.0`, sk: "member#ada", data: JSON.stringify({ workspace: home, workspace_name: "Home", archived: false }) };
const line = (at: number): Item => ({ pk: `W#${home}#tasks.2.0`, sk: `line#${at}`, data: JSON.stringify({ workspace: home, task: at }) });
const asked = (input: Input): Item[] => Object.values(input.RequestItems).flatMap((request) => request.Keys);

function start(reply: (name: string, input: Input) => unknown) {
  const send = async (command: { constructor: { name: string }; input: Input }) => {
    sent.push([command.constructor.name, command.input]);
    return reply(command.constructor.name, command.input);
  };
  return new AscendClient({ send } as unknown as AnyClient).as(UserId("ada"));
}

const attempt = async (call: () => Promise<unknown>): Promise<unknown> => {
  try { return await call(); } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message, retryable: (error as { retryable?: boolean }).retryable };
  }
};
const print = (answers: unknown[]) => console.log(JSON.stringify({ answers, sent, waits }));
""".replace("HOME", HOME)


def run(package: TypeScript, program: str) -> Any:
    return json.loads(package.run(FAKE + program))
