"""The sizes of a run."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Sizes that figures use. Each figure says in its first lines which of them it uses."""

    commands: int = 200
    """Commands, events or items of one turn."""
    workspaces: tuple[int, ...] = (100,)
    """Numbers of workspaces of a store, one row each."""
    workers: tuple[int, ...] = (1, 4)
    """Numbers of workers, one row each."""
    seconds: float = 5.0
    """Time to watch idle workers, or to wait for what may never happen."""
    samples: int = 20
    """Commits of one turn whose visibility is measured."""

    at_once: int = 256
    """Commands at once."""
    replayed: int = 5_000
    """Events of a log that is replayed."""
    events: tuple[int, ...] = (100, 1_000, 10_000, 100_000)
    """Numbers of events of a workspace, some rows each."""
    loaded: int = 6_000
    """Commands that are loaded, at least: whole files are imported."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Sizes":
        values = json.loads(text)
        return cls(**values | {name: tuple(values[name]) for name in ("workspaces", "workers", "events")})
