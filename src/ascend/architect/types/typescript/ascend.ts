/* eslint-disable */
// What people send to Ascend, what its tables hold, and the keys: `ascend schema types --format typescript`.
// Written by `make generate` (the interfaces by json-schema-to-typescript): change the models instead.

/**
 * A moment in RFC 3339 form with an offset; stored in UTC, with `Z`.
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
 * Labels, each at most once. Labels that look the same are equal.
 *
 * @maxItems 20
 */
export type Tags = Label[];
/**
 * The id of a user who is a person; ids that begin with `~` are not allowed.
 */
export type Person = string;
/**
 * The role of a member. Each role may do everything that the roles before it may do.
 */
export type Role = "viewer" | "member" | "admin" | "owner";
/**
 * The id that the login system gives to a user. Ids that begin with `~` belong to Ascend itself.
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
 * The fate of the children when a Thing is deleted.
 */
export type Children = "refuse" | "cascade" | "reparent";
/**
 * A UUID in lower case, made by whoever creates the Asset: a UUIDv7.
 */
export type AssetId = string;
export type AssetKind = "document" | "file" | "account" | "value";
/**
 * A percent-encoded URI such as https://… or s3://…; schemes that run code are refused. At most 2,000 characters.
 */
export type Uri = string;
/**
 * A decimal number of up to 38 digits, as text, so that no digit is lost.
 */
export type Amount = string;
/**
 * A currency code of ISO 4217.
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
 * A day (in the reader's time zone) or a moment.
 */
export type Due = Day | ZonedTime;
/**
 * A calendar day: YYYY-MM-DD.
 */
export type Day = string;
/**
 * The name of an IANA time zone.
 */
export type Zone = string;
/**
 * A date and a time of day on the clocks of a zone: YYYY-MM-DDTHH:MM:SS, without an offset.
 */
export type WallTime = string;
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
export type CommentText = string;
/**
 * A UUID in lower case. A command that is sent again with the same id has no second effect.
 */
export type CommandId = string;
/**
 * A stored event: type, version, the time at which it happened, data.
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
  | ["task.occurrence_skipped", 1, Instant, OccurrenceSkipped]
  | ["task.recurred", 1, Instant, TaskRecurred]
  | ["task.blocked", 1, Instant, TaskBlocked]
  | ["task.unblocked", 1, Instant, TaskUnblocked]
  | ["task.prioritised", 1, Instant, TaskPrioritised]
  | ["task.assigned", 1, Instant, TaskAssigned]
  | ["task.unassigned", 1, Instant, TaskUnassigned]
  | ["task.started", 1, Instant, TaskStarted]
  | ["task.stopped", 1, Instant, TaskStopped]
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
 * A reference to an entity: its kind and its id.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Ref = [Kind, string];
/**
 * A kind of entity.
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
 * Everything that people send, and that the tables hold. The definitions are in `$defs`; this object lists them.
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
  SkipOccurrence: SkipOccurrence;
  PrioritiseTask: PrioritiseTask;
  AssignTask: AssignTask;
  UnassignTask: UnassignTask;
  ReleaseTask: ReleaseTask;
  StartTask: StartTask;
  StopTask: StopTask;
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
 * Creates a workspace. Send it to the new workspace's id: the sender becomes the owner.
 */
export interface CreateWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  name: Name;
  owner_name: Label;
}
/**
 * Renames the workspace. Everybody sees the new name, also in feeds.
 *
 * Needs the role admin.
 */
export interface RenameWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  name: Name;
}
/**
 * Changes the tags and the metadata of the workspace. A field that is left out keeps its value; null empties it.
 *
 * Needs the role admin.
 */
export interface DescribeWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  metadata?: Metadata | null;
}
/**
 * Free-form data for the embedder. Keys that look the same are equal.
 */
export interface Metadata {
  [k: string]: string;
}
/**
 * Archives the workspace. Until it is restored, nothing in it can be changed, and its Tasks leave all feeds.
 *
 * Needs the role admin.
 */
export interface ArchiveWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
}
/**
 * Restores the archived workspace. It can be changed again, and its Tasks are back in the feeds.
 *
 * Needs the role admin.
 */
export interface RestoreWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
}
/**
 * Erases the workspace. It is the first step of `Store.erase`. Refused unless the sender is the operator.
 */
export interface EraseWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
}
/**
 * Invites a user. They find the invitation in their list, and join or decline.
 *
 * Sent again with another role, it changes the open invitation. A role that is left out keeps that of the invitation.
 *
 * Refused for a role above the sender's own, if there are too many open invitations, and if the workspace has no room for
 * one more id.
 *
 * Needs the role admin.
 */
export interface InviteMember {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  user_id: Person;
  role?: Role & string;
}
/**
 * Withdraws an invitation. The user can no longer join. Refused for a role above the sender's own.
 *
 * Needs the role admin.
 */
export interface WithdrawInvitation {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  user_id: UserId;
}
/**
 * Declines an invitation. Sent by the invited user. Refused without an open invitation.
 */
export interface DeclineInvitation {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
}
/**
 * Accepts an invitation, with the name that the other members will see. Sent by the invited user.
 *
 * Refused without an open invitation, and if the workspace is full.
 */
export interface JoinWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  name: Label;
}
/**
 * Adds a member without an invitation. Use it when the user has already agreed; `InviteMember` asks them.
 *
 * Refused for a role above the sender's own, and if the workspace is full.
 *
 * Needs the role admin.
 */
export interface AddMember {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  user_id: Person;
  name: Label;
  role?: Role & string;
}
/**
 * Changes the role of a member. Refused for a role above the sender's own, and for the last owner.
 *
 * Needs the role admin.
 */
export interface ChangeRole {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  user_id: UserId;
  role: Role;
}
/**
 * Removes a member. They see nothing any more, and a policy removes them from the assignees of open Tasks.
 *
 * Refused for a role above the sender's own, and for the last owner.
 *
 * Needs the role admin.
 */
export interface RemoveMember {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  user_id: UserId;
}
/**
 * Ends the sender's membership. Refused for the last owner.
 *
 * Needs the role viewer.
 */
export interface LeaveWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
}
/**
 * Creates a Thing in a parent, or at the top (null).
 *
 * Sent again for the same Thing, with the same content, it does nothing.
 *
 * Needs the role member.
 */
export interface CreateThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Renames a Thing. Refused while the Thing is archived.
 *
 * Needs the role member.
 */
export interface RenameThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  thing_id: ThingId;
  name: Name;
}
/**
 * Changes the details of a Thing. A field that is left out keeps its value; null empties it.
 *
 * Refused while the Thing is archived.
 *
 * Needs the role member.
 */
export interface DescribeThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  thing_id: ThingId;
  description?: Text | null;
  metadata?: Metadata | null;
}
/**
 * Moves a Thing, with all that is in it, to another parent or to the top (null).
 *
 * Refused while the Thing or the new parent is archived, into the Thing itself, and where it would hang too deep.
 *
 * Needs the role member.
 */
export interface MoveThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  thing_id: ThingId;
  parent: ThingId | null;
}
/**
 * Archives a Thing. Until it is restored, it is visible, but cannot be changed, and takes no new children.
 *
 * What is in it stays as it is.
 *
 * Needs the role member.
 */
export interface ArchiveThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  thing_id: ThingId;
}
/**
 * Restores an archived Thing. A deleted Thing never comes back.
 *
 * Needs the role member.
 */
export interface RestoreThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  thing_id: ThingId;
}
/**
 * Deletes a Thing for good. `children` says what becomes of its children.
 *
 * With `refuse`, the command is refused while there are children. With `cascade`, all that is in the Thing is deleted
 * with it. With `reparent`, the children move up to the Thing's parent: the sender names all of them in `reparented`.
 *
 * Needs the role member.
 */
export interface DeleteThing {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Creates an Asset: a document, file, account or value. It is not linked with anything yet.
 *
 * Sent again for the same Asset, with the same content, it does nothing.
 *
 * Needs the role member.
 */
export interface CreateAsset {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Changes the details of an Asset. A field that is left out keeps its value; null empties it.
 *
 * Refused if the Asset is retired.
 *
 * Needs the role member.
 */
export interface EditAsset {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  asset_id: AssetId;
  name?: Name;
  description?: Text | null;
  media_type?: Label | null;
  uri?: Uri | null;
  size?: number | null;
  checksum?: Label | null;
  amount?: Amount | null;
  currency?: Currency | null;
  metadata?: Metadata | null;
}
/**
 * Retires an Asset for good. It keeps its links, but cannot be changed or linked with anything new.
 *
 * Needs the role member.
 */
export interface RetireAsset {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  asset_id: AssetId;
}
/**
 * Links an Asset with a Thing or a Task, which then shows the Asset. Refused if the Asset is retired.
 *
 * Needs the role member.
 */
export interface LinkAsset {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  asset_id: AssetId;
  to: ThingOrTask;
}
/**
 * Removes the link between an Asset and a Thing or a Task. The Asset itself stays.
 *
 * Needs the role member.
 */
export interface UnlinkAsset {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  asset_id: AssetId;
  to: ThingOrTask;
}
/**
 * Creates a Task: open, of normal priority, without dates and assignees. Other commands set these.
 *
 * Sent again for the same Task, with the same content, it does nothing.
 *
 * Needs the role member.
 */
export interface CreateTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
  title: Name;
  description?: Text;
  /**
   * The Things that the Task is about.
   *
   * @maxItems 20
   */
  about?: ThingId[];
  tags?: Tags;
  metadata?: Metadata;
  /**
   * The Task of which this is a subtask. It never changes.
   */
  parent?: TaskId | null;
}
/**
 * Changes the details of a Task. A field that is left out keeps its value; null empties it.
 *
 * Needs the role member.
 */
export interface EditTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  task_id: TaskId;
  title?: Name;
  description?: Text | null;
  about?: ThingId[] | null;
  metadata?: Metadata | null;
}
/**
 * Changes the dates and the recurrence of a Task. A field that is left out keeps its value; null empties it.
 *
 * If the recurrence stays the same, only this occurrence is moved: the series goes on as before. Refused if the Task
 * would be due before it starts, or would recur without a due date. A moment is stored with its wall time; one whose
 * `wall` is not what the clocks of its zone show is refused.
 *
 * Needs the role member.
 */
export interface ScheduleTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
  start?: Due | null;
  due?: Due | null;
  /**
   * An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=MO`. The series begins at `due`, in the time zone of `due`.
   */
  recurrence?: Rule | null;
  /**
   * If the Task recurs, the next occurrence is counted from the day, in this time zone, on which it is done. null: from `due`.
   */
  completion_zone?: Zone | null;
}
/**
 * A moment, the time zone in which people think of it, and the time on their clocks.
 */
export interface ZonedTime {
  instant: Instant;
  zone: Zone;
  /**
   * The time that people mean, on the clocks of `zone`. It stays if the rules of the zone change.
   *
   * A command may leave it out: it follows from `instant` and `zone` then. Events of versions before 0.3 do not have it.
   */
  wall?: WallTime;
}
/**
 * Moves a Task that recurs on to the next occurrence of its series, and opens it if it was started.
 *
 * An occurrence that is skipped counts: of three (`COUNT=3`), two are left. Refused if it is the last one,
 * and if the next one was opened already, because the Task was done and reopened.
 *
 * Needs the role member.
 */
export interface SkipOccurrence {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Sets the priority of a Task. 1 is the most urgent.
 *
 * Needs the role member.
 */
export interface PrioritiseTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
  priority: Priority;
}
/**
 * Assigns a Task to members, in addition to its assignees. The Task appears in their feeds.
 *
 * Needs the role member.
 */
export interface AssignTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Removes assignees from a Task. Users who are not assigned are ignored.
 *
 * Needs the role member.
 */
export interface UnassignTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Removes the assignees of a Task who are no longer members. Sent by a policy.
 *
 * Needs the role member.
 */
export interface ReleaseTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Starts a Task. Refused if the Task is done or cancelled, and while a Task that blocks it is open.
 *
 * Needs the role member.
 */
export interface StartTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Stops a Task that was started: it is open again. Refused if the Task is done or cancelled.
 *
 * Needs the role member.
 */
export interface StopTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Completes a Task. If the Task recurs, a policy opens the next occurrence.
 *
 * Refused if the Task is cancelled, and while a Task that blocks it is open.
 *
 * Needs the role member.
 */
export interface CompleteTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Opens a Task again that is done or cancelled, and removes the assignees who are no longer members.
 *
 * Needs the role member.
 */
export interface ReopenTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Cancels a Task. If the Task recurs, no next occurrence is opened. Refused if the Task is done.
 *
 * Needs the role member.
 */
export interface CancelTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Deletes a Task for good. Refused while the Task has subtasks.
 *
 * Needs the role member.
 */
export interface DeleteTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Makes a Task wait for others: it cannot be started or completed while one of them is open.
 *
 * Needs the role member.
 */
export interface BlockTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Makes a Task wait for others no longer.
 *
 * Needs the role member.
 */
export interface UnblockTask {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * Opens the next occurrence of a Task that is done. Sent by a policy.
 *
 * Does nothing if the Task does not recur, was reopened, or if its series is over.
 *
 * Needs the role member.
 */
export interface OpenNextOccurrence {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  task_id: TaskId;
}
/**
 * Adds a Relation from a Thing or Task to another. Refused if the Relation exists already, with other details.
 *
 * Sent again with the same details, it does nothing.
 *
 * Needs the role member.
 */
export interface AddRelation {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
  /**
   * The name of the Relation from the target's side.
   */
  inverse?: Label | null;
  valid_from?: Day | null;
  /**
   * The last day on which the Relation holds.
   */
  valid_to?: Day | null;
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * Changes the details of a Relation. A field that is left out keeps its value; null empties it.
 *
 * Needs the role member.
 */
export interface EditRelation {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
  inverse?: Label | null;
  valid_from?: Day | null;
  valid_to?: Day | null;
  metadata?: Metadata | null;
}
/**
 * Removes a Relation. It can be added again.
 *
 * Needs the role member.
 */
export interface RemoveRelation {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
}
/**
 * Posts a Comment on exactly one of a Task, a Thing and an Asset. Mentioned members find it in their inbox.
 *
 * Sent again for the same Comment, with the same content, it does nothing.
 *
 * Needs the role member.
 */
export interface PostComment {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  comment_id: CommentId;
  task_id?: TaskId | null;
  thing_id?: ThingId | null;
  asset_id?: AssetId | null;
  text: CommentText;
  reply_to?: CommentId | null;
  /**
   * @maxItems 20
   */
  mentions?: UserId[];
  tags?: Tags;
  metadata?: Metadata;
}
/**
 * Edits a Comment. A field that is left out keeps its value; null empties it.
 *
 * Refused unless the sender is the author, an admin or an owner. If it is not the author, the Comment shows who it was.
 *
 * An importer may know only the last text of a Comment, and the time of the edit (`at`). The same text, with a later
 * time, then records that time.
 *
 * Needs the role member.
 */
export interface EditComment {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
   */
  at?: Instant | null;
  /**
   * All tags from now on.
   */
  tags?: Tags | null;
  /**
   * Tags to add to those that are there. Not together with `tags`.
   */
  add_tags?: Tags;
  /**
   * Tags to remove from those that are there. Not together with `tags`.
   */
  remove_tags?: Tags;
  comment_id: CommentId;
  text?: CommentText;
  mentions?: UserId[] | null;
  metadata?: Metadata | null;
}
/**
 * Deletes a Comment. It keeps its place, because replies refer to it, and loses its text.
 *
 * Refused unless the sender is the author, an admin or an owner. If it is not the author, the Comment shows who it was.
 *
 * Needs the role member.
 */
export interface DeleteComment {
  /**
   * The time of an imported fact. null: the time of the decision. Refused unless an import sends it (`NotImported`).
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
 * All details of the workspace after this event.
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
 * The workspace was erased. This is the last event of its log: all commits before it become stubs.
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
 * An admin withdrew the invitation, or the invited user declined it: then `by` is the invited user.
 *
 * `workspace.invitation_withdrawn`, version 1.
 */
export interface InvitationWithdrawn {
  workspace_id: WorkspaceId;
  by: UserId;
  user_id: UserId;
}
/**
 * The invited user accepted the invitation.
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
 * A member was removed, or left: then `by` is the member.
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
   * The ancestors whose height grows: the parent, its parent, …
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
 * All details of the Thing after this event.
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
   * The moved Thing's own height. The heights of `raised` follow from it.
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
 * The Thing was deleted with its descendants, except for `reparented`: these now hang below its parent.
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
 * The description of an Asset: its location, or its value. Commands check the values; here, they are as stored.
 */
export interface Details {
  name: string;
  description: string;
  media_type?: string;
  uri?: string;
  /**
   * The size in bytes.
   */
  size?: number;
  /**
   * A checksum as the owner writes it, such as sha256:…
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
 * All details of the Asset after this event.
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
 * The changes in what describes the Task. absent: no change.
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
   * An RFC 5545 rule.
   */
  recurrence?: string;
  /**
   * The first due date of the series to which this occurrence belongs. absent where the series begins here.
   */
  first?: Due;
  /**
   * The time zone in whose days the next occurrence is counted from the completion of this one.
   */
  completion_zone?: string;
}
/**
 * The Task moved on to the next occurrence of its series.
 *
 * `task.occurrence_skipped`, version 1.
 */
export interface OccurrenceSkipped {
  task_id: TaskId;
  by: UserId;
  due: Due;
  start?: Due;
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
 * Work on the Task ended before it was done: it is open again.
 *
 * `task.stopped`, version 1.
 */
export interface TaskStopped {
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
   * True if the Task may have a next occurrence.
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
 * All details of the Relation after this event.
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
   * absent: the tags stay as they were. The same holds for the metadata.
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
 * All details of the Task after this event.
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
 * The content of `data`, by `type`.
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
 * In the table, the members of a workspace; in the index, the workspaces of a user.
 */
export interface MemberLine {
  workspace: WorkspaceId;
  user: UserId;
  name: string;
  role: Role;
  /**
   * Copied from the workspace: a rename rewrites at most 500 lines, and a feed page needs one read for each workspace.
   */
  workspace_name: string;
  /**
   * True if the workspace is archived.
   */
  archived: boolean;
}
/**
 * In the table, the open invitations of a workspace; in the index, those of a user.
 */
export interface InvitationLine {
  workspace: WorkspaceId;
  user: UserId;
  role: Role;
  workspace_name: string;
}
/**
 * A line for each assignee while the Task is open. In the table, it is found by its workspace.
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
 * A line for each assignee once the Task is done.
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
   * The time zone in whose days the next occurrence is counted from the completion of this one.
   */
  completion_zone?: string;
  /**
   * The next occurrence, which was opened when this one was completed.
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
 * A Relation from one end: `anchor` is its source if the direction is out, its target if the direction is in.
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
  /**
   * The user who edited it last, if that was not the author.
   */
  edited_by?: UserId;
  deleted: boolean;
  /**
   * The user who deleted it, if that was not the author.
   */
  deleted_by?: UserId;
}
/**
 * A comment that mentions a user.
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
 * A tag of an entity, as it is spelled there. `title` is copied: an entity has at most 20 tags, so a rename rewrites at most 20 lines.
 */
export interface TagLine {
  workspace: WorkspaceId;
  tag: string;
  kind: string;
  entity: string;
  title: string;
  /**
   * The entities that it belongs to. If one of them is deleted, queries leave out this line.
   */
  on: Ref[];
}
export interface HistoryLine {
  workspace: WorkspaceId;
  about: Ref;
  position: number;
  /**
   * Index of the event within its commit.
   */
  index: number;
  event: string;
  happened: Instant;
  actor: UserId;
  command: CommandId;
}
/**
 * All item types of the tables, by name.
 */
export interface StoredItems {
  CommitItem: CommitItem;
  ErasedCommitItem: ErasedCommitItem;
  RegistryEntryItem: RegistryEntryItem;
  EpochsItem: EpochsItem;
  ApplicationItem: ApplicationItem;
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
 * The result of one append: the events of one or more commands. In `events`: `W#{workspace}`, `{position}`. Kept: for ever; the erasure of a workspace replaces its commits by stubs.
 */
export interface CommitItem {
  pk: string;
  sk: string;
  /**
   * Id of the append; shows after a lost reply whose commit is in the slot.
   */
  id: string;
  /**
   * Hybrid logical clock in milliseconds, never lower than the commit's before.
   */
  clock: number;
  /**
   * The writer's wall clock, for people only.
   */
  time: string;
  /**
   * Format: `json/2`; `json+zlib/2` with a compressed body; `json/1` from before the chain of hashes.
   */
  format: string;
  /**
   * JSON: each command with its id, digest, actor and events; bytes if compressed.
   */
  body: string;
  /**
   * Hash over the predecessor's hash and this commit; absent from `json/1`.
   */
  hash?: string;
}
/**
 * The stub of a commit of an erased workspace; it keeps the slot, so that no late writer can fill it. In `events`: `W#{workspace}`, `{position}`. Kept: for ever.
 */
export interface ErasedCommitItem {
  pk: string;
  sk: string;
  /**
   * Id of the append; shows after a lost reply whose commit is in the slot.
   */
  id: string;
  /**
   * Hybrid logical clock in milliseconds, never lower than the commit's before.
   */
  clock: number;
  /**
   * Format of a stub: `erased/2`; `erased/1` of a commit without a hash.
   */
  format: string;
  /**
   * Hash over the predecessor's hash and this commit; absent from `json/1`.
   */
  hash?: string;
  /**
   * The time of the commit.
   */
  time?: string;
  /**
   * The format of the commit.
   */
  of?: string;
  /**
   * Hash of the body that the commit had.
   */
  body_hash?: string;
}
/**
 * Shows that a workspace exists; written before the first commit, harmless without a commit. In `events`: `R#{shard}`, `{workspace}`. Kept: for ever.
 */
export interface RegistryEntryItem {
  pk: string;
  sk: string;
  /**
   * True if the workspace was erased: workers skip it.
   */
  erased?: boolean;
}
/**
 * The epoch of each projection, which names the build that queries read; one item in the store. In `views`: `epochs`, `epochs`. Kept: for ever.
 */
export interface EpochsItem {
  pk: string;
  sk: string;
  /**
   * Projection → number of its rebuilds; a projection without rebuilds is absent.
   */
  epochs: {
    [k: string]: unknown;
  };
}
/**
 * The application that the store belongs to; workers and operators of another one refuse; one item in the store, beside the log because it cannot be derived from it. In `events`: `application`, `application`. Kept: for ever.
 */
export interface ApplicationItem {
  pk: string;
  sk: string;
  /**
   * Name of the application; it never changes.
   */
  name: string;
  /**
   * Number of changes; every write is conditional on the one before.
   */
  revision: number;
  /**
   * Tags of all events that it has had.
   */
  events: unknown[];
  /**
   * Projection → its highest version.
   */
  projections: {
    [k: string]: unknown;
  };
}
/**
 * The generation record: the progress of a generation in a workspace; every write is conditional on the values that it replaces. In `views`: `W#{workspace}#generations`, `{generation}`. Kept: as long as its generation; `prune` removes the items of earlier generations.
 */
export interface RecordItem {
  pk: string;
  sk: string;
  /**
   * Version of the snapshots' schema, with 1,000 added since commits hold hashes.
   */
  snapshots: number;
  /**
   * The builds that form the generation.
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
   * Id of the commit at `rendered`.
   */
  commit_id: string;
  /**
   * Clock of the commit at `folded`.
   */
  clock: number;
  /**
   * Id of the commit at `folded`.
   */
  folded_id: string;
  /**
   * Number of entities that cannot be rendered.
   */
  parked: number;
  /**
   * Progress of a large fan-out; empty if none is under way.
   */
  cursor: unknown[];
  /**
   * Reason why the workspace is stalled; empty if it is not.
   */
  stalled: string;
  /**
   * This life of the generation; part of the keys of its snapshots.
   */
  incarnation: string;
  /**
   * Name → number of read items counted under it, at `rendered`.
   */
  counts: {
    [k: string]: unknown;
  };
  /**
   * Time of the last write, for people and for `prune`.
   */
  moved: string;
  /**
   * Hash of the commit at `rendered`; each batch and each load of snapshots compares it with the log.
   */
  rendered_hash?: string;
  /**
   * Hash of the commit at `folded`; each tail that a command reads begins with that commit.
   */
  folded_hash?: string;
}
/**
 * The folded state of an entity; also kept for a deleted entity. In `views`: `W#{workspace}#{incarnation}`, `S#{kind}#{id}`. Kept: as long as its generation; `prune` removes the items of earlier generations.
 */
export interface SnapshotItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * Number of events about the entity.
   */
  version: number;
  /**
   * JSON: the state.
   */
  state: string;
}
/**
 * A parent and its child; a fan-out finds the entities of a subtree by their edges. In `views`: `W#{workspace}#{incarnation}`, `E#{kind}#{parent}#{child}`. Kept: as long as its generation; an edge that ended expires.
 */
export interface EdgeItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * False if the child has left the parent.
   */
  there: boolean;
  /**
   * Epoch second after which the item may be removed.
   */
  expires?: number;
}
/**
 * The command record of an applied command: sent again, the command gets the same receipt. In `views`: `W#{workspace}#{incarnation}`, `C#{command}`. Kept: command ids that hold a time expire, derived ids stay as long as their generation.
 */
export interface AppliedCommandItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * Digest of the command; the same id with another digest is an error.
   */
  digest: string;
  /**
   * The user who sent the command.
   */
  actor: string;
  /**
   * Number of events.
   */
  events: number;
  /**
   * Epoch second after which the item may be removed.
   */
  expires?: number;
}
/**
 * An entity that a projection cannot render; its last good read items stay. In `views`: `W#{workspace}#{incarnation}`, `P#{build}#{kind}#{id}`. Kept: until the entity is rendered again and the generation record has passed that position; then a tombstone.
 */
export interface ParkedEntityItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * JSON: the error, the keys of the last good read items, and their counts.
   */
  data?: string;
  /**
   * The same JSON, of an entity that is rendered again at `position`.
   */
  was?: string;
  /**
   * Epoch second after which the item may be removed.
   */
  expires?: number;
}
/**
 * The position up to which a policy has answered the events of a workspace; beside the log, because it cannot be derived from it. In `events`: `W#{workspace}#policies`, `{policy}`. Kept: for ever; the erasure of a workspace removes its positions.
 */
export interface PolicyPositionItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit whose events the policy has answered.
   */
  position: number;
  /**
   * Id of that commit, compared with the log; empty if it is not known.
   */
  commit_id: string;
  /**
   * Reason why the policy is stalled; empty if it is not.
   */
  stalled: string;
}
/**
 * The installed policies; a workspace in which one of them has no position is newer than the policy; one item in the store, beside the log because it cannot be derived from it. In `events`: `policies`, `policies`. Kept: for ever.
 */
export interface InstalledPoliciesItem {
  pk: string;
  sk: string;
  /**
   * Names of the policies.
   */
  installed: unknown[];
}
/**
 * A read item, or the tombstone of a read item. In `views`. Kept: until a newer build replaces it; a tombstone replaces a removed item.
 */
export interface StoredReadItem {
  pk: string;
  sk: string;
  /**
   * Position of the last commit that changed the item; every write moves it forward.
   */
  position: number;
  /**
   * The workspace of the item; needed where the key begins with a user.
   */
  workspace: string;
  /**
   * A key of gsi1; absent if the item is not in it.
   */
  gsi1pk?: string;
  /**
   * A key of gsi1; absent if the item is not in it.
   */
  gsi1sk?: string;
  /**
   * A key of gsi2; absent if the item is not in it.
   */
  gsi2pk?: string;
  /**
   * A key of gsi2; absent if the item is not in it.
   */
  gsi2sk?: string;
  /**
   * Name of the item type; absent from a tombstone.
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
   * JSON: the read item; absent from a tombstone.
   */
  data?: string;
  /**
   * Epoch second after which the item may be removed.
   */
  expires?: number;
}

/** The code points that Unicode 14.0 assigns. */
const ASSIGNED = `
0-377 37A-37F 384-38A 38C-38C 38E-3A1 3A3-52F 531-556 559-58A 58D-58F 591-5C7 5D0-5EA 5EF-5F4 600-70D 70F-74A
74D-7B1 7C0-7FA 7FD-82D 830-83E 840-85B 85E-85E 860-86A 870-88E 890-891 898-983 985-98C 98F-990 993-9A8
9AA-9B0 9B2-9B2 9B6-9B9 9BC-9C4 9C7-9C8 9CB-9CE 9D7-9D7 9DC-9DD 9DF-9E3 9E6-9FE A01-A03 A05-A0A A0F-A10
A13-A28 A2A-A30 A32-A33 A35-A36 A38-A39 A3C-A3C A3E-A42 A47-A48 A4B-A4D A51-A51 A59-A5C A5E-A5E A66-A76
A81-A83 A85-A8D A8F-A91 A93-AA8 AAA-AB0 AB2-AB3 AB5-AB9 ABC-AC5 AC7-AC9 ACB-ACD AD0-AD0 AE0-AE3 AE6-AF1
AF9-AFF B01-B03 B05-B0C B0F-B10 B13-B28 B2A-B30 B32-B33 B35-B39 B3C-B44 B47-B48 B4B-B4D B55-B57 B5C-B5D
B5F-B63 B66-B77 B82-B83 B85-B8A B8E-B90 B92-B95 B99-B9A B9C-B9C B9E-B9F BA3-BA4 BA8-BAA BAE-BB9 BBE-BC2
BC6-BC8 BCA-BCD BD0-BD0 BD7-BD7 BE6-BFA C00-C0C C0E-C10 C12-C28 C2A-C39 C3C-C44 C46-C48 C4A-C4D C55-C56
C58-C5A C5D-C5D C60-C63 C66-C6F C77-C8C C8E-C90 C92-CA8 CAA-CB3 CB5-CB9 CBC-CC4 CC6-CC8 CCA-CCD CD5-CD6
CDD-CDE CE0-CE3 CE6-CEF CF1-CF2 D00-D0C D0E-D10 D12-D44 D46-D48 D4A-D4F D54-D63 D66-D7F D81-D83 D85-D96
D9A-DB1 DB3-DBB DBD-DBD DC0-DC6 DCA-DCA DCF-DD4 DD6-DD6 DD8-DDF DE6-DEF DF2-DF4 E01-E3A E3F-E5B E81-E82
E84-E84 E86-E8A E8C-EA3 EA5-EA5 EA7-EBD EC0-EC4 EC6-EC6 EC8-ECD ED0-ED9 EDC-EDF F00-F47 F49-F6C F71-F97
F99-FBC FBE-FCC FCE-FDA 1000-10C5 10C7-10C7 10CD-10CD 10D0-1248 124A-124D 1250-1256 1258-1258 125A-125D
1260-1288 128A-128D 1290-12B0 12B2-12B5 12B8-12BE 12C0-12C0 12C2-12C5 12C8-12D6 12D8-1310 1312-1315 1318-135A
135D-137C 1380-1399 13A0-13F5 13F8-13FD 1400-169C 16A0-16F8 1700-1715 171F-1736 1740-1753 1760-176C 176E-1770
1772-1773 1780-17DD 17E0-17E9 17F0-17F9 1800-1819 1820-1878 1880-18AA 18B0-18F5 1900-191E 1920-192B 1930-193B
1940-1940 1944-196D 1970-1974 1980-19AB 19B0-19C9 19D0-19DA 19DE-1A1B 1A1E-1A5E 1A60-1A7C 1A7F-1A89 1A90-1A99
1AA0-1AAD 1AB0-1ACE 1B00-1B4C 1B50-1B7E 1B80-1BF3 1BFC-1C37 1C3B-1C49 1C4D-1C88 1C90-1CBA 1CBD-1CC7 1CD0-1CFA
1D00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59-1F59 1F5B-1F5B 1F5D-1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4
1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2000-2064 2066-2071 2074-208E 2090-209C 20A0-20C0 20D0-20F0
2100-218B 2190-2426 2440-244A 2460-2B73 2B76-2B95 2B97-2CF3 2CF9-2D25 2D27-2D27 2D2D-2D2D 2D30-2D67 2D6F-2D70
2D7F-2D96 2DA0-2DA6 2DA8-2DAE 2DB0-2DB6 2DB8-2DBE 2DC0-2DC6 2DC8-2DCE 2DD0-2DD6 2DD8-2DDE 2DE0-2E5D 2E80-2E99
2E9B-2EF3 2F00-2FD5 2FF0-2FFB 3000-303F 3041-3096 3099-30FF 3105-312F 3131-318E 3190-31E3 31F0-321E 3220-A48C
A490-A4C6 A4D0-A62B A640-A6F7 A700-A7CA A7D0-A7D1 A7D3-A7D3 A7D5-A7D9 A7F2-A82C A830-A839 A840-A877 A880-A8C5
A8CE-A8D9 A8E0-A953 A95F-A97C A980-A9CD A9CF-A9D9 A9DE-A9FE AA00-AA36 AA40-AA4D AA50-AA59 AA5C-AAC2 AADB-AAF6
AB01-AB06 AB09-AB0E AB11-AB16 AB20-AB26 AB28-AB2E AB30-AB6B AB70-ABED ABF0-ABF9 AC00-D7A3 D7B0-D7C6 D7CB-D7FB
D800-FA6D FA70-FAD9 FB00-FB06 FB13-FB17 FB1D-FB36 FB38-FB3C FB3E-FB3E FB40-FB41 FB43-FB44 FB46-FBC2 FBD3-FD8F
FD92-FDC7 FDCF-FDCF FDF0-FE19 FE20-FE52 FE54-FE66 FE68-FE6B FE70-FE74 FE76-FEFC FEFF-FEFF FF01-FFBE FFC2-FFC7
FFCA-FFCF FFD2-FFD7 FFDA-FFDC FFE0-FFE6 FFE8-FFEE FFF9-FFFD 10000-1000B 1000D-10026 10028-1003A 1003C-1003D
1003F-1004D 10050-1005D 10080-100FA 10100-10102 10107-10133 10137-1018E 10190-1019C 101A0-101A0 101D0-101FD
10280-1029C 102A0-102D0 102E0-102FB 10300-10323 1032D-1034A 10350-1037A 10380-1039D 1039F-103C3 103C8-103D5
10400-1049D 104A0-104A9 104B0-104D3 104D8-104FB 10500-10527 10530-10563 1056F-1057A 1057C-1058A 1058C-10592
10594-10595 10597-105A1 105A3-105B1 105B3-105B9 105BB-105BC 10600-10736 10740-10755 10760-10767 10780-10785
10787-107B0 107B2-107BA 10800-10805 10808-10808 1080A-10835 10837-10838 1083C-1083C 1083F-10855 10857-1089E
108A7-108AF 108E0-108F2 108F4-108F5 108FB-1091B 1091F-10939 1093F-1093F 10980-109B7 109BC-109CF 109D2-10A03
10A05-10A06 10A0C-10A13 10A15-10A17 10A19-10A35 10A38-10A3A 10A3F-10A48 10A50-10A58 10A60-10A9F 10AC0-10AE6
10AEB-10AF6 10B00-10B35 10B39-10B55 10B58-10B72 10B78-10B91 10B99-10B9C 10BA9-10BAF 10C00-10C48 10C80-10CB2
10CC0-10CF2 10CFA-10D27 10D30-10D39 10E60-10E7E 10E80-10EA9 10EAB-10EAD 10EB0-10EB1 10F00-10F27 10F30-10F59
10F70-10F89 10FB0-10FCB 10FE0-10FF6 11000-1104D 11052-11075 1107F-110C2 110CD-110CD 110D0-110E8 110F0-110F9
11100-11134 11136-11147 11150-11176 11180-111DF 111E1-111F4 11200-11211 11213-1123E 11280-11286 11288-11288
1128A-1128D 1128F-1129D 1129F-112A9 112B0-112EA 112F0-112F9 11300-11303 11305-1130C 1130F-11310 11313-11328
1132A-11330 11332-11333 11335-11339 1133B-11344 11347-11348 1134B-1134D 11350-11350 11357-11357 1135D-11363
11366-1136C 11370-11374 11400-1145B 1145D-11461 11480-114C7 114D0-114D9 11580-115B5 115B8-115DD 11600-11644
11650-11659 11660-1166C 11680-116B9 116C0-116C9 11700-1171A 1171D-1172B 11730-11746 11800-1183B 118A0-118F2
118FF-11906 11909-11909 1190C-11913 11915-11916 11918-11935 11937-11938 1193B-11946 11950-11959 119A0-119A7
119AA-119D7 119DA-119E4 11A00-11A47 11A50-11AA2 11AB0-11AF8 11C00-11C08 11C0A-11C36 11C38-11C45 11C50-11C6C
11C70-11C8F 11C92-11CA7 11CA9-11CB6 11D00-11D06 11D08-11D09 11D0B-11D36 11D3A-11D3A 11D3C-11D3D 11D3F-11D47
11D50-11D59 11D60-11D65 11D67-11D68 11D6A-11D8E 11D90-11D91 11D93-11D98 11DA0-11DA9 11EE0-11EF8 11FB0-11FB0
11FC0-11FF1 11FFF-12399 12400-1246E 12470-12474 12480-12543 12F90-12FF2 13000-1342E 13430-13438 14400-14646
16800-16A38 16A40-16A5E 16A60-16A69 16A6E-16ABE 16AC0-16AC9 16AD0-16AED 16AF0-16AF5 16B00-16B45 16B50-16B59
16B5B-16B61 16B63-16B77 16B7D-16B8F 16E40-16E9A 16F00-16F4A 16F4F-16F87 16F8F-16F9F 16FE0-16FE4 16FF0-16FF1
17000-187F7 18800-18CD5 18D00-18D08 1AFF0-1AFF3 1AFF5-1AFFB 1AFFD-1AFFE 1B000-1B122 1B150-1B152 1B164-1B167
1B170-1B2FB 1BC00-1BC6A 1BC70-1BC7C 1BC80-1BC88 1BC90-1BC99 1BC9C-1BCA3 1CF00-1CF2D 1CF30-1CF46 1CF50-1CFC3
1D000-1D0F5 1D100-1D126 1D129-1D1EA 1D200-1D245 1D2E0-1D2F3 1D300-1D356 1D360-1D378 1D400-1D454 1D456-1D49C
1D49E-1D49F 1D4A2-1D4A2 1D4A5-1D4A6 1D4A9-1D4AC 1D4AE-1D4B9 1D4BB-1D4BB 1D4BD-1D4C3 1D4C5-1D505 1D507-1D50A
1D50D-1D514 1D516-1D51C 1D51E-1D539 1D53B-1D53E 1D540-1D544 1D546-1D546 1D54A-1D550 1D552-1D6A5 1D6A8-1D7CB
1D7CE-1DA8B 1DA9B-1DA9F 1DAA1-1DAAF 1DF00-1DF1E 1E000-1E006 1E008-1E018 1E01B-1E021 1E023-1E024 1E026-1E02A
1E100-1E12C 1E130-1E13D 1E140-1E149 1E14E-1E14F 1E290-1E2AE 1E2C0-1E2F9 1E2FF-1E2FF 1E7E0-1E7E6 1E7E8-1E7EB
1E7ED-1E7EE 1E7F0-1E7FE 1E800-1E8C4 1E8C7-1E8D6 1E900-1E94B 1E950-1E959 1E95E-1E95F 1EC71-1ECB4 1ED01-1ED3D
1EE00-1EE03 1EE05-1EE1F 1EE21-1EE22 1EE24-1EE24 1EE27-1EE27 1EE29-1EE32 1EE34-1EE37 1EE39-1EE39 1EE3B-1EE3B
1EE42-1EE42 1EE47-1EE47 1EE49-1EE49 1EE4B-1EE4B 1EE4D-1EE4F 1EE51-1EE52 1EE54-1EE54 1EE57-1EE57 1EE59-1EE59
1EE5B-1EE5B 1EE5D-1EE5D 1EE5F-1EE5F 1EE61-1EE62 1EE64-1EE64 1EE67-1EE6A 1EE6C-1EE72 1EE74-1EE77 1EE79-1EE7C
1EE7E-1EE7E 1EE80-1EE89 1EE8B-1EE9B 1EEA1-1EEA3 1EEA5-1EEA9 1EEAB-1EEBB 1EEF0-1EEF1 1F000-1F02B 1F030-1F093
1F0A0-1F0AE 1F0B1-1F0BF 1F0C1-1F0CF 1F0D1-1F0F5 1F100-1F1AD 1F1E6-1F202 1F210-1F23B 1F240-1F248 1F250-1F251
1F260-1F265 1F300-1F6D7 1F6DD-1F6EC 1F6F0-1F6FC 1F700-1F773 1F780-1F7D8 1F7E0-1F7EB 1F7F0-1F7F0 1F800-1F80B
1F810-1F847 1F850-1F859 1F860-1F887 1F890-1F8AD 1F8B0-1F8B1 1F900-1FA53 1FA60-1FA6D 1FA70-1FA74 1FA78-1FA7C
1FA80-1FA86 1FA90-1FAAC 1FAB0-1FABA 1FAC0-1FAC5 1FAD0-1FAD9 1FAE0-1FAE7 1FAF0-1FAF6 1FB00-1FB92 1FB94-1FBCA
1FBF0-1FBF9 20000-2A6DF 2A700-2B738 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 2F800-2FA1D 30000-3134A E0001-E0001
E0020-E007F E0100-E01EF F0000-FFFFD 100000-10FFFD
`;
/** Marks that are not part of the key of a label. */
const INVISIBLE_MARKS =
  "AD-AD 34F-34F 61C-61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164-3164 FE00-FE0F FEFF-FEFF FFA0-FFA0 FFF0-FFFB 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF";

/** The keys of an item in a table, as plain values for the document client of the AWS SDK. */
export interface Key {
  pk: string;
  sk: string;
}

/** The keys of an item in the first index. */
export interface Gsi1Key {
  gsi1pk: string;
  gsi1sk: string;
}

/** The keys of an item in the second index. */
export interface Gsi2Key {
  gsi2pk: string;
  gsi2sk: string;
}

/** The key condition of a Query: spread it into the request, next to `TableName` and `Limit`. */
export interface KeyCondition {
  IndexName?: "gsi1" | "gsi2";
  KeyConditionExpression: string;
  ExpressionAttributeValues: Record<string, string>;
  ScanIndexForward: boolean;
  ConsistentRead: boolean;
}

/** The build of a projection to read: its number in `epochs` of the item `EpochsItem`, by the projection's name; 0 if absent. */
export interface Build {
  epoch: number;
}

/** A range of days of UTC (YYYY-MM-DD); both ends are included. */
export interface Days {
  from?: Day;
  to?: Day;
}

type Field = string | number | null | undefined;
type Fields = Record<string, Field>;

/** A number as text of a fixed width, so that texts sort like numbers. */
export function slot(position: number, width = 16): string {
  return String(position).padStart(width, "0");
}

/** A reference to an entity, as a part of a key. */
export function place(ref: Ref): string {
  return `${ref[0]}:${ref[1]}`;
}

/** Text as a part of a key for exact matches; no information is lost. */
export function keyed(text: string): string {
  return text.replace(/[%#\u0000-\u001f\u007f-\u009f]/g, (match) => {
    const code = match.charCodeAt(0);
    const byte = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code < 0x80 ? byte : `%C2${byte}`;
  });
}

/**
 * The key by which tags, relation types and keys of metadata are equal: without invisible marks, composed (NFC), at most
 * 200 characters. Only characters that Unicode 14.0 assigns are composed, so that every engine makes the same key.
 */
export function labelKey(text: string): string {
  const parts = text.replace(INVISIBLE, "").split(LATER_CHARACTERS);
  const composed = parts.map((part, place) => (place % 2 ? part : part.normalize("NFC"))).join("");
  return Array.from(composed).slice(0, 200).join("");
}

/** A user's id as a part of a key: percent-encoded (RFC 3986), so that no separator is part of it. */
export function userKey(user: UserId): string {
  return user.replace(/^[^A-Za-z0-9~]|[^A-Za-z0-9._:@|+~-]/gu, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
  });
}

/** A label as a part of a key. */
export function labelled(label: string): string {
  return keyed(labelKey(label));
}

/** Characters that Unicode 14.0 does not assign. Splitting a text by it keeps them, in every second place. */
const LATER_CHARACTERS = new RegExp(`([^${listRanges(ASSIGNED)}]+)`, "u");
const INVISIBLE = new RegExp(`[${listRanges(INVISIBLE_MARKS)}]`, "gu");

function listRanges(codes: string): string {
  return codes
    .trim()
    .replace(/[0-9A-F]+/g, "\\u{$&}")
    .replace(/\s+/g, "");
}

/** An instant as text that sorts by time. */
export function instantText(instant: Instant): string {
  const [seconds, fraction] = utc(instant);
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** The path of a Thing, with a separator at the end, so that no path is the beginning of a sibling's path. */
export function pathText(path: ThingId[]): string {
  return path.map((thing) => `${thing}/`).join("");
}

/** A due date as text that sorts by time: a day sorts before every moment of that day (UTC), and no date sorts last. */
export function dueText(due: Due | undefined): string {
  if (due === undefined) return "~";
  return typeof due === "string" ? due : `${utc(due.instant)[0]}Z`;
}

function utc(instant: Instant): [seconds: string, fraction: string] {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant);
  if (!match) throw new RangeError(`${instant} is not an instant in the form YYYY-MM-DDTHH:MM:SSZ`);
  return [match[1] as string, match[2] ?? ""];
}

function fill(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    if (value === null || value === undefined) throw new TypeError(`a key ${template} needs a ${name}`);
    const text = String(value);
    if (text.includes("#")) throw new RangeError(`${name} cannot be part of a key ${template}: it contains '#'`);
    return text;
  });
}

/** The sort key up to the first field that is not given. */
function prefix(template: string, fields: Fields): string {
  const names = Array.from(template.matchAll(/\{(\w+)\}/g));
  const given = (name: string | undefined) => name !== undefined && fields[name] !== null && fields[name] !== undefined;
  const missing = names.findIndex((name) => !given(name[1]));
  if (missing < 0) return fill(template, fields);
  const useless = names.slice(missing).find((name) => given(name[1]));
  if (useless) throw new TypeError(`${useless[1]} narrows nothing without ${names[missing]?.[1]}`);
  return fill(template.slice(0, names[missing]?.index), fields);
}

function key(pk: string, sk: string, fields: Fields): Key {
  return { pk: fill(pk, fields), sk: fill(sk, fields) };
}

function gsi1(pk: string, sk: string, fields: Fields): Gsi1Key | null {
  return isInIndex(fields) ? { gsi1pk: fill(pk, fields), gsi1sk: fill(sk, fields) } : null;
}

function gsi2(pk: string, sk: string, fields: Fields): Gsi2Key | null {
  return isInIndex(fields) ? { gsi2pk: fill(pk, fields), gsi2sk: fill(sk, fields) } : null;
}

/** True if the item is in the index: no field of its index key is null. */
function isInIndex(fields: Fields): boolean {
  return Object.values(fields).every((field) => field !== null);
}

interface ConditionOptions {
  index?: "gsi1" | "gsi2";
  descending?: boolean;
  days?: Days;
}

function condition(pk: string, sk: string, fields: Fields, options: ConditionOptions = {}): KeyCondition {
  const { index, days } = options;
  const beginning = prefix(sk, fields);
  const values: Record<string, string> = { ":pk": fill(pk, fields) };
  let test = "";
  if (days?.from !== undefined || days?.to !== undefined) {
    values[":low"] = beginning + (days.from ?? "") || " ";
    values[":high"] = beginning + (days.to ?? "9999-12-31") + "\u{10ffff}"; // items without a date sort after it
    test = ` AND ${index ?? ""}sk BETWEEN :low AND :high`;
  } else if (beginning) {
    values[":prefix"] = beginning;
    test = ` AND begins_with(${index ?? ""}sk, :prefix)`;
  }
  return {
    ...(index && { IndexName: index }),
    KeyConditionExpression: `${index ?? ""}pk = :pk${test}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !options.descending,
    ConsistentRead: index === undefined,
  };
}

/** The keys of every item type. */
export const keys = {
  /** The result of one append: the events of one or more commands. In `events`: `W#{workspace}`, `{position}`. */
  commit: (of: { workspace: WorkspaceId; position: number }): Key =>
    key("W#{workspace}", "{position}", { workspace: of.workspace, position: slot(of.position) }),
  /** The stub of a commit of an erased workspace; it keeps the slot, so that no late writer can fill it. In `events`: `W#{workspace}`, `{position}`. */
  erasedCommit: (of: { workspace: WorkspaceId; position: number }): Key =>
    key("W#{workspace}", "{position}", { workspace: of.workspace, position: slot(of.position) }),
  /** Shows that a workspace exists; written before the first commit, harmless without a commit. In `events`: `R#{shard}`, `{workspace}`. */
  registryEntry: (of: { shard: string; workspace: WorkspaceId }): Key =>
    key("R#{shard}", "{workspace}", { shard: of.shard, workspace: of.workspace }),
  /** The epoch of each projection, which names the build that queries read; one item in the store. In `views`: `epochs`, `epochs`. */
  epochs: (): Key => key("epochs", "epochs", {}),
  /** The application that the store belongs to; workers and operators of another one refuse; one item in the store, beside the log because it cannot be derived from it. In `events`: `application`, `application`. */
  application: (): Key => key("application", "application", {}),
  /** The generation record: the progress of a generation in a workspace; every write is conditional on the values that it replaces. In `views`: `W#{workspace}#generations`, `{generation}`. */
  record: (of: { workspace: WorkspaceId; generation: string }): Key =>
    key("W#{workspace}#generations", "{generation}", { workspace: of.workspace, generation: of.generation }),
  /** The folded state of an entity; also kept for a deleted entity. In `views`: `W#{workspace}#{incarnation}`, `S#{kind}#{id}`. */
  snapshot: (of: { workspace: WorkspaceId; incarnation: string; kind: Kind; id: string }): Key =>
    key("W#{workspace}#{incarnation}", "S#{kind}#{id}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      kind: of.kind,
      id: of.id,
    }),
  /** A parent and its child; a fan-out finds the entities of a subtree by their edges. In `views`: `W#{workspace}#{incarnation}`, `E#{kind}#{parent}#{child}`. */
  edge: (of: { workspace: WorkspaceId; incarnation: string; kind: Kind; parent: string; child: string }): Key =>
    key("W#{workspace}#{incarnation}", "E#{kind}#{parent}#{child}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      kind: of.kind,
      parent: of.parent,
      child: of.child,
    }),
  /** The command record of an applied command: sent again, the command gets the same receipt. In `views`: `W#{workspace}#{incarnation}`, `C#{command}`. */
  appliedCommand: (of: { workspace: WorkspaceId; incarnation: string; command: CommandId }): Key =>
    key("W#{workspace}#{incarnation}", "C#{command}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      command: of.command,
    }),
  /** An entity that a projection cannot render; its last good read items stay. In `views`: `W#{workspace}#{incarnation}`, `P#{build}#{kind}#{id}`. */
  parkedEntity: (of: { workspace: WorkspaceId; incarnation: string; build: string; kind: Kind; id: string }): Key =>
    key("W#{workspace}#{incarnation}", "P#{build}#{kind}#{id}", {
      workspace: of.workspace,
      incarnation: of.incarnation,
      build: of.build,
      kind: of.kind,
      id: of.id,
    }),
  /** The position up to which a policy has answered the events of a workspace; beside the log, because it cannot be derived from it. In `events`: `W#{workspace}#policies`, `{policy}`. */
  policyPosition: (of: { workspace: WorkspaceId; policy: string }): Key =>
    key("W#{workspace}#policies", "{policy}", { workspace: of.workspace, policy: of.policy }),
  /** The installed policies; a workspace in which one of them has no position is newer than the policy; one item in the store, beside the log because it cannot be derived from it. In `events`: `policies`, `policies`. */
  installedPolicies: (): Key => key("policies", "policies", {}),
  /** `WorkspaceCard`, in `views`: `W#{workspace}#members.2.{epoch}`, `workspace`. */
  workspaceCard: (of: Pick<WorkspaceCard, "workspace"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "workspace", { workspace: of.workspace, epoch: of.epoch }),
  /** `MemberLine`, in `views`: `W#{workspace}#members.2.{epoch}`, `member#{user}`. */
  memberLine: (of: Pick<MemberLine, "workspace" | "user"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "member#{user}", {
      workspace: of.workspace,
      user: of.user && userKey(of.user),
      epoch: of.epoch,
    }),
  /** `MemberLine`, in gsi1: `U#{user}#members.2.{epoch}`, `member#{workspace}`. */
  memberLineGsi1: (of: Pick<MemberLine, "user" | "workspace"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#members.2.{epoch}", "member#{workspace}", {
      user: of.user && userKey(of.user),
      workspace: of.workspace,
      epoch: of.epoch,
    }),
  /** `InvitationLine`, in `views`: `W#{workspace}#members.2.{epoch}`, `invitation#{user}`. */
  invitationLine: (of: Pick<InvitationLine, "workspace" | "user"> & Build): Key =>
    key("W#{workspace}#members.2.{epoch}", "invitation#{user}", {
      workspace: of.workspace,
      user: of.user && userKey(of.user),
      epoch: of.epoch,
    }),
  /** `InvitationLine`, in gsi1: `U#{user}#members.2.{epoch}`, `invitation#{workspace}`. */
  invitationLineGsi1: (of: Pick<InvitationLine, "user" | "workspace"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#members.2.{epoch}", "invitation#{workspace}", {
      user: of.user && userKey(of.user),
      workspace: of.workspace,
      epoch: of.epoch,
    }),
  /** `FeedLine`, in `views`: `U#{user}#feed.2.{epoch}`, `open#{workspace}#{task}`. */
  feedLine: (of: Pick<FeedLine, "user" | "workspace" | "task"> & Build): Key =>
    key("U#{user}#feed.2.{epoch}", "open#{workspace}#{task}", {
      user: of.user && userKey(of.user),
      workspace: of.workspace,
      task: of.task,
      epoch: of.epoch,
    }),
  /** `FeedLine`, in gsi1: `U#{user}#open#feed.2.{epoch}`, `{when}#{task}`. */
  feedLineGsi1: (of: Pick<FeedLine, "user" | "due" | "task"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#open#feed.2.{epoch}", "{when}#{task}", {
      user: of.user && userKey(of.user),
      when: dueText(of.due),
      task: of.task,
      epoch: of.epoch,
    }),
  /** `DoneLine`, in `views`: `U#{user}#feed.2.{epoch}`, `done#{workspace}#{task}`. */
  doneLine: (of: Pick<DoneLine, "user" | "workspace" | "task"> & Build): Key =>
    key("U#{user}#feed.2.{epoch}", "done#{workspace}#{task}", {
      user: of.user && userKey(of.user),
      workspace: of.workspace,
      task: of.task,
      epoch: of.epoch,
    }),
  /** `DoneLine`, in gsi1: `U#{user}#done#feed.2.{epoch}`, `{when}#{task}`. */
  doneLineGsi1: (of: Pick<DoneLine, "user" | "closed_at" | "task"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#done#feed.2.{epoch}", "{when}#{task}", {
      user: of.user && userKey(of.user),
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
  /** `ThingNode`, in `views`: `W#{workspace}#things.3.{epoch}`, `node#{thing}`. */
  thingNode: (of: Pick<ThingNode, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.3.{epoch}", "node#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingNode`, in gsi1: `W#{workspace}#in#{parent_or_top}#things.3.{epoch}`, `{sort_name}#{thing}`. */
  thingNodeGsi1: (
    of: Pick<ThingNode, "workspace" | "path" | "thing"> & { sort_name: string | null } & Build,
  ): Gsi1Key | null =>
    gsi1("W#{workspace}#in#{parent_or_top}#things.3.{epoch}", "{sort_name}#{thing}", {
      workspace: of.workspace,
      parent_or_top: of.path.at(-2) ?? "top",
      sort_name: of.sort_name,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingNode`, in gsi2: `W#{workspace}#tree#things.3.{epoch}`, `{path_text}`. */
  thingNodeGsi2: (of: Pick<ThingNode, "workspace" | "path"> & Build): Gsi2Key | null =>
    gsi2("W#{workspace}#tree#things.3.{epoch}", "{path_text}", {
      workspace: of.workspace,
      path_text: pathText(of.path),
      epoch: of.epoch,
    }),
  /** `ThingCard`, in `views`: `W#{workspace}#things.3.{epoch}`, `card#{thing}`. */
  thingCard: (of: Pick<ThingCard, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.3.{epoch}", "card#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** `ThingCard`, in gsi1: `W#{workspace}#kind#{kind}#things.3.{epoch}`, `{sort_name}#{thing}`. */
  thingCardGsi1: (
    of: Pick<ThingCard, "workspace" | "kind" | "thing"> & { sort_name: string | null } & Build,
  ): Gsi1Key | null =>
    gsi1("W#{workspace}#kind#{kind}#things.3.{epoch}", "{sort_name}#{thing}", {
      workspace: of.workspace,
      kind: of.kind,
      sort_name: of.sort_name,
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
  /** `RelationLine`, in `views`: `W#{workspace}#relations.2.{epoch}`, `{at}#{direction}#{type_key}#{relation}`. */
  relationLine: (of: Pick<RelationLine, "workspace" | "anchor" | "direction" | "type" | "relation"> & Build): Key =>
    key("W#{workspace}#relations.2.{epoch}", "{at}#{direction}#{type_key}#{relation}", {
      workspace: of.workspace,
      at: place(of.anchor),
      direction: of.direction,
      type_key: labelled(of.type),
      relation: of.relation,
      epoch: of.epoch,
    }),
  /** `CommentLine`, in `views`: `W#{workspace}#comments.3.{epoch}`, `comment#{comment}`. */
  commentLine: (of: Pick<CommentLine, "workspace" | "comment"> & Build): Key =>
    key("W#{workspace}#comments.3.{epoch}", "comment#{comment}", {
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `CommentLine`, in gsi1: `W#{workspace}#on#{target_kind}#{target}#comments.3.{epoch}`, `{when}#{comment}`. */
  commentLineGsi1: (
    of: Pick<CommentLine, "workspace" | "target_kind" | "target" | "posted_at" | "comment"> & Build,
  ): Gsi1Key | null =>
    gsi1("W#{workspace}#on#{target_kind}#{target}#comments.3.{epoch}", "{when}#{comment}", {
      workspace: of.workspace,
      target_kind: of.target_kind,
      target: of.target,
      when: instantText(of.posted_at),
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `MentionLine`, in `views`: `U#{user}#comments.3.{epoch}`, `{workspace}#{comment}`. */
  mentionLine: (of: Pick<MentionLine, "user" | "workspace" | "comment"> & Build): Key =>
    key("U#{user}#comments.3.{epoch}", "{workspace}#{comment}", {
      user: of.user && userKey(of.user),
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `MentionLine`, in gsi1: `U#{user}#comments.3.{epoch}`, `{when}#{comment}`. */
  mentionLineGsi1: (of: Pick<MentionLine, "user" | "posted_at" | "comment"> & Build): Gsi1Key | null =>
    gsi1("U#{user}#comments.3.{epoch}", "{when}#{comment}", {
      user: of.user && userKey(of.user),
      when: instantText(of.posted_at),
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** `TagLine`, in `views`: `W#{workspace}#tags.2.{epoch}`, `{tag_key}#{kind}#{entity}`. */
  tagLine: (of: Pick<TagLine, "workspace" | "tag" | "kind" | "entity"> & Build): Key =>
    key("W#{workspace}#tags.2.{epoch}", "{tag_key}#{kind}#{entity}", {
      workspace: of.workspace,
      tag_key: labelled(of.tag),
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

/** The key condition of every access pattern, by the name of its query. */
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
      { user: of.user && userKey(of.user), epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's open invitations: `InvitationLine` in gsi1. */
  invitationsOf: (of: Pick<InvitationLine, "user"> & Build): KeyCondition =>
    condition(
      "U#{user}#members.2.{epoch}",
      "invitation#{workspace}",
      { user: of.user && userKey(of.user), epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's open tasks in all workspaces, by due date: `FeedLine` in gsi1. */
  feed: (of: Pick<FeedLine, "user"> & Days & Build): KeyCondition =>
    condition(
      "U#{user}#open#feed.2.{epoch}",
      "{when}#{task}",
      { user: of.user && userKey(of.user), epoch: of.epoch },
      { index: "gsi1", days: of },
    ),
  /** A user's tasks that were done, the latest first: `DoneLine` in gsi1. */
  done: (of: Pick<DoneLine, "user"> & Days & Build): KeyCondition =>
    condition(
      "U#{user}#done#feed.2.{epoch}",
      "{when}#{task}",
      { user: of.user && userKey(of.user), epoch: of.epoch },
      { index: "gsi1", descending: true, days: of },
    ),
  /** A user's open tasks in one workspace: `FeedLine` in `views`. */
  tasksOf: (of: Pick<FeedLine, "user" | "workspace"> & Build): KeyCondition =>
    condition(
      "U#{user}#feed.2.{epoch}",
      "open#{workspace}#{task}",
      { user: of.user && userKey(of.user), workspace: of.workspace, epoch: of.epoch },
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
  /** Tasks that block a Task: the key of its `TaskCard`. */
  blockedBy: (of: Pick<TaskCard, "workspace" | "task"> & Build): Key =>
    key("W#{workspace}#tasks.2.{epoch}", "card#{task}", { workspace: of.workspace, task: of.task, epoch: of.epoch }),
  /** One Thing with its ancestors: the key of its `ThingCard`. */
  thing: (of: Pick<ThingCard, "workspace" | "thing"> & Build): Key =>
    key("W#{workspace}#things.3.{epoch}", "card#{thing}", {
      workspace: of.workspace,
      thing: of.thing,
      epoch: of.epoch,
    }),
  /** Children of a Thing (or the top) by name: `ThingNode` in gsi1. */
  children: (of: Pick<ThingNode, "workspace"> & { parent: ThingId | null } & Build): KeyCondition =>
    condition(
      "W#{workspace}#in#{parent_or_top}#things.3.{epoch}",
      "{sort_name}#{thing}",
      { workspace: of.workspace, parent_or_top: of.parent ?? "top", epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** Everything in a Thing, in one Query: `ThingNode` in gsi2. */
  subtree: (of: Pick<ThingNode, "workspace"> & { path?: ThingId[] } & Build): KeyCondition =>
    condition(
      "W#{workspace}#tree#things.3.{epoch}",
      "{path_text}",
      { workspace: of.workspace, path_text: of.path && pathText(of.path), epoch: of.epoch },
      { index: "gsi2" },
    ),
  /** Things of one kind by name: `ThingCard` in gsi1. */
  thingsByKind: (of: Pick<ThingCard, "workspace" | "kind"> & Build): KeyCondition =>
    condition(
      "W#{workspace}#kind#{kind}#things.3.{epoch}",
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
  /** Relations that go out from a Thing or Task, by type: `RelationLine` in `views`. */
  relationsFrom: (of: Pick<RelationLine, "workspace"> & { at: Ref } & { type?: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#relations.2.{epoch}",
      "{at}#{direction}#{type_key}#{relation}",
      {
        workspace: of.workspace,
        at: place(of.at),
        direction: "out",
        type_key: of.type === undefined ? undefined : labelled(of.type),
        epoch: of.epoch,
      },
      {},
    ),
  /** Relations that come in at a Thing or Task, by type: `RelationLine` in `views`. */
  relationsTo: (of: Pick<RelationLine, "workspace"> & { at: Ref } & { type?: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#relations.2.{epoch}",
      "{at}#{direction}#{type_key}#{relation}",
      {
        workspace: of.workspace,
        at: place(of.at),
        direction: "in",
        type_key: of.type === undefined ? undefined : labelled(of.type),
        epoch: of.epoch,
      },
      {},
    ),
  /** One comment: the key of its `CommentLine`. */
  comment: (of: Pick<CommentLine, "workspace" | "comment"> & Build): Key =>
    key("W#{workspace}#comments.3.{epoch}", "comment#{comment}", {
      workspace: of.workspace,
      comment: of.comment,
      epoch: of.epoch,
    }),
  /** Comments on a Task, Thing or Asset, the oldest first: `CommentLine` in gsi1. */
  comments: (of: Pick<CommentLine, "workspace" | "target_kind" | "target"> & Build): KeyCondition =>
    condition(
      "W#{workspace}#on#{target_kind}#{target}#comments.3.{epoch}",
      "{when}#{comment}",
      { workspace: of.workspace, target_kind: of.target_kind, target: of.target, epoch: of.epoch },
      { index: "gsi1" },
    ),
  /** A user's mentions in all workspaces, the latest first: `MentionLine` in gsi1. */
  mentions: (of: Pick<MentionLine, "user"> & Build): KeyCondition =>
    condition(
      "U#{user}#comments.3.{epoch}",
      "{when}#{comment}",
      { user: of.user && userKey(of.user), epoch: of.epoch },
      { index: "gsi1", descending: true },
    ),
  /** Everything that carries a tag, across kinds or of one kind: `TagLine` in `views`. */
  tagged: (of: Pick<TagLine, "workspace"> & Partial<Pick<TagLine, "kind">> & { tag: string } & Build): KeyCondition =>
    condition(
      "W#{workspace}#tags.2.{epoch}",
      "{tag_key}#{kind}#{entity}",
      { workspace: of.workspace, tag_key: labelled(of.tag), kind: of.kind, epoch: of.epoch },
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
