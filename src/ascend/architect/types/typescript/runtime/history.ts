/** The history of a workspace: its log in the events table, the latest event first. */

import { toBookmark, toCursor } from "./cursor.js";
import type { Item } from "./dynamodb.js";
import { Damaged, InvalidCursor, UpgradeRequired } from "./errors.js";
import { fill } from "./key_template.js";
import { slot } from "./key_text.js";
import { COMMITS, checkLimit, type Page, type PageOptions } from "./pages.js";
import { both, type Questions } from "./questions.js";

/** An event of the log. Which entity it concerns is a rule of the code that wrote it: see `history_of` for one entity. */
export interface LoggedEvent<Workspace, Actor, Command, Type> {
  /** The workspace in which it happened. */
  readonly workspace: Workspace;
  /** The number of its commit within the workspace. */
  readonly position: number;
  /** Its index within the commit. */
  readonly index: number;
  /** Its type. */
  readonly event: Type;
  /** The moment at which it happened, in UTC. */
  readonly happened: string;
  /** The user who sent the command. */
  readonly actor: Actor;
  /** The id of the command that led to it. */
  readonly command: Command;
}

type AnyEvent = LoggedEvent<string, string, string, string>;

interface CommitBody {
  readonly commands: readonly {
    readonly id: string;
    readonly actor: string;
    readonly events: readonly (readonly [tag: string, version: number, at: string, data: unknown])[];
  }[];
}

const JSON_BODY = new Set(["json/1", "json/2"]);
const COMPRESSED = "json+zlib/2";

/** Return the events of up to `limit` commits. Throws `NotAllowed`, and `Damaged` if a commit is missing. */
export function history<Event>(questions: Questions, workspace: string, options: PageOptions): Promise<Page<Event>> {
  const question = `history\u001f${workspace}`;
  return questions.ask(async (builds) => {
    const limit = checkLimit(options, COMMITS);
    const before = toPosition(await toBookmark(question, options.cursor));
    const read = readCommits(questions, workspace, before, limit);
    const [commits] = await both(read, questions.getFor(builds, workspace, []));
    checkDense(workspace, commits, before);
    const events = await Promise.all(commits.map((commit) => readEvents(workspace, commit)));
    const last = commits.at(-1);
    const more = last && positionOf(last) > 1 ? [String(positionOf(last))] : undefined;
    return { items: events.flat() as Event[], cursor: await toCursor(question, more), consistent: true };
  });
}

function toPosition(bookmark: readonly string[] | undefined): number | undefined {
  const [text] = bookmark ?? [];
  if (text !== undefined && !/^\d{1,16}$/.test(text)) throw new InvalidCursor("the cursor holds no position");
  return text === undefined ? undefined : Number(text);
}

async function readCommits(
  questions: Questions,
  workspace: string,
  before: number | undefined,
  limit: number,
): Promise<Item[]> {
  const partition = fill("W#{workspace}", { workspace });
  const reply = await questions.source.reads.query({
    TableName: questions.source.events,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partition },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: limit,
    ...(before !== undefined && { ExclusiveStartKey: { pk: partition, sk: slot(before) } }),
  });
  return reply.Items ?? [];
}

function positionOf(commit: Item): number {
  return Number(commit["sk"]);
}

/** Throw `Damaged` unless the positions count down without a gap. */
function checkDense(workspace: string, commits: readonly Item[], before: number | undefined): void {
  let expected = before === undefined ? undefined : before - 1;
  for (const commit of commits) {
    const position = positionOf(commit);
    if (!Number.isSafeInteger(position) || position !== (expected ?? position)) {
      throw new Damaged(`the log of workspace ${workspace} has a gap at ${expected ?? String(commit["sk"])}`);
    }
    expected = position - 1;
  }
}

/** Return the events of a commit, the last one first; none of a stub in an erased workspace. */
async function readEvents(workspace: string, commit: Item): Promise<AnyEvent[]> {
  const format = String(commit["format"]);
  if (format.startsWith("erased/")) return [];
  const position = positionOf(commit);
  const body = parseBody(await readBody(format, commit["body"], position), position);
  const records = body.commands.flatMap((record) => record.events.map((event) => ({ record, event })));
  const events = records.map(({ record, event: [tag, , happened] }, index) => ({
    workspace,
    position,
    index,
    event: tag,
    happened,
    actor: record.actor,
    command: record.id,
  }));
  return events.reverse();
}

async function readBody(format: string, body: unknown, position: number): Promise<string> {
  if (JSON_BODY.has(format)) return String(body);
  if (format !== COMPRESSED || !(body instanceof Uint8Array)) {
    throw new UpgradeRequired(`commit ${position} has the format ${format}: generate this package again`);
  }
  const bytes = new Blob([Uint8Array.from(body)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(bytes).text();
}

function parseBody(text: string, position: number): CommitBody {
  try {
    return JSON.parse(text) as CommitBody;
  } catch {
    throw new Damaged(`commit ${position} holds no JSON: see \`ascend log show\``);
  }
}
