/**
 * How questions are asked: a page is one Query, with one BatchGet beside it, or behind it, that reads the membership.
 *
 * Membership is read consistently from items in the table. So a removed member sees nothing from the moment their removal
 * is projected, however far an index lags.
 */

import { waitBefore } from "./backoff.js";
import { batchGet, nameKey } from "./batch_get.js";
import { isOfDays, toCondition, toParts, toStart } from "./condition.js";
import { found, isThere, readData, readPresent, toEntry, type Contents, type Membership } from "./contents.js";
import { toBookmark, toCursor } from "./cursor.js";
import { DayRange, type Days, type TextRange } from "./days.js";
import type { Item, Key, Reads } from "./dynamodb.js";
import { EPOCHS, Epochs, toRecordKey, type Builds, type Generation } from "./epochs.js";
import { InvalidInput, NotAllowed, NotReady, NotVisibleYet, Refusal } from "./errors.js";
import type { Fields } from "./key_template.js";
import { userKey } from "./key_text.js";
import { ACROSS, OF_WORKSPACE, checkLimit, type Entry, type Limits, type Page, type PageOptions } from "./pages.js";
import { readPage } from "./query.js";
import type { ApplicationSchema, ItemSchema, PatternSchema } from "./schema.js";

/** Options of a page of lines that are in the order of their days. */
export interface DaysOptions extends PageOptions {
  /** Only lines of these days. */
  readonly days?: Days | undefined;
}

/** Options of a page of lines with a range of texts. */
export interface RangeOptions extends PageOptions {
  /** Only lines in this range of the pattern's field. */
  readonly range?: TextRange | undefined;
}

/** What every question reads from. One of them serves a whole process. */
export interface Source {
  readonly reads: Reads;
  readonly views: string;
  readonly events: string;
  readonly schema: ApplicationSchema;
  readonly epochs: Epochs;
}

/** The builds have changed since the question began: ask again, for the new items. */
class Rebuilt extends Error {}

/** How often one question is asked at most. */
const MOST_BUILDS = 10;
/** Looks at a generation of other code that is behind, before a question is given up. */
const MOST_LOOKS = 10;
const LOOKS = { first: 20, longest: 500 };

/** Asks the questions of one user. */
export class Questions {
  readonly source: Source;
  readonly viewer: string;

  constructor(source: Source, viewer: string) {
    this.source = source;
    this.viewer = viewer;
  }

  /** Return a page of one workspace. Throws `NotAllowed` if the viewer is no member. */
  list<T>(pattern: PatternSchema, workspace: string, fields: Fields, options: DaysOptions & RangeOptions): Promise<Page<T>> {
    return this.ask(async (builds) => {
      const page = this.page<T>(builds, pattern, { workspace, ...fields }, options, OF_WORKSPACE);
      const [lines] = await both(page, this.getFor(builds, workspace, []));
      return lines;
    });
  }

  /** Return a page across the viewer's workspaces. Lines of workspaces in which the viewer is no member are dropped. */
  across<T extends { readonly workspace: string }>(
    pattern: PatternSchema,
    fields: Fields,
    options: DaysOptions & RangeOptions,
  ): Promise<Page<Entry<T>>> {
    return this.ask(async (builds) => {
      const given = { user: userKey(this.viewer), ...fields };
      const page = await this.page<T>(builds, pattern, given, options, ACROSS);
      const members = await this.memberships(builds, page.items);
      return { ...page, items: page.items.flatMap((line) => toEntry(line, members.get(line.workspace))) };
    });
  }

  /** Return one item of a workspace. Throws `NotAllowed`, and `NotFound` with `what` if there is none. */
  one<T>(item: ItemSchema, workspace: string, fields: Fields, what: string): Promise<T> {
    return this.ask(async (builds) => {
      const key = builds.key(item, { workspace, ...fields });
      const contents = await this.getFor(builds, workspace, [key]);
      return found<T>(contents, key, what);
    });
  }

  // ---- what questions are made of -----------------------------------------------------------------------------------

  /**
   * Ask, and ask again if another generation is to be read by then: nothing that was shown is taken back.
   *
   * Throws `NotReady`.
   */
  async ask<T>(question: (builds: Builds) => Promise<T>): Promise<T> {
    const { epochs } = this.source;
    for (let asked = 0; asked < MOST_BUILDS; asked++) {
      if (epochs.isNotReady() && epochs.isStale()) await this.#askForTurn();
      const builds = epochs.begin();
      const answer = await settle(question(builds));
      if (!answer) continue;
      if (epochs.isStale() || (epochs.mustAsk() && !builds.hasAsked)) await this.#askForTurn();
      if (!epochs.isTurnOf(builds)) continue;
      await this.#waitForOthers(builds);
      return answer();
    }
    throw new NotVisibleYet("the read models are rebuilt again and again: ask later");
  }

  async #askForTurn(): Promise<void> {
    const { reads, views, epochs } = this.source;
    const askedAt = performance.now();
    const items = await batchGet(reads, views, [EPOCHS]);
    epochs.refresh(items.get(nameKey(EPOCHS)), askedAt);
  }

  /** Wait until a generation of other code, which others may still read, shows what was read here. Throws `NotReady`. */
  async #waitForOthers(builds: Builds): Promise<void> {
    const other = this.source.epochs.otherReaders(builds);
    if (!other) return;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const there = await Promise.all([...builds.reached].map((reached) => this.#isRenderedIn(other, builds, ...reached)));
      builds.isComplete = true;
      if (there.every(Boolean)) return;
      await waitBefore(looks, LOOKS);
    }
    throw new NotReady("workers of other code are behind: ask again, or end the deployment by `ascend switch`");
  }

  async #isRenderedIn(other: Generation, builds: Builds, workspace: string, position: number): Promise<boolean> {
    const keys = [await builds.recordKey(workspace), await toRecordKey(other, workspace)] as const;
    const records = await batchGet(this.source.reads, this.source.views, keys);
    const [own, there] = keys.map((key) => Number(records.get(nameKey(key))?.["rendered"] ?? 0)) as [number, number];
    const shown = builds.isComplete ? position : Math.max(position, own);
    builds.reached.set(workspace, shown);
    return there >= shown;
  }

  /** Return a page of lines, without any check of the viewer. */
  async page<T>(
    builds: Builds,
    pattern: PatternSchema,
    fields: Fields,
    options: DaysOptions & RangeOptions,
    limits: Limits,
  ): Promise<Page<T>> {
    const limit = checkLimit(options, limits);
    checkRange(pattern, options);
    const days = options.days && new DayRange(options.days);
    const condition = toCondition(builds, pattern, fields, days?.texts(pattern.range?.[1] === "days") ?? options.range);
    const question = [pattern.item.projection, condition.question, days?.zone ?? ""].join("\u001f");
    const start = toStart(builds, pattern, condition, await toBookmark(question, options.cursor));
    const request = { TableName: this.source.views, ...condition.request, ...(start && { ExclusiveStartKey: start }) };
    const toLine = (item: Item): T | undefined => {
      builds.note(item);
      return isOfDays(item, pattern, days) ? readData<T>(item) : undefined;
    };
    const { lines, next } = await readPage(this.source.reads, request, condition.keyNames, limit, toLine);
    const cursor = await toCursor(question, next && toParts(next, condition));
    return { items: lines, cursor, consistent: pattern.index === undefined };
  }

  /** Return the items that exist: one consistent BatchGet, which also asks for the generations if that is needed. */
  async get(builds: Builds, keys: readonly Key[]): Promise<Contents> {
    const { reads, views, epochs } = this.source;
    const [asks, askedAt] = [epochs.isStale() || (epochs.mustAsk() && !builds.hasAsked), performance.now()];
    const items = keys.length > 0 || asks ? await batchGet(reads, views, asks ? [...keys, EPOCHS] : keys) : new Map();
    if (asks) {
      epochs.refresh(items.get(nameKey(EPOCHS)), askedAt);
      builds.hasAsked = true;
    }
    if (!epochs.isTurnOf(builds)) throw new Rebuilt();
    for (const item of items.values()) builds.note(item);
    return items;
  }

  /** Return the items, if the viewer is a member of the workspace. Throws `NotAllowed`, and `NotReady` where nobody knows yet. */
  async getFor(builds: Builds, workspace: string, keys: readonly Key[]): Promise<Contents> {
    const proof = this.#memberKey(builds, workspace);
    const contents = await this.get(builds, [proof, ...keys]);
    if (isThere(contents, proof)) return contents;
    await this.#checkBuilt(builds, workspace);
    throw new NotAllowed(`${this.viewer} is no member of ${workspace}`, "NotAllowed");
  }

  /** Throw `NotReady` if the generation is not built in the workspace, and so does not show what another one shows. */
  async #checkBuilt(builds: Builds, workspace: string): Promise<void> {
    const { pk, sk } = await builds.recordKey(workspace);
    const { Items: records = [] } = await this.source.reads.query({
      TableName: this.source.views,
      KeyConditionExpression: "#pk = :pk",
      ExpressionAttributeNames: { "#pk": "pk" },
      ExpressionAttributeValues: { ":pk": pk },
      ConsistentRead: true,
    });
    const own = records.find((record) => record["sk"] === sk);
    if (own ? "progress" in own : records.length > 0) {
      throw new NotReady(`the read items of workspace ${workspace} are being built: see \`ascend status\``);
    }
  }

  /** Return the viewer's memberships in the workspaces of these lines, by workspace. */
  async memberships(builds: Builds, lines: readonly { readonly workspace: string }[]): Promise<Map<string, Membership>> {
    const [members] = await this.membershipsAnd(builds, lines, []);
    return members;
  }

  /** Return the viewer's memberships, and other items: one consistent BatchGet. */
  async membershipsAnd(
    builds: Builds,
    lines: readonly { readonly workspace: string }[],
    others: readonly Key[],
  ): Promise<[Map<string, Membership>, Contents]> {
    const workspaces = [...new Set(lines.map((line) => line.workspace))];
    const keys = workspaces.map((workspace) => this.#memberKey(builds, workspace));
    const contents = await this.get(builds, [...keys, ...others]);
    const members = keys.flatMap((key) => readPresent<Membership>(contents, key));
    return [new Map(members.map((member) => [member.workspace, member])), contents];
  }

  #memberKey(builds: Builds, workspace: string): Key {
    return builds.key(this.source.schema.member, { workspace, user: userKey(this.viewer) });
  }
}

/** Return what gives the answer, or throws the refusal that is the answer; undefined if the builds have changed. */
async function settle<T>(answer: Promise<T>): Promise<(() => T) | undefined> {
  try {
    const given = await answer;
    return () => given;
  } catch (error) {
    if (error instanceof Rebuilt) return undefined;
    if (!(error instanceof Refusal)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Throw `InvalidInput` for a range of a pattern that has none. */
function checkRange(pattern: PatternSchema, options: DaysOptions & RangeOptions): void {
  const given = options.days ?? options.range;
  if (given && !pattern.range) throw new InvalidInput(`${pattern.name}: there is no range`);
}

/** Wait for both. Neither is left running alone if the other fails. */
export async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (two.status === "rejected") throw two.reason;
  if (one.status === "rejected") throw one.reason;
  return [one.value, two.value];
}
