"""One setting of a store, compared with its declaration."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    OK = "ok"
    DRIFT = "drift"
    UNKNOWN = "unknown here"
    """The emulator does not know the setting."""


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """One setting of a store, compared with its declaration. The field names are keys of `ascend doctor --json`."""

    where: str
    setting: str
    state: Verdict
    said: str = ""
    """The difference from the declaration."""
    todo: str = ""
    """The remedy."""
    stops: bool = False
    """True if Ascend cannot work with this drift, and refuses to open the store."""


def check_setting(
    where: str, setting: str, is_ok: bool | None, problem: str, todo: str, *, stops: bool = False
) -> SettingCheck:
    """Return the check of one setting. `is_ok` is None if the setting cannot be known."""
    if is_ok is None:
        return SettingCheck(where, setting, Verdict.UNKNOWN)
    if is_ok:
        return SettingCheck(where, setting, Verdict.OK)
    return SettingCheck(where, setting, Verdict.DRIFT, problem, todo, stops)
