/**
 * Days of a person: the range of sort keys that covers them, and the lines of that range that belong to them.
 *
 * Lines lie in an index by day (all-day) and by moment in UTC (timed):
 *
 *     2026-03-01#…   2026-03-01T08:00:00Z#…   2026-03-02#…   2026-03-02T08:00:00Z#…
 *
 * So one range of keys covers both kinds for the days of any time zone. West of Greenwich, and where clocks change at
 * midnight, it also holds lines of other days: they are left out after they were read.
 */

import { InvalidInput } from "./errors.js";

/** A day: as text (YYYY-MM-DD), or the day on which a moment lies in the zone of the range. */
export type DayLike = string | Date;

/** The days from `from` to `to`, both included; one of the two may be left out. Without `zone`, days of UTC. */
export type Days = DaysFrom | DaysTo;

interface DaysFrom {
  /** The first day. */
  readonly from: DayLike;
  /** The last day; without it, all days from the first one on. */
  readonly to?: DayLike | undefined;
  /** The name of an IANA time zone, such as Europe/Berlin. */
  readonly zone?: string | undefined;
}

interface DaysTo {
  /** The first day; without it, all days up to the last one. */
  readonly from?: DayLike | undefined;
  /** The last day. */
  readonly to: DayLike;
  /** The name of an IANA time zone, such as Europe/Berlin. */
  readonly zone?: string | undefined;
}

/** A range of the texts of one field, both ends included. `high` covers all texts that begin with it. */
export interface TextRange {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
}

const FIRST_DAY = "0001-01-01";
const LAST_DAY = "9999-12-31";
const DAY_MS = 86_400_000;

/** The days of a range, checked. */
export class DayRange {
  readonly zone: string;
  readonly #from: string | undefined;
  readonly #to: string | undefined;

  /** Throws `InvalidInput` for an unknown zone, for text that is no day, and for an end before the start. */
  constructor(days: Days) {
    this.zone = days.zone ?? "";
    if (this.zone) checkZone(this.zone);
    this.#from = days.from === undefined ? undefined : this.#toDay(days.from);
    this.#to = days.to === undefined ? undefined : this.#toDay(days.to);
    if (this.#from === undefined && this.#to === undefined) throw new InvalidInput("days: give from, to, or both");
    if ((this.#from ?? FIRST_DAY) > (this.#to ?? LAST_DAY)) throw new InvalidInput(`from, ${this.#from}, is behind to, ${this.#to}`);
  }

  /** The range of keys that covers the moments of these days and, with `withDays`, also the all-day lines of these days. */
  texts(withDays: boolean): TextRange {
    const first = this.#firstMoment();
    const low = first !== undefined && withDays && this.#from !== undefined && this.#from < first ? this.#from : first;
    return { low, high: this.#lastMoment() };
  }

  /** Return true if a line with this text of a day or a moment belongs to these days. */
  contains(text: string): boolean {
    if (!/^\d{4}-\d\d-\d\d/.test(text)) return false; // no date
    const day = text.length === LAST_DAY.length ? text : localDay(Date.parse(text), this.zone);
    return (this.#from ?? FIRST_DAY) <= day && day <= (this.#to ?? LAST_DAY);
  }

  #toDay(day: DayLike): string {
    if (day instanceof Date && !Number.isNaN(day.getTime())) return localDay(day.getTime(), this.zone);
    const text = String(day);
    const parsed = new Date(`${text}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(parsed.getTime()) || isoDay(parsed.getTime()) !== text) {
      throw new InvalidInput(`${JSON.stringify(text)} is no day: pass YYYY-MM-DD or a Date`);
    }
    return text;
  }

  #firstMoment(): string | undefined {
    if (this.#from === undefined || !this.zone || this.#from === FIRST_DAY) return this.#from;
    return momentText(Math.min(...midnights(this.#from, this.zone)));
  }

  #lastMoment(): string {
    const last = this.#to ?? LAST_DAY;
    if (!this.zone || last === LAST_DAY) return last;
    const next = isoDay(Date.parse(`${last}T00:00:00Z`) + DAY_MS);
    return momentText(Math.max(...midnights(next, this.zone)) - 1_000);
  }
}

function checkZone(zone: string): void {
  try {
    formatOf(zone);
  } catch {
    throw new InvalidInput(`${JSON.stringify(zone)} is no time zone: pass an IANA name such as Europe/Berlin`);
  }
}

/** Return the day of a moment in a zone. Beyond the calendar, it is the calendar's first or last day. */
function localDay(moment: number, zone: string): string {
  const local = new Date(moment + (zone ? offsetAt(moment, zone) : 0));
  if (local.getUTCFullYear() < 1) return FIRST_DAY;
  return local.getUTCFullYear() > 9999 ? LAST_DAY : isoDay(local.getTime());
}

/**
 * Return the moments at which the day may begin. There are two if the clocks change at midnight: then it comes twice, or
 * not at all and lies between the two.
 */
function midnights(day: string, zone: string): number[] {
  const local = Date.parse(`${day}T00:00:00Z`);
  const moments = [local - DAY_MS, local + DAY_MS].map((near) => local - offsetAt(near, zone));
  const exact = moments.filter((moment) => moment + offsetAt(moment, zone) === local);
  return exact.length > 0 ? exact : moments;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const part = "numeric" as const;
    const shown = { era: "short" as const, year: part, month: part, day: part, hour: part, minute: part, second: part };
    format = new Intl.DateTimeFormat("en-US", { ...shown, timeZone: zone, hourCycle: "h23", calendar: "gregory" });
    formats.set(zone, format);
  }
  return format;
}

/** Return what the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(moment: number, zone: string): number {
  const second = Math.floor(moment / 1_000) * 1_000;
  const parts = new Map(formatOf(zone).formatToParts(second).map((part) => [part.type, part.value]));
  const number = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const year = parts.get("era")?.startsWith("B") ? 1 - number("year") : number("year");
  const local = new Date(0);
  local.setUTCFullYear(year, number("month") - 1, number("day"));
  local.setUTCHours(number("hour"), number("minute"), number("second"));
  return local.getTime() - second;
}

function isoDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function momentText(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19);
}
