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
 * Labels, each at most once.
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
 * Creates a workspace. Send it to the new workspace's id: the sender becomes the owner.
 */
export interface CreateWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Free-form data for the embedder.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
}
/**
 * Erases the workspace. It is the first step of `Store.erase`. Refused unless the sender is the operator.
 */
export interface EraseWorkspace {
  /**
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
}
/**
 * Invites a user. They find the invitation in their list, and join or decline.
 *
 * Sent again with another role, it changes the open invitation. A role that is left out keeps that of the invitation.
 *
 * Refused for a role above the sender's own, and if there are too many open invitations.
 *
 * Needs the role admin.
 */
export interface InviteMember {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  user_id: UserId;
}
/**
 * Declines an invitation. Sent by the invited user. Refused without an open invitation.
 */
export interface DeclineInvitation {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  thing_id: ThingId;
  description?: Text | null;
  tags?: Tags | null;
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  asset_id: AssetId;
  name?: Name;
  description?: Text | null;
  media_type?: Label | null;
  uri?: Uri | null;
  size?: number | null;
  checksum?: Label | null;
  amount?: Amount | null;
  currency?: Currency | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Retires an Asset for good. It keeps its links, but cannot be changed or linked with anything new.
 *
 * Needs the role member.
 */
export interface RetireAsset {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  title?: Name;
  description?: Text | null;
  about?: ThingId[] | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Changes the dates and the recurrence of a Task. A field that is left out keeps its value; null empties it.
 *
 * If the recurrence stays the same, only this occurrence is moved: the series goes on as before. Refused if the Task
 * would be due before it starts, or would recur without a due date.
 *
 * Needs the role member.
 */
export interface ScheduleTask {
  /**
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  task_id: TaskId;
  start?: Due | null;
  due?: Due | null;
  /**
   * An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=MO`. The series begins at `due`, in the time zone of `due`.
   */
  recurrence?: Rule | null;
}
/**
 * A moment, and the time zone in which people think of it.
 */
export interface ZonedTime {
  instant: Instant;
  zone: Zone;
}
/**
 * Sets the priority of a Task. 1 is the most urgent.
 *
 * Needs the role member.
 */
export interface PrioritiseTask {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  source: ThingOrTask;
  type: Label;
  target: ThingOrTask;
  inverse?: Label | null;
  valid_from?: Day | null;
  valid_to?: Day | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Removes a Relation. It can be added again.
 *
 * Needs the role member.
 */
export interface RemoveRelation {
  /**
   * The time of an imported fact. null: the time of the decision.
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
   * The time of an imported fact. null: the time of the decision.
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
 * Edits a Comment. A field that is left out keeps its value; null empties it. Refused unless the sender is the author.
 *
 * An importer may know only the last text of a Comment, and the time of the edit (`at`). The same text, with a later
 * time, then records that time.
 *
 * Needs the role member.
 */
export interface EditComment {
  /**
   * The time of an imported fact. null: the time of the decision.
   */
  at?: Instant | null;
  comment_id: CommentId;
  text: CommentText;
  mentions?: UserId[] | null;
  tags?: Tags | null;
  metadata?: Metadata | null;
}
/**
 * Deletes a Comment. It keeps its place, because replies refer to it, and loses its text.
 *
 * Refused unless the sender is the author or an admin.
 *
 * Needs the role member.
 */
export interface DeleteComment {
  /**
   * The time of an imported fact. null: the time of the decision.
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
  deleted: boolean;
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
 * A tag of an entity. `title` is copied: an entity has at most 20 tags, so a rename rewrites at most 20 lines.
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

/** A range of days (YYYY-MM-DD); both ends are included. */
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

/** Text as a part of a sort key: in the order that people expect, without separators, of bounded length. */
export function sortable(text: string): string {
  const folded = Array.from(text.normalize("NFKC"), withoutCase).join("");
  return Array.from(folded)
    .slice(0, 100)
    .map((character) => (character === "#" || character < " " ? " " : character))
    .join("");
}

/** A name as a part of a sort key, with an end that sorts before every character of a name. */
export function byName(name: string): string {
  return `${sortable(name)}\t`;
}

/** Full case folding (Unicode) of one character; JavaScript has no function for it. */
function withoutCase(character: string): string {
  if (character === "ı") return character;
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase(); // Cherokee folds upwards
  const upper = character.toLowerCase().toUpperCase();
  return Array.from(upper, (part) => part.toLowerCase()).join("");
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
