"""The owner of a store: the application whose worker or operator's job used it first. Other applications only read.

A worker of another application would build read items that nobody reads, and its operator would remove those in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ascend.domain.errors import Contention, UpgradeRequired, WrongApplication
from ascend.projections.ports import LogReader, Views

ATTEMPTS = 10
"""Tries to record an application while other processes record theirs."""


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """The record of an application in a store: its name, its events and its projections."""

    name: str
    events: frozenset[str]
    """Tags of all events that it has had."""
    projections: Mapping[str, int]
    """The highest version of each projection that it has had."""
    revision: int = field(default=0, compare=False)
    """The number of changes of the stored record."""

    def merge(self, other: "ApplicationRecord") -> "ApplicationRecord":
        """Return this record with the events and projections of another one."""
        names = self.projections.keys() | other.projections.keys()
        versions = {name: max(self.projections.get(name, 0), other.projections.get(name, 0)) for name in names}
        return ApplicationRecord(self.name, self.events | other.events, versions)


def find_mismatch(own: ApplicationRecord, recorded: ApplicationRecord | None) -> WrongApplication | None:
    """Return the refusal if a store with the record `recorded` does not belong to the application of `own`."""
    if recorded is None or recorded.name == own.name:
        return None
    unknown = name_unknown_events(own, recorded)
    events = f", whose events {unknown} this one does not know" if unknown else ""
    return WrongApplication(f"{recorded.name}{events}; this process runs {own.name}")


def name_unknown_events(own: ApplicationRecord, recorded: ApplicationRecord) -> str:
    """Return some events that the store's application has had, and that the application of `own` does not know."""
    return ", ".join(sorted(recorded.events - own.events)[:3])


class ApplicationRecords(Protocol):
    """Keeps the record of the application that the store belongs to."""

    async def read(self) -> ApplicationRecord | None:
        """Return the record, read consistently. None: nobody has worked on the store yet.

        Raises `StoreMismatch` if it is not a record that this code can read.
        """
        ...

    async def replace(self, old: ApplicationRecord | None, new: ApplicationRecord) -> bool:
        """Write the record if it still has the revision of `old`. Return True if it had."""
        ...


class Ownership:
    """Compares the application of this process with the one that the store belongs to."""

    def __init__(self, own: ApplicationRecord, records: ApplicationRecords, log: LogReader, views: Views) -> None:
        self.own = own
        self.recorded: ApplicationRecord | None = None
        """The store's record as last read. None: not read, or nobody has worked on the store yet."""
        self.records = records
        self.log = log
        self.views = views
        self._is_claimed = False
        """True if this process has recorded its application."""

    async def read(self) -> None:
        """Read the store's record."""
        self.recorded = await self.records.read()

    def find_mismatch(self) -> WrongApplication | None:
        """Return the refusal if the store, as last read, belongs to another application."""
        return find_mismatch(self.own, self.recorded)

    def check(self) -> None:
        """Raise `WrongApplication` if the store, as last read, belongs to another application."""
        if (mismatch := find_mismatch(self.own, self.recorded)) is not None:
            raise mismatch

    async def confirm(self) -> None:
        """Raise `WrongApplication` if the store belongs to another application. Records nothing.

        This is for a worker of given workspaces, which may not write what concerns all of them. Once the store is known
        to belong to this application, it reads nothing.
        """
        if self.recorded is None:
            await self.read()
        self.check()

    async def claim(self) -> None:
        """Record that this application works on the store. After the first time in a process, it reads nothing.

        Raises `WrongApplication` if the store belongs to another application, and `Contention` if others go on recording.
        """
        for _ in range(ATTEMPTS):
            # if another process has replaced the record meanwhile, compare again
            self._is_claimed = self._is_claimed or await self._record()
            if self._is_claimed:
                return
        raise Contention("several processes record their application in this store")

    async def _record(self) -> bool:
        """Add this application to the record. Return False if another process has replaced it meanwhile."""
        await self.read()
        self.check()
        if self.recorded is None:
            await self._check_builds()
        new = self.own if self.recorded is None else self.recorded.merge(self.own)
        return new == self.recorded or await self.records.replace(self.recorded, new)

    async def claim_empty_store(self) -> None:
        """Record this application in a store without a record and without workspaces."""
        if self.recorded is None:
            async for _ in self.log.workspaces():
                return
            await self.claim()

    async def claim_all(self) -> None:
        """Do as `claim`, for a job that replaces or removes read items: it must know every event of the application.

        Raises `UpgradeRequired` as well if the store's application has had an event that this process does not know.
        """
        await self.claim()
        await self.read()
        self.check()
        if self.recorded is not None and (unknown := name_unknown_events(self.own, self.recorded)):
            raise UpgradeRequired(
                f"{unknown}; or name the application that has these events, with `ascend --app` or `app=`"
            )

    async def _check_builds(self) -> None:
        """Raise `WrongApplication` if a store that is older than its record was worked on by another application.

        One generation that this application could have built is enough: the others may be from before a change of it.
        """
        unknown = ""
        async for workspace in self.log.workspaces():
            for record in await self.views.records(workspace):
                built = {build.projection for build in record.generation.builds}
                if built <= self.own.projections.keys():
                    return
                unknown = min(built - self.own.projections.keys())
        if unknown:
            raise WrongApplication(
                f"one with the projection {unknown}, which {self.own.name} does not have; if {self.own.name} is the right one,"
                " run a worker of its last version first: that records its name"
            )
