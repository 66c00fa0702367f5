"""The journal of a simulation: each step of each party, with its virtual time."""

from collections import deque
from dataclasses import dataclass
from hashlib import sha256

KEPT = 20_000
"""Steps that are kept. All of them are in the digest."""
SHOWN = 40
"""Steps of the parties concerned that a failure prints."""


class SimulationFailed(AssertionError):
    """An invariant was broken."""

    def __init__(self, reason: str, *parties: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.parties = parties
        """The processes, clients and workspaces concerned. None: all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a party did, or that happened to it."""

    seconds: float
    party: str
    workspace: str
    text: str

    def __str__(self) -> str:
        return f"{self.seconds:10.3f}  {self.party:<12} {self.workspace[-6:]:<6} {self.text[:300]}"


class Journal:
    """All steps, in their order."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque(maxlen=KEPT)
        self._digest = sha256()
        self.count = 0

    def add(self, step: Step) -> None:
        """Write down a step."""
        self.count += 1
        self._steps.append(step)
        self._digest.update(repr(step).encode())

    @property
    def digest(self) -> str:
        """A number for the whole history: two runs with the same one did the same."""
        return self._digest.hexdigest()

    def about(self, *parties: str, most: int = SHOWN) -> list[Step]:
        """Return the last steps in which one of the parties, or workspaces, appears. Without parties: of all."""
        mine = [step for step in self._steps if not parties or {step.party, step.workspace} & set(parties)]
        return mine[-most:]
