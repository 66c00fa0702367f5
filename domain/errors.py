"""The errors that Ascend raises on purpose. The docstring of an error is its message; its detail names the thing.

AscendError
├── Refusal                 a rule refused the command; nothing was appended (each rule is a subclass beside its entity)
│   ├── NotFound            ├── NotAllowed            └── VersionConflict
├── InvalidInput            the input can never be accepted as it is
│   ├── LimitExceeded       ├── InvalidCursor         └── InvalidRecord (importers)
├── CommandIdReused, CommandTooOld, CommandFromTheFuture
├── Contention              all retries are used up; nothing was appended
├── QueueFull               too many commands wait for their turn in this process; nothing was appended
├── ProjectionBehind        too many commits wait for a worker; nothing was appended
├── OutcomeUnknown          the command may or may not have been applied; send the same command_id again
├── UnreadableLog           a commit cannot be used; its workspace stalls, the others go on
│   ├── UpgradeRequired     the log holds, or would hold, something that this version of the code cannot read
│   ├── Damaged             a commit is not as it was written (edited, dropped, swapped, or never a commit)
│   ├── DamagedViews        an item of the views is not as it was written
│   └── LogDiverged         the log and the views do not belong together (one was restored from a backup)
├── NotReady                the read items of this code are not built yet, or were switched off
├── NotVisibleYet           the projections did not reach a receipt's position in time
└── StoreError              the store itself
    ├── StoreUnavailable    no usable answer, or throttled: the outcome of a write is unknown
    │   └── StoreBusy       a write had to wait for too long, or there is no room: nothing was written
    ├── StoreMissing        ├── StoreMismatch         ├── AccessDenied        ├── InvalidStoreUrl     └── StoreClosed
                            └── WrongApplication
"""


class AscendError(Exception):
    """Something went wrong in Ascend."""

    def __init__(self, detail: object = "") -> None:
        message = (type(self).__doc__ or "").strip().split("\n\n")[0]
        super().__init__(f"{message} [{detail}]" if str(detail) else message)
        self.detail = detail


class Refusal(AscendError):
    """A rule refused the command."""

    @property
    def rule(self) -> str:
        """The name of the rule. It never changes, so programs may compare it."""
        return type(self).__name__


class NotFound(Refusal):
    """There is no such entity in this workspace."""


class NotAllowed(Refusal):
    """The acting user's role does not allow this."""


class VersionConflict(Refusal):
    """The entity has changed since the sender saw it: read it again, then decide."""


class InvalidInput(AscendError):
    """The input is not valid."""


class LimitExceeded(InvalidInput):
    """A limit is exceeded."""


class InvalidCursor(InvalidInput):
    """The cursor does not belong to this query: start again without one."""


class InvalidRecord(InvalidInput):
    """A record of the file cannot be imported. All records before it were. Correct it and run the import again."""


class CommandIdReused(AscendError):
    """This command_id was used before, by another actor or with other content: use a new id."""


class CommandTooOld(AscendError):
    """The command is older than the retention of command records, so it may have been applied: check, and use a new id."""


class CommandFromTheFuture(AscendError):
    """The command_id's time is too far ahead of this machine's clock: check the sender's clock."""


class Contention(AscendError):
    """Too many writers at once on this workspace; nothing was appended: send the same command_id again."""


class QueueFull(AscendError):
    """Too many commands of one workspace wait in this process; nothing was appended: send the same command_id again later."""


class ProjectionBehind(AscendError):
    """Too many commits of this workspace wait for a worker; nothing was appended: run a worker, then send the same command_id again."""


class OutcomeUnknown(AscendError):
    """The command may or may not have been applied: send the same command_id again to find out."""


class UnreadableLog(AscendError):
    """A commit, or an item made of commits, cannot be used: its workspace stalls, other workspaces go on."""

    position: int | None = None
    """The position of the commit, where one commit is at fault."""


class UpgradeRequired(UnreadableLog):
    """The log holds an event that this version of the code cannot read: upgrade this process."""


class Damaged(UnreadableLog):
    """A commit is not as it was written: see `ascend log show`, then restore this part of the log from a backup."""


class DamagedViews(UnreadableLog):
    """An item of the views is not as it was written: run `ascend rebuild`, which builds all items from the log."""


class LogDiverged(UnreadableLog):
    """The log is not the one these views were built from (restored from a backup?): rebuild the views."""


class NotReady(AscendError):
    """The read items of this version of the code cannot be read yet, or no more: ask again later, or ask another process."""


class NotVisibleYet(AscendError):
    """The projections have not reached this position in time: is a worker running?"""


class StoreError(AscendError):
    """The store failed."""


class StoreUnavailable(StoreError):
    """The store gave no answer in time; a write may or may not have happened."""


class StoreBusy(StoreUnavailable):
    """The store takes no writes at the moment, and nothing was written: send the same request again."""


class StoreClosed(StoreError):
    """The store is closed, because its `async with` has ended: open it again with `open_store`."""


class StoreMissing(StoreError):
    """There is no Ascend store here: create it with `ascend init`."""


class StoreMismatch(StoreError):
    """The file or the tables are not an Ascend store of this version."""


class WrongApplication(StoreMismatch):
    """The store belongs to another application: name that one, with `ascend --app` or with `app=` of `open_store`."""


class AccessDenied(StoreError):
    """The store refused the credentials or lacks a permission."""


class InvalidStoreUrl(StoreError):
    """This is not a store URL: use memory://, sqlite:///FILE or dynamodb://PREFIX?region=…&endpoint_url=…"""
