/**
 * The errors of this package. Compare with `instanceof`; `retryable` says if the same request may succeed later.
 *
 *     AscendError
 *     ├── Refusal              a rule refused the command; `rule` names it
 *     │   ├── NotFound         ├── NotAllowed         └── VersionConflict
 *     ├── InvalidInput         └── InvalidCursor
 *     ├── NotVisibleYet        the answer is being written: ask again
 *     ├── NotReady             the read items of this version are not built yet, or were switched off
 *     ├── CommandIdReused      ├── CommandTooOld      └── CommandFromTheFuture
 *     ├── Contention           ├── ProjectionBehind   └── OutcomeUnknown
 *     ├── UnreadableLog        ├── UpgradeRequired    └── Damaged
 *     └── StoreError           ├── StoreUnavailable ── Throttled     ├── StoreMissing     └── AccessDenied
 */

export class AscendError extends Error {
  override readonly name: string = "AscendError";
  /** The id of the command that failed: send the command again with it. Absent from errors of queries. */
  commandId?: string;
  /** True if the same request may succeed later, as it is. */
  get retryable(): boolean {
    return false;
  }
}

/** A rule refused the command; nothing was appended. */
export class Refusal extends AscendError {
  override readonly name: string = "Refusal";
  /** The name of the rule. It never changes, so programs may compare it. */
  readonly rule: string;

  constructor(message: string, rule = "Refusal") {
    super(message);
    this.rule = rule;
  }
}

/** There is no such entity in this workspace. */
export class NotFound extends Refusal {
  override readonly name: string = "NotFound";
}

/** The user is no member, or has no role that allows this. */
export class NotAllowed extends Refusal {
  override readonly name: string = "NotAllowed";
}

/** The entity has changed since the sender saw it: read it again, then decide. */
export class VersionConflict extends Refusal {
  override readonly name: string = "VersionConflict";
}

/** The input is not valid. */
export class InvalidInput extends AscendError {
  override readonly name: string = "InvalidInput";
}

/** The cursor does not belong to this question: start again without one. */
export class InvalidCursor extends InvalidInput {
  override readonly name: string = "InvalidCursor";
}

/** An error after which the same request may succeed later. */
export class Retryable extends AscendError {
  override readonly name: string = "Retryable";
  override get retryable(): boolean {
    return true;
  }
}

/** A part of the answer is being written: ask again. */
export class NotVisibleYet extends Retryable {
  override readonly name: string = "NotVisibleYet";
}

/** The read items of this version of the code cannot be read yet, or no more: ask again later, or ask another process. */
export class NotReady extends Retryable {
  override readonly name: string = "NotReady";
}

/** This command id was used before, by another actor or with other content: use a new id. */
export class CommandIdReused extends AscendError {
  override readonly name: string = "CommandIdReused";
}

/** The command is older than the retention of command records: check if it was applied, and use a new id. */
export class CommandTooOld extends AscendError {
  override readonly name: string = "CommandTooOld";
}

/** The time in the command id is too far ahead of the server's clock: check this machine's clock. */
export class CommandFromTheFuture extends AscendError {
  override readonly name: string = "CommandFromTheFuture";
}

/** Too many writers at once; nothing was appended: send the same command id again. */
export class Contention extends Retryable {
  override readonly name: string = "Contention";
}

/** Too many commits wait for a worker; nothing was appended: send the same command id again. */
export class ProjectionBehind extends Retryable {
  override readonly name: string = "ProjectionBehind";
}

/** The command may or may not have been applied: send the same command id again to find out. */
export class OutcomeUnknown extends Retryable {
  override readonly name: string = "OutcomeUnknown";
}

/** A commit, or an item made of commits, cannot be used. Its workspace stalls until somebody mends it. */
export class UnreadableLog extends AscendError {
  override readonly name: string = "UnreadableLog";
}

/** A later version of Ascend wrote this: generate this package again. */
export class UpgradeRequired extends UnreadableLog {
  override readonly name: string = "UpgradeRequired";
}

/** An item is not as it was written. */
export class Damaged extends UnreadableLog {
  override readonly name: string = "Damaged";
}

/** The store failed. */
export class StoreError extends AscendError {
  override readonly name: string = "StoreError";
}

/** The store gave no usable answer in time. */
export class StoreUnavailable extends StoreError {
  override readonly name: string = "StoreUnavailable";
  override get retryable(): boolean {
    return true;
  }
}

/** The store takes fewer requests than it got: wait, then send the request again. */
export class Throttled extends StoreUnavailable {
  override readonly name: string = "Throttled";
}

/** There is no such table: check the prefix, the region and the account. */
export class StoreMissing extends StoreError {
  override readonly name: string = "StoreMissing";
}

/** The store refused the credentials, or they lack a permission: see `ascend schema iam reader`. */
export class AccessDenied extends StoreError {
  override readonly name: string = "AccessDenied";
}
