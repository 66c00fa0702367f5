"""The generations of a store: which one is read, which one is announced, and which one can be gone back to.

    announce ──▶ built, and written first everywhere ──▶ at hand ──▶ switch ──▶ retire the previous one ──▶ prune
                  └──────────── withdraw ◀──────────────────┘

One item holds this state. It is replaced only on condition of its whole content. A process may act on what it knows of the
state for `LEASE` seconds, counted from asking.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ascend.projections.build import Build, Epochs, Generation

LEASE = 5.0
"""Seconds for which a process may act on what it knows of the state, from when it asked for it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A generation to read, under the number of its announcement: announced again, it is not the same turn."""

    generation: Generation
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationState:
    current: Generation
    """The generation that queries read."""
    number: int = 0
    """The number under which the current generation was announced."""
    announced: Generation | None = None
    """The generation that is being built, and is to be read next."""
    announcements: int = 0
    """The number of the last announcement. It only counts up."""
    previous: Generation | None = None
    """The generation that was current before. It is kept true, as the way back."""
    at_hand: bool = False
    """True if the announced generation is built: a switch may happen at any moment, and new code reads it already."""
    taken_back: bool = False
    """True if the announced generation is being withdrawn: nobody puts it at hand any more."""
    epochs: Mapping[str, int] = field(default_factory=dict[str, int])
    """The highest epoch that was ever used, by `PROJECTION.VERSION`."""
    codes: frozenset[str] = frozenset()
    """The code of every generation that was ever current or announced."""
    switched_at: int = 0
    """The Unix time of the last switch, in seconds, by the clock of the process that switched. 0: there was none."""

    @property
    def live(self) -> list[Generation]:
        """The generations that are kept true. The one that leads, if one does, comes first."""
        named = (self.announced, self.current, self.previous)
        return [generation for generation in named if generation is not None]

    @property
    def current_epochs(self) -> Epochs:
        """The epoch of each projection in the current generation, without those that were never rebuilt."""
        return {build.projection: build.epoch for build in self.current.builds if build.epoch}

    def announce_first(self) -> "GenerationState":
        """Return the state of a store in which only the current generation was ever used."""
        return self._note(self.current)

    def announce(self, target: Generation) -> "GenerationState":
        """Announce a generation. Nothing else may be announced."""
        assert self.announced is None
        assert target != self.current
        return replace(self._note(target), announced=target, announcements=self.announcements + 1)

    def _note(self, generation: Generation) -> "GenerationState":
        highest = dict(self.epochs)
        for build in generation.builds:
            highest[build.line] = max(build.epoch, highest.get(build.line, 0))
        return replace(self, epochs=highest, codes=self.codes | {generation.code})

    def put_at_hand(self) -> "GenerationState":
        return replace(self, at_hand=True)

    def take_back(self) -> "GenerationState":
        """Begin to withdraw: from now on, nobody begins to read the announced generation."""
        return replace(self, at_hand=False, taken_back=True)

    def withdraw(self) -> "GenerationState":
        return replace(self, announced=None, at_hand=False, taken_back=False)

    def switch(self, at: datetime) -> "GenerationState":
        assert self.announced is not None
        return replace(
            self,
            current=self.announced,
            number=self.announcements,
            previous=self.current,
            announced=None,
            at_hand=False,
            switched_at=int(at.timestamp()),
        )

    def retire(self) -> "GenerationState":
        """Give up the way back."""
        return replace(self, previous=None)

    def afresh(self, names: Collection[str]) -> Generation:
        """Return the current generation with new builds of these projections, at epochs that were never used."""
        return replace(
            self.current,
            builds=tuple(
                sorted(self._next(build) if build.projection in names else build for build in self.current.builds)
            ),
        )

    def mixed(self, names: Collection[str]) -> Generation:
        """Return the current generation with the previous builds of these projections."""
        assert self.previous is not None
        before = {build.projection: build for build in self.previous.builds}
        builds = [
            before.get(build.projection, build) if build.projection in names else build for build in self.current.builds
        ]
        return replace(self.current, builds=tuple(sorted(builds)))

    def _next(self, build: Build) -> Build:
        return build._replace(epoch=max(build.epoch, self.epochs.get(build.line, 0)) + 1)
