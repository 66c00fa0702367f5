"""The faults of a store and of a machine, each with its rate."""

import math
from dataclasses import dataclass, fields, replace

from ascend.domain.errors import InvalidInput


class Crash(BaseException):
    """The simulated end of a process. No ordinary handler catches it, and no call of the process comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often each fault happens: the part of the calls that it can happen to, from 0 to 1.

    The defaults are a very bad day. `Faults.none()` is a good one.

    Raises:
        InvalidInput: a rate is not between 0 and 1, or a length of time is negative.
    """

    lost_request: float = 0.01
    """The call has no effect, and no answer comes: `StoreUnavailable`."""
    lost_reply: float = 0.02
    """The call has its effect, and no answer comes: `StoreUnavailable`."""
    throttled: float = 0.02
    """The store refuses the call: `StoreUnavailable`. Nothing is written."""
    conflict: float = 0.01
    """Another request changes the item at the same moment: `StoreUnavailable`. Nothing is written."""
    partial: float = 0.03
    """Some of many keys or puts are processed, then the call fails: `StoreUnavailable`."""
    early_end: float = 0.1
    """A page of a query ends before its limit. More may follow."""
    empty_page: float = 0.02
    """A page of a query that is not the first is empty, and more follow."""
    delayed_read: float = 0.3
    """An eventually consistent read, or a read of an index, misses some of the writes of the last `delay_seconds`."""
    lost_hint: float = 0.1
    doubled_hint: float = 0.1
    late_hint: float = 0.1
    """A change hint comes up to `delay_seconds` late."""
    slow: float = 0.02
    """The call takes up to `slow_seconds`. Any other call takes up to `fast_seconds`."""
    pause: float = 0.002
    """The process stands still for up to `pause_seconds`, then goes on as if nothing had happened: a zombie."""
    cancel: float = 0.01
    """The caller gives up: a scope of `FaultyTables.cancellable` is cancelled."""
    crash: float = 0.002
    """The process ends, before or after the effect of the call."""
    delay_seconds: float = 3.0
    fast_seconds: float = 0.02
    slow_seconds: float = 5.0
    pause_seconds: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value, most = getattr(self, field.name), math.inf if field.name in _LENGTHS else 1.0
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
                wanted = "seconds, 0 or more" if field.name in _LENGTHS else "a rate from 0 to 1"
                raise InvalidInput(f"{field.name} is {value!r}: pass {wanted}")

    @classmethod
    def none(cls) -> "Faults":
        """Return the faults of a store that never fails and answers at once."""
        return cls(**{field.name: 0.0 for field in fields(cls)})

    def but(self, **changed: float) -> "Faults":
        """Return the same faults with some other rates."""
        return replace(self, **changed)

    def scaled(self, factor: float) -> "Faults":
        """Return the same faults, each `factor` times as often, at most always. Lengths of time stay as they are."""
        rates = {field.name for field in fields(self)} - _LENGTHS
        return replace(self, **{name: min(1.0, factor * getattr(self, name)) for name in sorted(rates)})


_LENGTHS = {"delay_seconds", "fast_seconds", "slow_seconds", "pause_seconds"}
