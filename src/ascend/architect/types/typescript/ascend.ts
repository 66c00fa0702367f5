/* eslint-disable */
// What people send to Ascend, what lies in its tables, and the keys: `ascend schema types --format typescript`.
// Written by scripts/write_typescript.py (the interfaces by json-schema-to-typescript): change the models instead.

/**
 * A moment, RFC 3339 with an offset; stored in UTC, with `Z`.
 */
export type Instant = string;
/**
 * One line, not blank, without control characters. At most 300 characters.
 */
export type Name = string;
/**
 * A short name: one line, not blank, without control characters. At most 100 characters.
 */
export type Label = string;
/**
 * Each once.
 *
 * @maxItems 20
 */
export type Tags = Label[];
/**
 * A user who is a person: none of the system's own.
 */
export type Person = string;
/**
 * What a member may do; each role may do all that those before it may.
 */
export type Role = "viewer" | "member" | "admin" | "owner";
/**
 * As the login system gives it. Those with `~` in front are the system's own.
 */
export type UserId = string;
/**
 * A UUID in lower case, made by whoever creates the Thing: a UUIDv7.
 */
export type ThingId = string;
export type ThingKind = "physical" | "digital" | "relational";
/**
 * Unicode of at most 65,536 bytes in UTF-8.
 */
export type Text = string;
/**
 * What becomes of the children of a Thing that is deleted.
 */
export type Children = "refuse" | "cascade" | "reparent";
/**
 * A UUID in lower case, made by whoever creates the Asset: a UUIDv7.
 */
export type AssetId = string;
export type AssetKind = "document" | "file" | "account" | "value";
/**
 * Such as https://… or s3://…, percent-encoded; no scheme that runs code. At most 2,000 characters.
 */
export type Uri = string;
/**
 * A decimal number of up to 38 digits, as text: no digit is lost.
 */
export type Amount = string;
/**
 * ISO 4217.
 */
export type Currency = string;
/**
 * A Thing or a Task: its kind and its id.
 *
 * @minItems 2
 * @maxItems 2
 */
export type ThingOrTask = ["thing" | "task", string];
/**
 * A UUID in lower case, made by whoever creates the Task: a UUIDv7.
 */
export type TaskId = string;
/**
 * A day (wherever the reader is) or a moment.
 */
export type Due = Day | ZonedTime;
/**
 * A day of the calendar: YYYY-MM-DD.
 */
export type Day = string;
/**
 * Name of an IANA time zone.
 */
export type Zone = string;
/**
 * The value of an RRULE (RFC 5545), such as FREQ=WEEKLY;BYDAY=MO,TH. At most 300 characters.
 */
export type Rule = string;
/**
 * 1 is the most urgent, so that lists sort by it.
 */
export type Priority = 1 | 2 | 3 | 4;
/**
 * A UUID in lower case, made by whoever posts the comment: a UUIDv7.
 */
export type CommentId = string;
/**
 * Unicode of 1 to 65,536 bytes in UTF-8.
 */
export type Words = string;
/**
 * A UUID in lower case. Sent again with the same id, a command has no second effect.
 */
export type CommandId = string;
/**
 * Type, version, when it happened, data.
 */
export type StoredEvent =
  | ["workspace.created", 1, Instant, WorkspaceCreated]
  | ["workspace.renamed", 1, Instant, WorkspaceRenamed]
  | ["workspace.described", 1, Instant, WorkspaceDescribed]
  | ["workspace.archived", 1, Instant, WorkspaceArchived]
  | ["workspace.restored", 1, Instant, WorkspaceRestored]
  | ["workspace.erased", 1, Instant, WorkspaceErased]
  | ["workspace.member_invited", 1, Instant, MemberInvited]
  | ["workspace.invitation_withdrawn", 1, Instant, InvitationWithdrawn]
  | ["workspace.member_joined", 1, Instant, MemberJoined]
  | ["workspace.member_added", 1, Instant, MemberAdded]
  | ["workspace.member_role_changed", 1, Instant, MemberRoleChanged]
  | ["workspace.member_removed", 1, Instant, MemberRemoved]
  | ["thing.created", 1, Instant, ThingCreated]
  | ["thing.renamed", 1, Instant, ThingRenamed]
  | ["thing.described", 1, Instant, ThingDescribed]
  | ["thing.moved", 1, Instant, ThingMoved]
  | ["thing.archived", 1, Instant, ThingArchived]
  | ["thing.restored", 1, Instant, ThingRestored]
  | ["thing.deleted", 1, Instant, ThingDeleted]
  | ["asset.created", 1, Instant, AssetCreated]
  | ["asset.edited", 1, Instant, AssetEdited]
  | ["asset.retired", 1, Instant, AssetRetired]
  | ["asset.linked", 1, Instant, AssetLinked]
  | ["asset.unlinked", 1, Instant, AssetUnlinked]
  | ["task.created", 1, Instant, TaskCreated]
  | ["task.edited", 2, Instant, TaskEdited]
  | ["task.scheduled", 1, Instant, TaskScheduled]
  | ["task.recurred", 1, Instant, TaskRecurred]
  | ["task.blocked", 1, Instant, TaskBlocked]
  | ["task.unblocked", 1, Instant, TaskUnblocked]
  | ["task.prioritised", 1, Instant, TaskPrioritised]
  | ["task.assigned", 1, Instant, TaskAssigned]
  | ["task.unassigned", 1, Instant, TaskUnassigned]
  | ["task.started", 1, Instant, TaskStarted]
  | ["task.completed", 1, Instant, TaskCompleted]
  | ["task.reopened", 1, Instant, TaskReopened]
  | ["task.cancelled", 1, Instant, TaskCancelled]
  | ["task.deleted", 1, Instant, TaskDeleted]
  | ["relation.added", 1, Instant, RelationAdded]
  | ["relation.edited", 1, Instant, RelationEdited]
  | ["relation.removed", 1, Instant, RelationRemoved]
  | ["comment.posted", 1, Instant, CommentPosted]
  | ["comment.edited", 1, Instant, CommentEdited]
  | ["comment.deleted", 1, Instant, CommentDeleted]
  | ["task.edited", 1, Instant, TaskEdited1];
/**
 * A UUID in lower case, made by whoever creates the workspace: a UUIDv7.
 */
export type WorkspaceId = string;
/**
 * A UUID in lower case, derived from the two ends of the link.
 */
export type LinkId = string;
/**
 * Which entity: its kind and its id.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Ref = [Kind, string];
/**
 * Of an entity.
 */
export type Kind = "workspace" | "thing" | "asset" | "link" | "task" | "relation" | "comment";
/**
 * A UUID in lower case, derived from the Relation's ends and type.
 */
export type RelationId = string;
export type Status = "open" | "started" | "done" | "cancelled";
export type LinkRole = "task" | "subtask" | "blocks" | "asset" | "on";
export type Direction = "out" | "in";

/**
 * What people send, and what lies in the tables. Every part is in `$defs`; this only names them.
 */
export interface Ascend {
  Commands: Commands;
  CommitBody: CommitBody;
  ReadItems: ReadItems;
  StoredItems: StoredItems;
}
/**
 * Every command, by name.
 */
export interface Commands {
  CreateWorkspace: CreateWorkspace;
  RenameWorkspace: RenameWorkspace;
  DescribeWorkspace: DescribeWorkspace;
  ArchiveWorkspace: ArchiveWorkspace;
  RestoreWorkspace: RestoreWorkspace;
  EraseWorkspace: EraseWorkspace;
  InviteMember: InviteMember;
  WithdrawInvitation: WithdrawInvitation;
  DeclineInvitation: DeclineInvitation;
  JoinWorkspace: JoinWorkspace;
  AddMember: AddMember;
  ChangeRole: ChangeRole;
  RemoveMember: RemoveMember;
  LeaveWorkspace: LeaveWorkspace;
  CreateThing: CreateThing;
  RenameThing: RenameThing;
  DescribeThing: DescribeThing;
  MoveThing: MoveThing;
  ArchiveThing: ArchiveThing;
  RestoreThing: RestoreThing;
  DeleteThing: DeleteThing;
  CreateAsset: CreateAsset;
  EditAsset: EditAsset;
  RetireAsset: RetireAsset;
  LinkAsset: LinkAsset;
  UnlinkAsset: UnlinkAsset;
  CreateTask: CreateTask;
  EditTask: EditTask;
  ScheduleTask: ScheduleTask;
  PrioritiseTask: PrioritiseTask;
  AssignTask: AssignTask;
  UnassignTask: UnassignTask;
  ReleaseTask: ReleaseTask;
  StartTask: StartTask;
  CompleteTask: CompleteTask;
  ReopenTask: ReopenTask;
  CancelTask: CancelTask;
  DeleteTask: DeleteTask;
  BlockTask: BlockTask;
  UnblockTask: UnblockTask;
  OpenNextOccurrence: OpenNextOccurrence;
  AddRelation: AddRelation;
  EditRelation: EditRelation;
  RemoveRelation: RemoveRelation;
  PostComment: PostComment;
  EditComment: EditComment;
  DeleteComment: DeleteComment;
}
/**
 * The sender becomes its owner. Sent to the workspace's new id.
 */
export interface CreateWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  name: Name;
  owner_name: Label;
}
/**
 * Everybody sees the new name, in feeds, too.
 *
 * Needs the role admin.
 */
export interface RenameWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  name: Name;
}
/**
 * What is not given stays as it is.
 *
 * Needs the role admin.
 */
export interface DescribeWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Free for the embedder's use.
 */
export interface Metadata {
  [k: string]: string;
}
/**
 * Nothing in it can be changed until it is restored, and its tasks leave everybody's feeds.
 *
 * Needs the role admin.
 */
export interface ArchiveWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
}
/**
 * Of an archived workspace: it can be changed again, and its tasks are back in the feeds.
 *
 * Needs the role admin.
 */
export interface RestoreWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
}
/**
 * The first step of `Store.erase`, which only an operator may take: people send no such command.
 */
export interface EraseWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
}
/**
 * The invited user finds it among their invitations, and joins or declines.
 *
 * Needs the role admin.
 */
export interface InviteMember {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  user_id: Person;
  role?: Role & string;
}
/**
 * The user can no longer join. Nobody withdraws an invitation to a role above their own.
 *
 * Needs the role admin.
 */
export interface WithdrawInvitation {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  user_id: UserId;
}
/**
 * Sent by the invited user.
 */
export interface DeclineInvitation {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
}
/**
 * Sent by the invited user, with the name by which the others will know them.
 */
export interface JoinWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  name: Label;
}
/**
 * Without an invitation: for who has the user's consent already. `InviteMember` asks for it.
 *
 * Needs the role admin.
 */
export interface AddMember {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  user_id: Person;
  name: Label;
  role?: Role & string;
}
/**
 * Of a member. Nobody gives or takes a role above their own, and the last owner stays owner.
 *
 * Needs the role admin.
 */
export interface ChangeRole {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  user_id: UserId;
  role: Role;
}
/**
 * They see nothing any more, and a policy unassigns them from open tasks. The last owner cannot be removed.
 *
 * Needs the role admin.
 */
export interface RemoveMember {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  user_id: UserId;
}
/**
 * Sent by the member who goes. The last owner cannot.
 *
 * Needs the role viewer.
 */
export interface LeaveWorkspace {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
}
/**
 * In a parent, or at the top (null). The same again does nothing.
 *
 * Needs the role member.
 */
export interface CreateThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  kind?: ThingKind & string;
  name: Name;
  parent?: ThingId | null;
  description?: Text;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * Like every change of it, refused while it is archived.
 *
 * Needs the role member.
 */
export interface RenameThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  name: Name;
}
/**
 * What is not given stays as it is.
 *
 * Needs the role member.
 */
export interface DescribeThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  description?: Text | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * With all that is in it, to another parent or to the top (null).
 *
 * Needs the role member.
 */
export interface MoveThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  parent: ThingId | null;
}
/**
 * It is seen, but not changed, and takes nothing new in, until it is restored. What is in it stays as it is.
 *
 * Needs the role member.
 */
export interface ArchiveThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
}
/**
 * Of an archived Thing. A deleted one never comes back.
 *
 * Needs the role member.
 */
export interface RestoreThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
}
/**
 * For good. What becomes of its children: they forbid it (`REFUSE`), go with it, and so on down (`CASCADE`), or move up.
 *
 * With `Children.REPARENT` the sender names all children, as they saw them; they move up to the Thing's parent.
 *
 * Needs the role member.
 */
export interface DeleteThing {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  children?: Children & string;
  /**
   * @maxItems 450
   */
  reparented?: ThingId[];
}
/**
 * A document, file, account or value; linked with nothing yet. The same again does nothing.
 *
 * Needs the role member.
 */
export interface CreateAsset {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
  kind: AssetKind;
  name: Name;
  description?: Text;
  media_type?: Label | null;
  uri?: Uri | null;
  size?: number | null;
  checksum?: Label | null;
  amount?: Amount | null;
  currency?: Currency | null;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * What is not given stays as it is; null takes it away.
 *
 * Needs the role member.
 */
export interface EditAsset {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
  name?: Name;
  description?: Text;
  media_type?: Label | null;
  uri?: Uri | null;
  size?: number | null;
  checksum?: Label | null;
  amount?: Amount | null;
  currency?: Currency | null;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * For good: it keeps its links, but cannot be changed, nor linked with anything new.
 *
 * Needs the role member.
 */
export interface RetireAsset {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
}
/**
 * Shows the Asset at a Thing or a Task.
 *
 * Needs the role member.
 */
export interface LinkAsset {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
  to: ThingOrTask;
}
/**
 * The Asset itself stays.
 *
 * Needs the role member.
 */
export interface UnlinkAsset {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
  to: ThingOrTask;
}
/**
 * Open, of normal priority, without dates and assignees: other commands set these. The same again does nothing.
 *
 * Needs the role member.
 */
export interface CreateTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  title: Name;
  description?: Text;
  /**
   * Things that it is about.
   *
   * @maxItems 20
   */
  about?: ThingId[];
  tags?: Tags;
  metadata?: Metadata;
  /**
   * The Task of which it is a part, for good.
   */
  parent?: TaskId | null;
}
/**
 * What is not given stays as it is.
 *
 * Needs the role member.
 */
export interface EditTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  title?: Name | null;
  description?: Text | null;
  about?: ThingId[] | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Sets the dates and the recurrence: what is not given is taken away.
 *
 * With the recurrence that it has already, only this occurrence is put off: the series goes on from where it stood.
 *
 * Needs the role member.
 */
export interface ScheduleTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  start?: Due | null;
  due?: Due | null;
  /**
   * RFC 5545, say `FREQ=WEEKLY;BYDAY=MO`. The series begins at `due`, in its time zone.
   */
  recurrence?: Rule | null;
}
/**
 * A moment, and the zone in which people think of it.
 */
export interface ZonedTime {
  instant: Instant;
  zone: Zone;
}
/**
 * 1 is the most urgent.
 *
 * Needs the role member.
 */
export interface PrioritiseTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  priority: Priority;
}
/**
 * To these members, beside those who have it already: it appears in their feeds.
 *
 * Needs the role member.
 */
export interface AssignTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  users: [UserId, ...UserId[]];
}
/**
 * From these users. Who does not have it is passed over.
 *
 * Needs the role member.
 */
export interface UnassignTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  users: [UserId, ...UserId[]];
}
/**
 * Unassigns those who are no members any more. A policy sends it.
 *
 * Needs the role member.
 */
export interface ReleaseTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Somebody is at it. Refused when it is done or cancelled, or while a blocker is open.
 *
 * Needs the role member.
 */
export interface StartTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * If it recurs, a policy opens the next occurrence. Refused when it is cancelled, or while a blocker is open.
 *
 * Needs the role member.
 */
export interface CompleteTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * One that is done or cancelled is open again, without those who are no members any more.
 *
 * Needs the role member.
 */
export interface ReopenTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * It will not be done. Of a series, no next occurrence is opened. Refused when it is done.
 *
 * Needs the role member.
 */
export interface CancelTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * For good. Refused while it has subtasks.
 *
 * Needs the role member.
 */
export interface DeleteTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * The Task waits for these: it cannot be started or completed while one of them is open.
 *
 * Needs the role member.
 */
export interface BlockTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  blockers: [TaskId, ...TaskId[]];
}
/**
 * The Task waits for these no longer.
 *
 * Needs the role member.
 */
export interface UnblockTask {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  blockers: [TaskId, ...TaskId[]];
}
/**
 * Does nothing when the Task does not recur, was reopened, or its series is over. A policy sends it.
 *
 * Needs the role member.
 */
export interface OpenNextOccurrence {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * From a Thing or Task to another. The same again does nothing; with other details it is refused: edit it.
 *
 * Needs the role member.
 */
export interface AddRelation {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
  /**
   * What it is called from the target's side.
   */
  inverse?: Label | null;
  valid_from?: Day | null;
  /**
   * The last day, included.
   */
  valid_to?: Day | null;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * What is not given stays as it is; null takes it away.
 *
 * Needs the role member.
 */
export interface EditRelation {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
  inverse?: Label | null;
  valid_from?: Day | null;
  valid_to?: Day | null;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * It can be added again.
 *
 * Needs the role member.
 */
export interface RemoveRelation {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
}
/**
 * On exactly one of a Task, a Thing and an Asset. Mentioned members find it in their inbox.
 *
 * Needs the role member.
 */
export interface PostComment {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  comment_id: CommentId;
  task_id?: TaskId | null;
  thing_id?: ThingId | null;
  asset_id?: AssetId | null;
  text: Words;
  reply_to?: CommentId | null;
  /**
   * @maxItems 20
   */
  mentions?: UserId[];
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * By its author only. Text and mentions are given whole.
 *
 * An imported edit (`at`) of which only the last text is known says when: the same text again, of a later day.
 *
 * Needs the role member.
 */
export interface EditComment {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  comment_id: CommentId;
  text: Words;
  /**
   * @maxItems 20
   */
  mentions?: UserId[];
  /**
   * null: as they were. So with the metadata.
   */
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * By its author, or an admin. It keeps its place, since replies hang on it, and loses its words.
 *
 * Needs the role member.
 */
export interface DeleteComment {
  /**
   * When it happened, for facts that are imported; else the time of the decision.
   */
  at?: Instant | null;
  comment_id: CommentId;
}
/**
 * The `body` of a commit.
 */
export interface CommitBody {
  commands: CommandRecord[];
}
/**
 * An applied command with its events.
 */
export interface CommandRecord {
  id: CommandId;
  digest: string;
  actor: UserId;
  events: StoredEvent[];
  correlation?: string;
  causation?: string;
}
/**
 * `workspace.created`, version 1.
 */
export interface WorkspaceCreated {
  workspace_id: WorkspaceId;
  by: UserId;
  name: string;
  owner_name: string;
}
/**
 * `workspace.renamed`, version 1.
 */
export interface WorkspaceRenamed {
  workspace_id: WorkspaceId;
  by: UserId;
  name: string;
}
/**
 * The whole of what describes it, as it is from now on.
 *
 * `workspace.described`, version 1.
 */
export interface WorkspaceDescribed {
  workspace_id: WorkspaceId;
  by: UserId;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * `workspace.archived`, version 1.
 */
export interface WorkspaceArchived {
  workspace_id: WorkspaceId;
  by: UserId;
}
/**
 * `workspace.restored`, version 1.
 */
export interface WorkspaceRestored {
  workspace_id: WorkspaceId;
  by: UserId;
}
/**
 * The last event of a log: all commits before it are emptied.
 *
 * `workspace.erased`, version 1.
 */
export interface WorkspaceErased {
  workspace_id: WorkspaceId;
  by: UserId;
}
/**
 * `workspace.member_invited`, version 1.
 */
export interface MemberInvited {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
  role: Role;
}
/**
 * An admin revoked it, or the invited user declined (then `by` is the invited).
 *
 * `workspace.invitation_withdrawn`, version 1.
 */
export interface InvitationWithdrawn {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
}
/**
 * The invited user accepted.
 *
 * `workspace.member_joined`, version 1.
 */
export interface MemberJoined {
  workspace_id: WorkspaceId;
  by: UserId;
  name: string;
  role: Role;
}
/**
 * `workspace.member_added`, version 1.
 */
export interface MemberAdded {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
  name: string;
  role: Role;
}
/**
 * `workspace.member_role_changed`, version 1.
 */
export interface MemberRoleChanged {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
  role: Role;
}
/**
 * Somebody was removed, or left (then `by` is the member).
 *
 * `workspace.member_removed`, version 1.
 */
export interface MemberRemoved {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
}
/**
 * `thing.created`, version 1.
 */
export interface ThingCreated {
  thing_id: ThingId;
  by: UserId;
  kind: ThingKind;
  name: string;
  parent?: ThingId;
  description: string;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  /**
   * The parent, its parent, …: those whose height grows by this.
   */
  raised: ThingId[];
}
/**
 * `thing.renamed`, version 1.
 */
export interface ThingRenamed {
  thing_id: ThingId;
  by: UserId;
  name: string;
}
/**
 * The whole of what describes it, as it is from now on.
 *
 * `thing.described`, version 1.
 */
export interface ThingDescribed {
  thing_id: ThingId;
  by: UserId;
  description: string;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * `thing.moved`, version 1.
 */
export interface ThingMoved {
  thing_id: ThingId;
  by: UserId;
  old_parent?: ThingId;
  new_parent?: ThingId;
  /**
   * The moved Thing's own height, from which the heights of `raised` follow.
   */
  height: number;
  raised: ThingId[];
}
/**
 * `thing.archived`, version 1.
 */
export interface ThingArchived {
  thing_id: ThingId;
  by: UserId;
}
/**
 * `thing.restored`, version 1.
 */
export interface ThingRestored {
  thing_id: ThingId;
  by: UserId;
}
/**
 * Its descendants die with it, but for `reparented`, which now hang where it hung.
 *
 * `thing.deleted`, version 1.
 */
export interface ThingDeleted {
  thing_id: ThingId;
  by: UserId;
  parent?: ThingId;
  reparented: ThingId[];
}
/**
 * `asset.created`, version 1.
 */
export interface AssetCreated {
  asset_id: AssetId;
  by: UserId;
  kind: AssetKind;
  details: Details;
}
/**
 * What an Asset is: where it lies, or what it is worth. As it was stored; commands check it.
 */
export interface Details {
  name: string;
  description: string;
  media_type?: string;
  uri?: string;
  /**
   * Bytes.
   */
  size?: number;
  /**
   * As the owner writes it, say sha256:…
   */
  checksum?: string;
  amount?: Amount;
  currency?: string;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * The whole of what describes it, as it is from now on.
 *
 * `asset.edited`, version 1.
 */
export interface AssetEdited {
  asset_id: AssetId;
  by: UserId;
  details: Details;
}
/**
 * `asset.retired`, version 1.
 */
export interface AssetRetired {
  asset_id: AssetId;
  by: UserId;
}
/**
 * `asset.linked`, version 1.
 */
export interface AssetLinked {
  link_id: LinkId;
  asset_id: AssetId;
  to: Ref;
  by: UserId;
}
/**
 * `asset.unlinked`, version 1.
 */
export interface AssetUnlinked {
  link_id: LinkId;
  asset_id: AssetId;
  to: Ref;
  by: UserId;
}
/**
 * `task.created`, version 1.
 */
export interface TaskCreated {
  task_id: TaskId;
  by: UserId;
  title: string;
  description: string;
  about: ThingId[];
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  parent?: TaskId;
}
/**
 * What changed in what describes it; absent: it is as it was.
 *
 * `task.edited`, version 2.
 */
export interface TaskEdited {
  task_id: TaskId;
  by: UserId;
  title?: string;
  description?: string;
  about?: ThingId[];
  tags?: string[];
  metadata?: {
    [k: string]: string;
  };
}
/**
 * `task.scheduled`, version 1.
 */
export interface TaskScheduled {
  task_id: TaskId;
  by: UserId;
  start?: Due;
  due?: Due;
  /**
   * RFC 5545 rule.
   */
  recurrence?: string;
  /**
   * When the series began to which this occurrence belongs; absent where it begins here.
   */
  first?: Due;
}
/**
 * The next occurrence was opened.
 *
 * `task.recurred`, version 1.
 */
export interface TaskRecurred {
  task_id: TaskId;
  by: UserId;
  next: TaskId;
}
/**
 * `task.blocked`, version 1.
 */
export interface TaskBlocked {
  task_id: TaskId;
  by: UserId;
  blockers: TaskId[];
}
/**
 * `task.unblocked`, version 1.
 */
export interface TaskUnblocked {
  task_id: TaskId;
  by: UserId;
  blockers: TaskId[];
}
/**
 * `task.prioritised`, version 1.
 */
export interface TaskPrioritised {
  task_id: TaskId;
  by: UserId;
  priority: Priority;
}
/**
 * `task.assigned`, version 1.
 */
export interface TaskAssigned {
  task_id: TaskId;
  by: UserId;
  users: UserId[];
}
/**
 * `task.unassigned`, version 1.
 */
export interface TaskUnassigned {
  task_id: TaskId;
  by: UserId;
  users: UserId[];
}
/**
 * `task.started`, version 1.
 */
export interface TaskStarted {
  task_id: TaskId;
  by: UserId;
}
/**
 * `task.completed`, version 1.
 */
export interface TaskCompleted {
  task_id: TaskId;
  by: UserId;
  /**
   * It has a next occurrence, perhaps.
   */
  recurs?: boolean;
}
/**
 * `task.reopened`, version 1.
 */
export interface TaskReopened {
  task_id: TaskId;
  by: UserId;
}
/**
 * `task.cancelled`, version 1.
 */
export interface TaskCancelled {
  task_id: TaskId;
  by: UserId;
}
/**
 * `task.deleted`, version 1.
 */
export interface TaskDeleted {
  task_id: TaskId;
  by: UserId;
  parent?: TaskId;
}
/**
 * `relation.added`, version 1.
 */
export interface RelationAdded {
  relation_id: RelationId;
  by: UserId;
  source: Ref;
  type: string;
  target: Ref;
  inverse?: string;
  valid_from?: Day;
  valid_to?: Day;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * The whole of what describes it, as it is from now on.
 *
 * `relation.edited`, version 1.
 */
export interface RelationEdited {
  relation_id: RelationId;
  by: UserId;
  inverse?: string;
  valid_from?: Day;
  valid_to?: Day;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * `relation.removed`, version 1.
 */
export interface RelationRemoved {
  relation_id: RelationId;
  by: UserId;
}
/**
 * `comment.posted`, version 1.
 */
export interface CommentPosted {
  comment_id: CommentId;
  by: UserId;
  on: Ref;
  text: string;
  reply_to?: CommentId;
  mentions: UserId[];
  tags?: string[];
  metadata?: {
    [k: string]: string;
  };
}
/**
 * `comment.edited`, version 1.
 */
export interface CommentEdited {
  comment_id: CommentId;
  by: UserId;
  text: string;
  mentions: UserId[];
  /**
   * absent: as they were.
   */
  tags?: string[];
  metadata?: {
    [k: string]: string;
  };
}
/**
 * `comment.deleted`, version 1.
 */
export interface CommentDeleted {
  comment_id: CommentId;
  by: UserId;
}
/**
 * The whole of what describes it, as it is from now on.
 *
 * `task.edited`, version 1.
 */
export interface TaskEdited1 {
  task_id: TaskId;
  by: UserId;
  title: string;
  description: string;
  about: ThingId[];
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
/**
 * What `data` holds, by `type`.
 */
export interface ReadItems {
  WorkspaceCard: WorkspaceCard;
  MemberLine: MemberLine;
  InvitationLine: InvitationLine;
  FeedLine: FeedLine;
  DoneLine: DoneLine;
  TaskLine: TaskLine;
  TaskCard: TaskCard;
  ThingNode: ThingNode;
  ThingCard: ThingCard;
  AssetCard: AssetCard;
  LinkLine: LinkLine;
  RelationLine: RelationLine;
  CommentLine: CommentLine;
  MentionLine: MentionLine;
  TagLine: TagLine;
  HistoryLine: HistoryLine;
}
export interface WorkspaceCard {
  workspace: WorkspaceId;
  name: string;
  version: number;
  members: number;
  invited: number;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  archived: boolean;
}
/**
 * In the table: the members of a workspace. In the index: the workspaces of a user.
 */
export interface MemberLine {
  workspace: WorkspaceId;
  user: UserId;
  name: string;
  role: Role;
  /**
   * Copied: at most 500 lines change with a workspace's name, and a feed page needs one read a workspace.
   */
  workspace_name: string;
  /**
   * Of the workspace.
   */
  archived: boolean;
}
/**
 * In the table: who is invited. In the index: a user's open invitations.
 */
export interface InvitationLine {
  workspace: WorkspaceId;
  user: UserId;
  role: Role;
  workspace_name: string;
}
/**
 * One for each assignee while the Task is open. In the table: those of one workspace.
 */
export interface FeedLine {
  workspace: WorkspaceId;
  user: UserId;
  task: TaskId;
  title: string;
  status: Status;
  priority: Priority;
  due?: Due;
}
/**
 * One for each assignee once the Task is done.
 */
export interface DoneLine {
  workspace: WorkspaceId;
  user: UserId;
  task: TaskId;
  title: string;
  closed_at: Instant;
}
export interface TaskLine {
  workspace: WorkspaceId;
  task: TaskId;
  title: string;
  status: Status;
  priority: Priority;
  assignees: UserId[];
  due?: Due;
}
export interface TaskCard {
  workspace: WorkspaceId;
  task: TaskId;
  version: number;
  title: string;
  description: string;
  status: Status;
  priority: Priority;
  assignees: UserId[];
  start?: Due;
  due?: Due;
  recurrence?: string;
  /**
   * The occurrence that was opened when this one was completed.
   */
  next?: TaskId;
  parent?: TaskId;
  subtasks: number;
  blocked_by: TaskId[];
  about: ThingId[];
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  created_by: UserId;
  created_at: Instant;
  closed_at?: Instant;
}
export interface ThingNode {
  workspace: WorkspaceId;
  thing: ThingId;
  name: string;
  kind: ThingKind;
  /**
   * From the root to the Thing itself.
   */
  path: ThingId[];
  archived: boolean;
}
export interface ThingCard {
  workspace: WorkspaceId;
  thing: ThingId;
  version: number;
  name: string;
  kind: ThingKind;
  description: string;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  archived: boolean;
  created_by: UserId;
  created_at: Instant;
}
export interface AssetCard {
  workspace: WorkspaceId;
  asset: AssetId;
  version: number;
  kind: AssetKind;
  details: Details;
  retired: boolean;
  created_by: UserId;
  created_at: Instant;
}
export interface LinkLine {
  workspace: WorkspaceId;
  anchor: Ref;
  role: LinkRole;
  other: Ref;
}
/**
 * `anchor` is the source of what goes out, the target of what comes in.
 */
export interface RelationLine {
  workspace: WorkspaceId;
  anchor: Ref;
  direction: Direction;
  other: Ref;
  relation: RelationId;
  version: number;
  type: string;
  inverse?: string;
  valid_from?: Day;
  valid_to?: Day;
  tags: string[];
  metadata: {
    [k: string]: string;
  };
}
export interface CommentLine {
  workspace: WorkspaceId;
  comment: CommentId;
  version: number;
  target_kind: string;
  target: string;
  author: UserId;
  text: string;
  reply_to?: CommentId;
  mentions: UserId[];
  tags: string[];
  metadata: {
    [k: string]: string;
  };
  posted_at: Instant;
  edited_at?: Instant;
  deleted: boolean;
}
/**
 * Somebody named a user in a comment.
 */
export interface MentionLine {
  workspace: WorkspaceId;
  user: UserId;
  comment: CommentId;
  on: Ref;
  author: UserId;
  excerpt: string;
  posted_at: Instant;
}
/**
 * `title` is copied: an entity has at most 20 tags, so a rename rewrites at most 20 lines.
 */
export interface TagLine {
  workspace: WorkspaceId;
  tag: string;
  kind: string;
  entity: string;
  title: string;
  /**
   * What it hangs on: where one of these is gone, so is this.
   */
  on: Ref[];
}
export interface HistoryLine {
  workspace: WorkspaceId;
  about: Ref;
  position: number;
  /**
   * Of the event within its commit.
   */
  index: number;
  event: string;
  happened: Instant;
  actor: UserId;
  command: CommandId;
}
/**
 * Every item type of the tables, by name.
 */
export interface StoredItems {
  CommitItem: CommitItem;
  ErasedCommitItem: ErasedCommitItem;
  RegistryEntryItem: RegistryEntryItem;
  EpochsItem: EpochsItem;
  RecordItem: RecordItem;
  SnapshotItem: SnapshotItem;
  EdgeItem: EdgeItem;
  AppliedCommandItem: AppliedCommandItem;
  ParkedEntityItem: ParkedEntityItem;
  PolicyPositionItem: PolicyPositionItem;
  InstalledPoliciesItem: InstalledPoliciesItem;
  StoredReadItem: StoredReadItem;
}
/**
 * What one append wrote: the events of one or more commands. In `events`: `W#{workspace}`, `{position}`. Kept: for ever; erasure of the workspace replaces it by a stub.
 */
export interface CommitItem {
  pk: string;
  sk: string;
  /**
   * Of the append: tells after a lost reply whether the commit in the slot is ours.
   */
  id: string;
  /**
   * Hybrid logical clock, milliseconds: never lower than the commit's before it.
   */
  clock: number;
  /**
   * The writer's wall clock, for people only.
   */
  time: string;
  /**
   * How the body is written: `json/1`.
   */
  format: string;
  /**
   * JSON: each command with its id, digest, actor and events.
   */
  body: string;
}
/**
 * Keeps the slot of a commit of an erased workspace, so that no late writer can fill it. In `events`: `W#{workspace}`, `{position}`. Kept: for ever.
 */
export interface ErasedCommitItem {
  pk: string;
  sk: string;
  /**
   * Of the append: tells after a lost reply whether the commit in the slot is ours.
   */
  id: string;
  /**
   * Hybrid logical clock, milliseconds: never lower than the commit's before it.
   */
  clock: number;
  /**
   * How it says so: `erased/1`.
   */
  format: string;
}
/**
 * That there is a workspace; written before its first commit, harmless alone. In `events`: `R#{shard}`, `{workspace}`. Kept: for ever.
 */
export interface RegistryEntryItem {
  pk: string;
  sk: string;
  /**
   * The workspace was erased: nobody looks at it.
   */
  erased?: boolean;
}
/**
 * Which build of each projection is read; one item in the store. In `views`: `epochs`, `epochs`. Kept: for ever.
 */
export interface EpochsItem {
  pk: string;
  sk: string;
  /**
   * Projection → how often it was rebuilt, where it was.
   */
  epochs: {
    [k: string]: unknown;
  };
}
/**
 * How far a generation is in a workspace: the only thing that moves, and every move names what it moves from. In `views`: `W#{workspace}#generations`, `{generation}`. Kept: as long as its generation: `prune` removes those of earlier ones.
 */
export interface RecordItem {
  pk: string;
  sk: string;
  /**
   * Version of the snapshots' schema.
   */
  snapshots: number;
  /**
   * The builds that make the generation.
   */
  builds: unknown[];
  /**
   * Position up to which all read items are written.
   */
  rendered: number;
  /**
   * Position up to which all snapshots are written.
   */
  folded: number;
  /**
   * Of the commit at `rendered`: compared with the log at each batch.
   */
  commit_id: string;
  /**
   * Of the commit at `folded`.
   */
  clock: number;
  /**
   * Of the commit at `folded`: commands compare it with the log.
   */
  folded_id: string;
  /**
   * Entities that cannot be rendered.
   */
  parked: number;
  /**
   * How far a large fan-out is written; empty: none is on its way.
   */
  cursor: unknown[];
  /**
   * Why nothing moves; empty: all is well.
   */
  stalled: string;
  /**
   * This life of the generation: part of the keys of its snapshots.
   */
  incarnation: string;
  /**
   * Name → live read items that count under it, at `rendered`.
   */
  counts: {
    [k: string]: unknown;
  };
  /**
   * When, for people and for `prune`.
   */
  moved: string;
}
/**
 * An entity's folded state, also of a deleted one. In `views`: `W#{workspace}#{incarnation}`, `S#{kind}#{id}`. Kept: as long as its generation: `prune` removes those of earlier ones.
 */
export interface SnapshotItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * How many events were about the entity.
   */
  version: number;
  /**
   * JSON.
   */
  state: string;
}
/**
 * That a child hangs below a parent: how a fan-out finds a subtree. In `views`: `W#{workspace}#{incarnation}`, `E#{kind}#{parent}#{child}`. Kept: as long as its generation; one that is gone expires.
 */
export interface EdgeItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * False: it does so no more.
   */
  there: boolean;
  /**
   * Epoch second after which it may vanish.
   */
  expires?: number;
}
/**
 * What became of a command: sent again, it gets the same receipt. In `views`: `W#{workspace}#{incarnation}`, `C#{command}`. Kept: ids with a time expire, derived ids stay as long as their generation.
 */
export interface AppliedCommandItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * Of what the sender set: the same id with other content is an error.
   */
  digest: string;
  /**
   * Who sent it.
   */
  actor: string;
  /**
   * How many.
   */
  events: number;
  /**
   * Epoch second after which it may vanish.
   */
  expires?: number;
}
/**
 * That a projection cannot render an entity; its last good items stay. In `views`: `W#{workspace}#{incarnation}`, `P#{build}#{kind}#{id}`. Kept: until it is rendered, and the record is past that; then a tombstone.
 */
export interface ParkedEntityItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * JSON: the error, the keys of the last good items, what they count.
   */
  data?: string;
  /**
   * The same of what is rendered again at `position`.
   */
  was?: string;
  /**
   * Epoch second after which it may vanish.
   */
  expires?: number;
}
/**
 * How far a policy has answered the events of a workspace. In `views`: `W#{workspace}#policies`, `{policy}`. Kept: for ever.
 */
export interface PolicyPositionItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit whose events it has answered.
   */
  position: number;
  /**
   * Of that commit: compared with the log; empty where it is not known.
   */
  commit_id: string;
  /**
   * Why it does not go on; empty: all is well.
   */
  stalled: string;
}
/**
 * Which policies are installed: where one has no position, the workspace is younger; one item in the store. In `views`: `policies`, `policies`. Kept: for ever.
 */
export interface InstalledPoliciesItem {
  pk: string;
  sk: string;
  /**
   * Names of policies.
   */
  installed: unknown[];
}
/**
 * A read item, or the tombstone of one. In `views`. Kept: until a newer build replaces it; where one was removed, a tombstone.
 */
export interface StoredReadItem {
  pk: string;
  sk: string;
  /**
   * Of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * Whose it is: also told where the key begins with a user.
   */
  workspace: string;
  /**
   * In gsi1, if it is there.
   */
  gsi1pk?: string;
  /**
   * In gsi1, if it is there.
   */
  gsi1sk?: string;
  /**
   * In gsi2, if it is there.
   */
  gsi2pk?: string;
  /**
   * In gsi2, if it is there.
   */
  gsi2sk?: string;
  /**
   * The item's type, by name; absent from a tombstone.
   */
  type?:
    | "WorkspaceCard"
    | "MemberLine"
    | "InvitationLine"
    | "FeedLine"
    | "DoneLine"
    | "TaskLine"
    | "TaskCard"
    | "ThingNode"
    | "ThingCard"
    | "AssetCard"
    | "LinkLine"
    | "RelationLine"
    | "CommentLine"
    | "MentionLine"
    | "TagLine"
    | "HistoryLine";
  /**
   * JSON: the item itself; absent from a tombstone.
   */
  data?: string;
  /**
   * Epoch second after which it may vanish.
   */
  expires?: number;
}

/** Keys of an item in a table: plain values, as the document client of the AWS SDK takes them. */
export interface Key {
  pk: string;
  sk: string;
}

/** Keys of an item in the first index. */
export interface Gsi1Key {
  gsi1pk: string;
  gsi1sk: string;
}

/** Keys of an item in the second index. */
export interface Gsi2Key {
  gsi2pk: string;
  gsi2sk: string;
}

/** What says which items a Query reads: spread it into the request, beside `TableName` and `Limit`. */
export interface KeyCondition {
  IndexName?: "gsi1" | "gsi2";
  KeyConditionExpression: string;
  ExpressionAttributeValues: Record<string, string>;
  ScanIndexForward: boolean;
  ConsistentRead: boolean;
}

/** Which build of a projection is read: `epochs` of the item `EpochsItem` says it by the projection's name; else 0. */
export interface Build {
  epoch: number;
}

/** Of days, both included: YYYY-MM-DD. */
export interface Days {
  from?: Day;
  to?: Day;
}

type Field = string | number | null | undefined;
type Fields = Record<string, Field>;

/** Of a fixed width, so that text sorts as numbers do. */
export function slot(position: number, width = 16): string {
  return String(position).padStart(width, "0");
}

/** An entity as a part of a key. */
export function place(ref: Ref): string {
  return `${ref[0]}:${ref[1]}`;
}

/** Text for a key, for exact matches: nothing is lost. */
export function keyed(text: string): string {
  return text.replace(/[%#\u0000-\u001f\u007f-\u009f]/g, (found) => {
    const code = found.charCodeAt(0);
    const byte = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code < 0x80 ? byte : `%C2${byte}`;
  });
}

/** Text for the middle of a sort key: in the order people expect, without separators, bounded. */
export function sortable(text: string): string {
  const folded = Array.from(text.normalize("NFKC"), withoutCase).join("");
  return Array.from(folded)
    .slice(0, 100)
    .map((one) => (one === "#" || one < " " ? " " : one))
    .join("");
}

/** A name in a sort key, with an end that sorts before every character of a name. */
export function byName(name: string): string {
  return `${sortable(name)}\t`;
}

/** One character without its case (Unicode's full case folding), which JavaScript has no function for. */
function withoutCase(one: string): string {
  if (one === "ı") return one;
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(one)) return one.toUpperCase(); // Cherokee folds upwards
  const upper = one.toLowerCase().toUpperCase();
  return Array.from(upper, (part) => part.toLowerCase()).join("");
}

/** Text that sorts by time. */
export function instantText(instant: Instant): string {
  const [seconds, fraction] = utc(instant);
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** Where a Thing stands: with a separator at the end, so that no path is the beginning of a sibling's. */
export function pathText(path: ThingId[]): string {
  return path.map((thing) => `${thing}/`).join("");
}

/** Text that sorts by time: a day before every moment of that day (UTC), and what has no date behind all. */
export function dueText(due: Due | undefined): string {
  if (due === undefined) return "~";
  return typeof due === "string" ? due : `${utc(due.instant)[0]}Z`;
}

function utc(instant: Instant): [seconds: string, fraction: string] {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant);
  if (!found) throw new RangeError(`${instant} is not as read items say it: YYYY-MM-DDTHH:MM:SSZ`);
  return [found[1] as string, found[2] ?? ""];
}

function fill(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    if (value === null || value === undefined) throw new TypeError(`a key ${template} needs a ${name}`);
    const text = String(value);
    if (text.includes("#")) throw new RangeError(`${name} cannot stand in a key ${template}: it holds '#'`);
    return text;
  });
}

/** The sort key up to the first field that is not given. */
function prefix(template: string, fields: Fields): string {
  const names = Array.from(template.matchAll(/\{(\w+)\}/g));
  const given = (name: string | undefined) => name !== undefined && fields[name] !== null && fields[name] !== undefined;
  const missing = names.findIndex((one) => !given(one[1]));
  if (missing < 0) return fill(template, fields);
  const useless = names.slice(missing).find((one) => given(one[1]));
  if (useless) throw new TypeError(`${useless[1]} says nothing without ${names[missing]?.[1]}`);
  return fill(template.slice(0, names[missing]?.index), fields);
}

function key(pk: string, sk: string, fields: Fields): Key {
  return { pk: fill(pk, fields), sk: fill(sk, fields) };
}

function gsi1(pk: string, sk: string, fields: Fields): Gsi1Key | null {
  return isIn(fields) ? { gsi1pk: fill(pk, fields), gsi1sk: fill(sk, fields) } : null;
}

function gsi2(pk: string, sk: string, fields: Fields): Gsi2Key | null {
  return isIn(fields) ? { gsi2pk: fill(pk, fields), gsi2sk: fill(sk, fields) } : null;
}

/** An item for which one of an index key's fields is null is not in that index. */
function isIn(fields: Fields): boolean {
  return Object.values(fields).every((field) => field !== null);
}

interface Asked {
  index?: "gsi1" | "gsi2";
  descending?: boolean;
  days?: Days;
}

function condition(pk: string, sk: string, fields: Fields, asked: Asked = {}): KeyCondition {
  const { index, days } = asked;
  const begin = prefix(sk, fields);
  const values: Record<string, string> = { ":pk": fill(pk, fields) };
  let test = "";
  if (days?.from !== undefined || days?.to !== undefined) {
    values[":low"] = begin + (days.from ?? "") || " ";
    values[":high"] = begin + (days.to ?? "9999-12-31") + "\u{10ffff}"; // what has no date lies behind it
    test = ` AND ${index ?? ""}sk BETWEEN :low AND :high`;
  } else if (begin) {
    values[":prefix"] = begin;
    test = ` AND begins_with(${index ?? ""}sk, :prefix)`;
  }
  return {
    ...(index && { IndexName: index }),
    KeyConditionExpression: `${index ?? ""}pk = :pk${test}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !asked.descending,
    ConsistentRead: index === undefined,
  };
}

/** Keys of every item type. */
export const keys = {
  /** What one append wrote: the events of one or more commands. In `events`: `W#{workspace}`, `{position}`. */
  commit: (of: { workspace: WorkspaceId; position: number }): Key =>
    key("W#{workspace}", "{position}", { workspace: of.workspace, position: slot(of.position) }),
  /** Keeps the slot of a commit of an erased workspace, so that no late writer can fill it. In `events`: `W#{workspace}`, `{position}`. */
  erasedCommit: (of: { workspace: WorkspaceId; position: number }): Key =>
    key("W#{workspace}", "{position}", { workspace: of.workspace, position: slot(of.position) }),
  /** That there is a workspace; written before its first commit, harmless alone. In `events`: `R#{shard}`, `{workspace}`. */
  registryEntry: (of: { shard: string; workspace: WorkspaceId }): Key =>
    key("R#{shard}", "{workspace}", { shard: of.shard, workspace: of.workspace }),
  /** Which build of each projection is read; one item in the store. In `views`: `epochs`, `epochs`. */
  epochs: (): Key => key("epochs", "epochs", {}),
  /** How far a generation is in a workspace: the only thing that moves, and every move names what it moves from. In `views`: `W#{workspace}#generations`, `{generation}`. */
  record: (of: { workspace: WorkspaceId; generation: string }): Key =>
    key("W#{workspace}#generations", "{generation}", { workspace: of.workspace, generation: of.generation }),
  /** An entity's folded state, also of a deleted one. In `views`: `W#{workspace}#{incarnation}`, `S#{kind}#{id}`. */
  snapshot: (of: { workspace: WorkspaceId; incarnation: string; kind: Kind; id: string }): Key =>
    key("W#{workspace}#{incarnation}", "S#{kind}#{id}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      kind: of.kind,
      id: of.id,
    }),
  /** That a child hangs below a parent: how a fan-out finds a subtree. In `views`: `W#{workspace}#{incarnation}`, `E#{kind}#{parent}#{child}`. */
  edge: (of: { workspace: WorkspaceId; incarnation: string; kind: Kind; parent: string; child: string }): Key =>
    key("W#{workspace}#{incarnation}", "E#{kind}#{parent}#{child}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      kind: of.kind,
      parent: of.parent,
      child: of.child,
    }),
  /** What became of a command: sent again, it gets the same receipt. In `views`: `W#{workspace}#{incarnation}`, `C#{command}`. */
  appliedCommand: (of: { workspace: WorkspaceId; incarnation: string; command: CommandId }): Key =>
    key("W#{workspace}#{incarnation}", "C#{command}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      command: of.command,
    }),
  /** That a projection cannot render an entity; its last good items stay. In `views`: `W#{workspace}#{incarnation}`, `P#{build}#{kind}#{id}`. */
  parkedEntity: (of: { workspace: WorkspaceId; incarnation: string; build: string; kind: Kind; id: string }): Key =>
    key("W#{workspace}#{incarnation}", "P#{build}#{kind}#{id}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      build: of.build,
      kind: of.kind,
      id: of.id,
    }),
  /** How far a policy has answered the events of a workspace. In `views`: `W#{workspace}#policies`, `{policy}`. */
  policyPosition: (of: { workspace: WorkspaceId; policy: string }): Key =>
    key("W#{workspace}#policies", "{policy}", { workspace: of.workspace, policy: of.policy }),
  /** Which policies are installed: where one has no position, the workspace is younger; one item in the store. In `views`: `policies`, `policies`. */
  installedPolicies: (): Key => key("policies", "policies", {}),
  /** `WorkspaceCard`, in `views`: `W#{workspace}#members.2.{epoch}`, `workspace`. */
  workspaceCard: (of: Pick<WorkspaceCard, "workspace"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "workspace", { workspace: of.workspace, epoch: of.epoch }),
  /** `MemberLine`, in `views`: `W#{workspace}#members.2.{epoch}`, `member#{user}`. */
  memberLine: (of: Pick<MemberLine, "workspace" | "user"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "member#{user}", {
      workspace: of.workspace,
      user: of.user,
      epoch: of.epoch,
    }),
  /** `MemberLine`, in gsi1: `U#{user}#members.2.{epoch}`, `member#{workspace}`. */
  memberLineGsi1: (of: Pick<MemberLine, "user" | "workspace"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#members.2.{epoch}", "member#{workspace}", {
      user: of.user,
      workspace: of.workspace,
      epoch: of.epoch,
    }),
  /** `InvitationLine`, in `views`: `W#{workspace}#members.2.{epoch}`, `invitation#{user}`. */
  invitationLine: (of: Pick<InvitationLine, "workspace" | "user"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "invitation#{user}", {
      workspace: of.workspace,
      user: of.user,
      epoch: of.epoch,
    }),
  /** `InvitationLine`, in gsi1: `U#{user}#members.2.{epoch}`, `invitation#{workspace}`. */
  invitationLineGsi1: (of: Pick<InvitationLine, "user" | "workspace"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#members.2.{epoch}", "invitation#{workspace}", {
      user: of.user,
      workspace: of.workspace,
      epoch: of.epoch,
    }),
  /** `FeedLine`, in `views`: `U#{user}#feed.2.{epoch}`, `open#{workspace}#{task}`. */
  feedLine: (of: Pick<FeedLine, "user" | "workspace" | "task"> & Build): Key =>
    key("U#{user}#feed.2.{epoch}", "open#{workspace}#{task}", {
      user: of.user,
      workspace: of.workspace,
      task: of.task,
      epoch: of.epoch,
    }),
  /** `FeedLine`, in gsi1: `U#{user}#open#feed.2.{epoch}`, `{when}#{task}`. */
  feedLineGsi1: (of: Pick<FeedLine, "user" | "due" | "task"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#open#feed.2.{epoch}", "{when}#{task}", {
      user: of.user,
      when: dueText(of.due),
      task: of.task,
      epoch: of.epoch,
    }),
  /** `DoneLine`, in `views`: `U#{user}#feed.2.{epoch}`, `done#{workspace}#{task}`. */
  doneLine: (of: Pick<DoneLine, "user" | "workspace" | "task"> & Build): Key =>
    key("U#{user}#feed.2.{epoch}", "done#{workspace}#{task}", {
      user: of.user,
      workspace: of.workspace,
      task: of.task,
      epoch: of.epoch,
    }),
  /** `DoneLine`, in gsi1: `U#{user}#done#feed.2.{epoch}`, `{when}#{task}`. */
  doneLineGsi1: (of: Pick<DoneLine, "user" | "closed_at" | "task"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#done#feed.2.{epoch}", "{when}#{task}", {
      user: of.user,
      when: instantText(of.closed_at),
      task: of.task,
      epoch: of.epoch,
    }),
  /** `TaskLine`, in `views`: `W#{workspace}#tasks.2.{epoch}`, `line#{task}`. */
  taskLine: (of: Pick<TaskLine, "workspace" | "task"> & Build): Key =>
    key("W#{workspace}#tasks.2.{epoch}", "line#{task}", { workspace: of.workspace, task: of.task, epoch: of.epoch }),
  /** `TaskLine`, in gsi1: `W#{workspace}#status#{status}#tasks.2.{epoch}`, `{when}#{priority}#{task}`. */
  taskLineGsi1: (of: Pick<TaskLine, "workspace" | "status" | "due" | "priority" | "task"> & Build): Gsi1Key | null =>
    gsi1("W#{workspace}#status#{status}#tasks.2.{epoch}", "{when}#{priority}#{task}", {
      workspace: of.workspace,
      status: of.status,
      when: dueText(of.due),
      priority: of.priority,
      task: of.task,
      epoch: of.epoch,
    }),
  /** `TaskLine`, in gsi2: `W#{workspace}#{to_do}#tasks.2.{epoch}`, `{priority}#{when}#{task}`. */
  taskLineGsi2: (of: Pick<TaskLine, "workspace" | "status" | "priority" | "due" | "task"> & Build): Gsi2Key | null =>
    gsi2("W#{workspace}#{to_do}#tasks.2.{epoch}", "{priority}#{when}#{task}", {
      workspace: of.workspace,
      to_do: of.status === "open" || of.status === "started" ? "to-do" : null,
      priority: of.priority,
      when: dueText(of.due),
      task: of.task,
      epoch: of.epoch,
    }),
  /** `TaskCard`, in `views`: `W#{workspace}#tasks.2.{epoch}`, `card#{task}`. */
  taskCard: (of: Pick<TaskCard, "workspace" | "task"> & Build): Key =>
    key("W#{workspace}#tasks.2.{epoch}", "card#{task}", { workspace: of.workspace, task: of.task, epoch: of.epoch }),
  /** `ThingNode`, in `views`: `W#{workspace}#things.2.{epoch}`, `node#{thing}`. */
  thingNode: (of: Pick<ThingNode, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.2.{epoch}", "node#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingNode`, in gsi1: `W#{workspace}#in#{parent_or_top}#things.2.{epoch}`, `{sort_name}#{thing}`. */
  thingNodeGsi1: (of: Pick<ThingNode, "workspace" | "path" | "name" | "thing"> & Build): Gsi1Key | null =>
    gsi1("W#{workspace}#in#{parent_or_top}#things.2.{epoch}", "{sort_name}#{thing}", {
      workspace: of.workspace,
      parent_or_top: of.path.at(-2) ?? "top",
      sort_name: byName(of.name),
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingNode`, in gsi2: `W#{workspace}#tree#things.2.{epoch}`, `{path_text}`. */
  thingNodeGsi2: (of: Pick<ThingNode, "workspace" | "path"> & Build): Gsi2Key | null =>
    gsi2("W#{workspace}#tree#things.2.{epoch}", "{path_text}", {
      workspace: of.workspace,
      path_text: pathText(of.path),
      epoch: of.epoch,
    }),
  /** `ThingCard`, in `views`: `W#{workspace}#things.2.{epoch}`, `card#{thing}`. */
  thingCard: (of: Pick<ThingCard, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.2.{epoch}", "card#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingCard`, in gsi1: `W#{workspace}#kind#{kind}#things.2.{epoch}`, `{sort_name}#{thing}`. */
  thingCardGsi1: (of: Pick<ThingCard, "workspace" | "kind" | "name" | "thing"> & Build): Gsi1Key | null =>
    gsi1("W#{workspace}#kind#{kind}#things.2.{epoch}", "{sort_name}#{thing}", {
      workspace: of.workspace,
      kind: of.kind,
      sort_name: byName(of.name),
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `AssetCard`, in `views`: `W#{workspace}#assets.1.{epoch}`, `asset#{asset}`. */
  assetCard: (of: Pick<AssetCard, "workspace" | "asset"> & Build): Key =>
    key("W#{workspace}#assets.1.{epoch}", "asset#{asset}", {
      workspace: of.workspace,
      asset: of.asset,
      epoch: of.epoch,
    }),
  /** `LinkLine`, in `views`: `W#{workspace}#links.1.{epoch}`, `{at}#{role}#{to}`. */
  linkLine: (of: Pick<LinkLine, "workspace" | "anchor" | "role" | "other"> & Build): Key =>
    key("W#{workspace}#links.1.{epoch}", "{at}#{role}#{to}", {
      workspace: of.workspace,
      at: place(of.anchor),
      role: of.role,
      to: place(of.other),
      epoch: of.epoch,
    }),
  /** `RelationLine`, in `views`: `W#{workspace}#relations.1.{epoch}`, `{at}#{direction}#{type_key}#{to}`. */
  relationLine: (of: Pick<RelationLine, "workspace" | "anchor" | "direction" | "type" | "other"> & Build): Key =>
    key("W#{workspace}#relations.1.{epoch}", "{at}#{direction}#{type_key}#{to}", {
      workspace: of.workspace,
      at: place(of.anchor),
      direction: of.direction,
      type_key: keyed(of.type),
      to: place(of.other),
      epoch: of.epoch,
    }),
  /** `CommentLine`, in `views`: `W#{workspace}#comments.2.{epoch}`, `comment#{comment}`. */
  commentLine: (of: Pick<CommentLine, "workspace" | "comment"> & Build): Key =>
    key("W#{workspace}#comments.2.{epoch}", "comment#{comment}", {
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `CommentLine`, in gsi1: `W#{workspace}#on#{target_kind}#{target}#comments.2.{epoch}`, `{when}#{comment}`. */
  commentLineGsi1: (
    of: Pick<CommentLine, "workspace" | "target_kind" | "target" | "posted_at" | "comment"> & Build,
  ): Gsi1Key | null =>
    gsi1("W#{workspace}#on#{target_kind}#{target}#comments.2.{epoch}", "{when}#{comment}", {
      workspace: of.workspace,
      target_kind: of.target_kind,
      target: of.target,
      when: instantText(of.posted_at),
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `MentionLine`, in `views`: `U#{user}#comments.2.{epoch}`, `{workspace}#{comment}`. */
  mentionLine: (of: Pick<MentionLine, "user" | "workspace" | "comment"> & Build): Key =>
    key("U#{user}#comments.2.{epoch}", "{workspace}#{comment}", {
      user: of.user,
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `MentionLine`, in gsi1: `U#{user}#comments.2.{epoch}`, `{when}#{comment}`. */
  mentionLineGsi1: (of: Pick<MentionLine, "user" | "posted_at" | "comment"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#comments.2.{epoch}", "{when}#{comment}", {
      user: of.user,
      when: instantText(of.posted_at),
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `TagLine`, in `views`: `W#{workspace}#tags.1.{epoch}`, `{tag_key}#{kind}#{entity}`. */
  tagLine: (of: Pick<TagLine, "workspace" | "tag" | "kind" | "entity"> & Build): Key =>
    key("W#{workspace}#tags.1.{epoch}", "{tag_key}#{kind}#{entity}", {
      workspace: of.workspace,
      tag_key: keyed(of.tag),
      kind: of.kind,
      entity: of.entity,
      epoch: of.epoch,
    }),
  /** `HistoryLine`, in `views`: `W#{workspace}#history.1.{epoch}`, `{at}#{slot}`. */
  historyLine: (of: Pick<HistoryLine, "workspace" | "about" | "position" | "index"> & Build): Key =>
    key("W#{workspace}#history.1.{epoch}", "{at}#{slot}", {
      workspace: of.workspace,
      at: place(of.about),
      slot: `${slot(of.position)}.${slot(of.index, 4)}`,
      epoch: of.epoch,
    }),
};

/** Every access pattern, by its query. */
export const patterns = {
  /** Summary of a workspace, with counts: the key of its `WorkspaceCard`. */
  workspace: (of: Pick<WorkspaceCard, "workspace"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "workspace", { workspace: of.workspace, epoch: of.epoch }),
  /** Members of a workspace: `MemberLine` in `views`. */
  members: (of: Pick<MemberLine, "workspace"> & Build): KeyCondition =>
    condition("W#{workspace}#members.2.{epoch}", "member#{user}", { workspace: of.workspace, epoch: of.epoch }, {}),
  /** Open invitations of a workspace: `InvitationLine` in `views`. */
  invitations: (of: Pick<InvitationLine, "workspace"> & Build): KeyCondition =>
    condition("W#{workspace}#members.2.{epoch}", "invitation#{user}", { workspace: of.workspace, epoch: of.epoch }, {}),
  /** A user's workspaces: `MemberLine` in gsi1. */
  workspaces: (of: Pick<MemberLine, "user"> & Build): KeyCondition =>
    condition(
      "U#{user}#members.2.{epoch}",
      "member#{workspace}",
      { user: of.user, epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's open invitations: `InvitationLine` in gsi1. */
  invitationsOf: (of: Pick<InvitationLine, "user"> & Build): KeyCondition =>
    condition(
      "U#{user}#members.2.{epoch}",
      "invitation#{workspace}",
      { user: of.user, epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's open tasks in all workspaces, by due date: `FeedLine` in gsi1. */
  feed: (of: Pick<FeedLine, "user"> & Days & Build): KeyCondition =>
    condition(
      "U#{user}#open#feed.2.{epoch}",
      "{when}#{task}",
      { user: of.user, epoch: of.epoch },
      { index: "gsi1", days: of },
    ),
  /** A user's tasks that were done, the latest first: `DoneLine` in gsi1. */
  done: (of: Pick<DoneLine, "user"> & Days & Build): KeyCondition =>
    condition(
      "U#{user}#done#feed.2.{epoch}",
      "{when}#{task}",
      { user: of.user, epoch: of.epoch },
      { index: "gsi1", descending: true, days: of },
    ),
  /** A user's open tasks in one workspace: `FeedLine` in `views`. */
  tasksOf: (of: Pick<FeedLine, "user" | "workspace"> & Build): KeyCondition =>
    condition(
      "U#{user}#feed.2.{epoch}",
      "open#{workspace}#{task}",
      { user: of.user, workspace: of.workspace, epoch: of.epoch },
      {},
    ),
  /** One task: the key of its `TaskCard`. */
  task: (of: Pick<TaskCard, "workspace" | "task"> & Build): Key =>
    key("W#{workspace}#tasks.2.{epoch}", "card#{task}", { workspace: of.workspace, task: of.task, epoch: of.epoch }),
  /** All tasks of a workspace, in the order of their creation: `TaskLine` in `views`. */
  tasks: (of: Pick<TaskLine, "workspace"> & Build): KeyCondition =>
    condition("W#{workspace}#tasks.2.{epoch}", "line#{task}", { workspace: of.workspace, epoch: of.epoch }, {}),
  /** A workspace's tasks of one status, by due date: `TaskLine` in gsi1. */
  tasksByStatus: (of: Pick<TaskLine, "workspace" | "status"> & Days & Build): KeyCondition =>
    condition(
      "W#{workspace}#status#{status}#tasks.2.{epoch}",
      "{when}#{priority}#{task}",
      { workspace: of.workspace, status: of.status, epoch: of.epoch },
      { index: "gsi1", days: of },
    ),
  /** A workspace's tasks still to be done, by priority, then due date: `TaskLine` in gsi2. */
  tasksByPriority: (of: Pick<TaskLine, "workspace"> & Partial<Pick<TaskLine, "priority">> & Build): KeyCondition =>
    condition(
      "W#{workspace}#{to_do}#tasks.2.{epoch}",
      "{priority}#{when}#{task}",
      { workspace: of.workspace, to_do: "to-do", priority: of.priority, epoch: of.epoch },
      { index: "gsi2" },
    ),
  /** Tasks about a Thing: `LinkLine` in `views`. */
  tasksAbout: (of: Pick<LinkLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#links.1.{epoch}",
      "{at}#{role}#{to}",
      { workspace: of.workspace, at: place(of.at), role: "task", epoch: of.epoch },
      {},
    ),
  /** Subtasks of a Task: `LinkLine` in `views`. */
  subtasks: (of: Pick<LinkLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#links.1.{epoch}",
      "{at}#{role}#{to}",
      { workspace: of.workspace, at: place(of.at), role: "subtask", epoch: of.epoch },
      {},
    ),
  /** Tasks that a Task blocks: `LinkLine` in `views`. */
  blocks: (of: Pick<LinkLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#links.1.{epoch}",
      "{at}#{role}#{to}",
      { workspace: of.workspace, at: place(of.at), role: "blocks", epoch: of.epoch },
      {},
    ),
  /** Tasks that block a Task: the key of its `TaskCard`. */
  blockedBy: (of: Pick<TaskCard, "workspace" | "task"> & Build): Key =>
    key("W#{workspace}#tasks.2.{epoch}", "card#{task}", { workspace: of.workspace, task: of.task, epoch: of.epoch }),
  /** One Thing with its ancestors: the key of its `ThingCard`. */
  thing: (of: Pick<ThingCard, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.2.{epoch}", "card#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** Children of a Thing (or the top) by name: `ThingNode` in gsi1. */
  children: (of: Pick<ThingNode, "workspace"> & { parent: ThingId | null } & Build): KeyCondition =>
    condition(
      "W#{workspace}#in#{parent_or_top}#things.2.{epoch}",
      "{sort_name}#{thing}",
      { workspace: of.workspace, parent_or_top: of.parent ?? "top", epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** Everything in a Thing, in one Query: `ThingNode` in gsi2. */
  subtree: (of: Pick<ThingNode, "workspace"> & { path?: ThingId[] } & Build): KeyCondition =>
    condition(
      "W#{workspace}#tree#things.2.{epoch}",
      "{path_text}",
      { workspace: of.workspace, path_text: of.path && pathText(of.path), epoch: of.epoch },
      { index: "gsi2" },
    ),
  /** Things of one kind by name: `ThingCard` in gsi1. */
  thingsByKind: (of: Pick<ThingCard, "workspace" | "kind"> & Build): KeyCondition =>
    condition(
      "W#{workspace}#kind#{kind}#things.2.{epoch}",
      "{sort_name}#{thing}",
      { workspace: of.workspace, kind: of.kind, epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** One Asset: the key of its `AssetCard`. */
  asset: (of: Pick<AssetCard, "workspace" | "asset"> & Build): Key =>
    key("W#{workspace}#assets.1.{epoch}", "asset#{asset}", {
      workspace: of.workspace,
      asset: of.asset,
      epoch: of.epoch,
    }),
  /** All Assets of a workspace, in the order of their creation: `AssetCard` in `views`. */
  assets: (of: Pick<AssetCard, "workspace"> & Build): KeyCondition =>
    condition("W#{workspace}#assets.1.{epoch}", "asset#{asset}", { workspace: of.workspace, epoch: of.epoch }, {}),
  /** Assets of a Thing or a Task: `LinkLine` in `views`. */
  assetsOf: (of: Pick<LinkLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#links.1.{epoch}",
      "{at}#{role}#{to}",
      { workspace: of.workspace, at: place(of.at), role: "asset", epoch: of.epoch },
      {},
    ),
  /** Things (or Tasks) of an Asset: `LinkLine` in `views`. */
  targetsOf: (of: Pick<LinkLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#links.1.{epoch}",
      "{at}#{role}#{to}",
      { workspace: of.workspace, at: place(of.at), role: "on", epoch: of.epoch },
      {},
    ),
  /** Relations that go out from a Thing or Task, by type: `RelationLine` in `views`. */
  relationsFrom: (of: Pick<RelationLine, "workspace"> & { at: Ref } & { type?: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#relations.1.{epoch}",
      "{at}#{direction}#{type_key}#{to}",
      {
        workspace: of.workspace,
        at: place(of.at),
        direction: "out",
        type_key: of.type === undefined ? undefined : keyed(of.type),
        epoch: of.epoch,
      },
      {},
    ),
  /** Relations that come in at a Thing or Task, by type: `RelationLine` in `views`. */
  relationsTo: (of: Pick<RelationLine, "workspace"> & { at: Ref } & { type?: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#relations.1.{epoch}",
      "{at}#{direction}#{type_key}#{to}",
      {
        workspace: of.workspace,
        at: place(of.at),
        direction: "in",
        type_key: of.type === undefined ? undefined : keyed(of.type),
        epoch: of.epoch,
      },
      {},
    ),
  /** One comment: the key of its `CommentLine`. */
  comment: (of: Pick<CommentLine, "workspace" | "comment"> & Build): Key =>
    key("W#{workspace}#comments.2.{epoch}", "comment#{comment}", {
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** Comments on a Task, Thing or Asset, the oldest first: `CommentLine` in gsi1. */
  comments: (of: Pick<CommentLine, "workspace" | "target_kind" | "target"> & Build): KeyCondition =>
    condition(
      "W#{workspace}#on#{target_kind}#{target}#comments.2.{epoch}",
      "{when}#{comment}",
      { workspace: of.workspace, target_kind: of.target_kind, target: of.target, epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's mentions in all workspaces, the latest first: `MentionLine` in gsi1. */
  mentions: (of: Pick<MentionLine, "user"> & Build): KeyCondition =>
    condition(
      "U#{user}#comments.2.{epoch}",
      "{when}#{comment}",
      { user: of.user, epoch: of.epoch },
      { index: "gsi1", descending: true },
    ),
  /** Everything that carries a tag, across kinds or of one kind: `TagLine` in `views`. */
  tagged: (of: Pick<TagLine, "workspace"> & Partial<Pick<TagLine, "kind">> & { tag: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#tags.1.{epoch}",
      "{tag_key}#{kind}#{entity}",
      { workspace: of.workspace, tag_key: keyed(of.tag), kind: of.kind, epoch: of.epoch },
      {},
    ),
  /** History of one entity, the latest first: `HistoryLine` in `views`. */
  historyOf: (of: Pick<HistoryLine, "workspace"> & { at: Ref } & Build): KeyCondition =>
    condition(
      "W#{workspace}#history.1.{epoch}",
      "{at}#{slot}",
      { workspace: of.workspace, at: place(of.at), epoch: of.epoch },
      { descending: true },
    ),
  /** History of a workspace, the latest first. In `events`. */
  history: (of: Pick<HistoryLine, "workspace">): KeyCondition =>
    condition("W#{workspace}", "", { workspace: of.workspace }, { descending: true }),
};
