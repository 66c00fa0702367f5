/** The schema of an application as data: where its read items lie. The file ../schema.ts holds that of your application. */

/** A pair of key templates: the partition key and the sort key. */
export type Templates = readonly [partition: string, sort: string];

/** A type of read items. */
export interface ItemSchema {
  /** The name of its type, which stands in the attribute `type`. */
  readonly name: string;
  /** The projection that keeps it. */
  readonly projection: string;
  readonly key: Templates;
  readonly gsi1?: Templates;
  readonly gsi2?: Templates;
}

/** The form of the texts of a field for which ranges can be asked. */
export type RangeForm = "days" | "moments" | "text";

/** An access pattern. */
export interface PatternSchema {
  /** The question in words. */
  readonly name: string;
  readonly item: ItemSchema;
  readonly index?: 1 | 2;
  /** The field after the given ones, if ranges of it can be asked, and its form. */
  readonly range?: readonly [field: string, form: RangeForm];
  readonly descending?: true;
}

/** An application. */
export interface ApplicationSchema {
  /** The version of the snapshots; with the builds, it names the generation. */
  readonly snapshots: number;
  /** The version of each projection. */
  readonly projections: Readonly<Record<string, number>>;
  /** The item that shows that a user is a member of a workspace. */
  readonly member: ItemSchema;
  /** For each kind of entity, the item that exists as long as the entity lives, and the field of its key that holds the id. */
  readonly heads: Readonly<Record<string, readonly [item: ItemSchema, field: string]>>;
}
