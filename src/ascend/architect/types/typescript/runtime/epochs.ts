/**
 * The turn: which generation of read items is read. Its builds are part of every key.
 *
 * A rebuild or a deployment switches to another generation once its items are complete. What a process knows of that is good
 * for five seconds, counted from asking; while a switch is at hand, every answer asks. The item `epochs` says it. It is read
 * along with other items, so that costs no request.
 */

import { sha256 } from "./cursor.js";
import type { Item, Key } from "./dynamodb.js";
import { NotReady, StoreError } from "./errors.js";
import { fill, type Fields } from "./key_template.js";
import type { ApplicationSchema, ItemSchema, Templates } from "./schema.js";

export const EPOCHS: Key = { pk: "epochs", sk: "epochs" };
/** Milliseconds for which what is known of the generations is good. */
export const FRESH_MS = 5_000;
/** Seconds after a switch to other code, by the wall clock, from when nobody reads the previous generation any more. */
const LATELY = 600;

type Numbers = Readonly<Record<string, number>>;

export interface Generation {
  readonly snapshots: number;
  readonly builds: readonly string[];
}

/** The generations of the store, as workers and operators write them. */
interface State {
  readonly current: Generation;
  readonly number: number;
  readonly announced: Generation | null;
  readonly announcements: number;
  readonly previous: Generation | null;
  readonly at_hand: boolean;
  readonly switched_at: number;
}

/** A generation, under the number of its announcement: announced again, it is another turn. */
interface Turn {
  readonly id: string;
  readonly generation: Generation;
  readonly number: number;
}

/** The builds that one question reads, from its beginning to its end, and what it has seen in them. */
export class Builds {
  readonly turn: Turn;
  /** True if the question has asked for the generations. */
  hasAsked = false;
  /** The highest position that the question has seen, by workspace. */
  readonly reached = new Map<string, number>();
  /** True if these positions also cover what was removed: what is rendered after the answer was read is not waited for. */
  isComplete = false;
  readonly #names: ReadonlyMap<string, string>;

  constructor(turn: Turn) {
    this.turn = turn;
    this.#names = new Map(turn.generation.builds.map((build) => [build.slice(0, build.indexOf(".")), build]));
  }

  /** Return the name of a projection's build: the end of every partition key. */
  nameOf(projection: string): string {
    return this.#names.get(projection) ?? projection;
  }

  partition(item: ItemSchema, templates: Templates, fields: Fields): string {
    return `${fill(templates[0], fields)}#${this.nameOf(item.projection)}`;
  }

  /** Return the keys of an item in its table. */
  key(item: ItemSchema, fields: Fields): Key {
    return { pk: this.partition(item, item.key, fields), sk: fill(item.key[1], fields) };
  }

  /** Return the key of the generation's record in a workspace, which holds the counts. */
  recordKey(workspace: string): Promise<Key> {
    return toRecordKey(this.turn.generation, workspace);
  }

  /** Take in how new an item is. */
  note(item: Item): void {
    if (item["workspace"] === undefined) return;
    const workspace = String(item["workspace"]);
    this.reached.set(workspace, Math.max(Number(item["position"]), this.reached.get(workspace) ?? 0));
  }
}

/** Return the key of a generation's record in a workspace. */
export async function toRecordKey(generation: Generation, workspace: string): Promise<Key> {
  const id = (await sha256(`${generation.snapshots}:${generation.builds.join(",")}`)).slice(0, 12);
  return { pk: fill("W#{workspace}#generations", { workspace }), sk: id };
}

/** What this process knows of the generations. */
export class Epochs {
  readonly #schema: ApplicationSchema;
  #state: State;
  #askedAt: number | undefined;
  #changedAt = 0;

  constructor(schema: ApplicationSchema) {
    this.#schema = schema;
    this.#state = this.#unclaimed({});
  }

  /** Return the builds to read, for one question. Throws `NotReady`. */
  begin(): Builds {
    const turn = this.#turn();
    if (!turn) throw new NotReady("the store holds the read items of other code: ask again, or generate this package again");
    return new Builds(turn);
  }

  /** Return true if there is nothing to read, as far as is known. */
  isNotReady(): boolean {
    return this.#turn() === undefined;
  }

  /** Return true if the builds are still those to read. */
  isTurnOf(builds: Builds): boolean {
    return this.#turn()?.id === builds.turn.id;
  }

  /** Return true if the generations must be asked for before an answer rests on what is known. */
  mustAsk(): boolean {
    const { at_hand, current, announced } = this.#state;
    return this.isStale() || (at_hand && this.#knows(current) && this.#knows(announced));
  }

  isStale(): boolean {
    return this.#askedAt === undefined || performance.now() - this.#askedAt > FRESH_MS;
  }

  /** Return the generation of other code that others may still read, and that may be behind these builds. */
  otherReaders(builds: Builds): Generation | undefined {
    const { current, previous, switched_at } = this.#state;
    if (!sameBuilds(builds.turn.generation, current)) return current;
    const isNew = performance.now() - this.#changedAt <= FRESH_MS;
    const wasLately = Date.now() / 1_000 - switched_at <= LATELY;
    return isNew && wasLately && previous && !this.#knows(previous) ? previous : undefined;
  }

  /** Take over the item `epochs`, asked for at `askedAt`. Throws `StoreError` if it cannot be understood. */
  refresh(item: Item | undefined, askedAt: number): void {
    if (this.#askedAt !== undefined && askedAt < this.#askedAt) return;
    const [before, isFirst] = [turnId(this.#state.current, this.#state.number), this.#askedAt === undefined];
    this.#state = this.#read(item);
    this.#askedAt = askedAt;
    if (isFirst || before !== turnId(this.#state.current, this.#state.number)) this.#changedAt = performance.now();
  }

  #read(item: Item | undefined): State {
    const epochs = (item ? item["epochs"] : {}) as Numbers | undefined;
    const state = item?.["state"];
    if (typeof epochs === "object" && Object.values(epochs).every(Number.isSafeInteger)) {
      if (state === undefined) return this.#unclaimed(epochs);
      try {
        return JSON.parse(String(state)) as State;
      } catch {
        // it is told below
      }
    }
    throw new StoreError("the item `epochs` of the views table cannot be read: restore it from a backup");
  }

  /** Return the state of a store in which no worker has noted one: whoever reads takes their own generation. */
  #unclaimed(epochs: Numbers): State {
    const builds = this.#lines().map((line) => `${line}.${epochs[line.slice(0, line.indexOf("."))] ?? 0}`);
    const current = { snapshots: this.#schema.snapshots, builds };
    return { current, number: 0, announced: null, announcements: 0, previous: null, at_hand: false, switched_at: 0 };
  }

  #lines(): string[] {
    const { projections } = this.#schema;
    return Object.keys(projections).sort().map((name) => `${name}.${projections[name]}`);
  }

  /** Return true if this package can read the generation: it has the same projections, in the same versions. */
  #knows(generation: Generation | null): boolean {
    if (generation?.snapshots !== this.#schema.snapshots) return false;
    const lines = generation.builds.map((build) => build.slice(0, build.lastIndexOf("."))).sort();
    return lines.join() === this.#lines().join();
  }

  #turn(): Turn | undefined {
    const { current, number, announced, announcements, at_hand } = this.#state;
    if (this.#knows(current)) return { id: turnId(current, number), generation: current, number };
    if (!at_hand || !announced || !this.#knows(announced)) return undefined;
    return { id: turnId(announced, announcements), generation: announced, number: announcements };
  }
}

function turnId(generation: Generation, number: number): string {
  return `${generation.snapshots}:${generation.builds.join()}@${number}`;
}

function sameBuilds(one: Generation, other: Generation): boolean {
  return turnId(one, 0) === turnId(other, 0);
}
