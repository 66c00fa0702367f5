"""The occurrence of a Task that follows the present one: by its series, or counted from the day on which it was done."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ascend.domain.tasks.recurrence import is_at_the_edge, next_due
from ascend.domain.tasks.recurrence_rule import parse
from ascend.domain.tasks.task import Task
from ascend.domain.values import Due, ZonedTime, is_after
from ascend.domain.zones import at_wall_time, check_zone, local_time

SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The dates of one occurrence."""

    start: Due | None
    due: Due


def follow_slot(task: Task) -> Occurrence | None:
    """Return the occurrence after this one. None if the Task does not recur, or if its series is over.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    if task.recurrence is None or task.due is None:
        return None
    slot = task.slot or task.due
    if task.completion_zone is not None:
        return _at(task, slot, _count_from(task.recurrence, slot))
    return _at(task, slot, next_due(task.recurrence, task.first or task.due, slot))


def follow_completion(task: Task) -> Occurrence | None:
    """Return the occurrence after this one, which is done. It is as `follow_slot`, unless completions are counted from.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    if task.recurrence is None or task.due is None or task.completion_zone is None or task.closed_at is None:
        return follow_slot(task)
    if is_at_the_edge(task.closed_at):
        return None
    slot = task.slot or task.due
    done = task.closed_at.astimezone(check_zone(task.completion_zone)).date()
    return _at(task, slot, _count_from(task.recurrence, _on_day(done, slot)))


def _at(task: Task, slot: Due, due: Due | None) -> Occurrence | None:
    if due is None:
        return None
    start = None if task.slot_start is None or task.slot is None else _shift_start(task.slot_start, slot, due)
    return Occurrence(start, due)


def _on_day(day: date, due: Due) -> Due:
    """Return the date on that day, at the same time of day in its zone."""
    if not isinstance(due, ZonedTime):
        return day
    return at_wall_time(datetime.combine(day, local_time(due).time()), due.zone)


def _count_from(rule: str, first: Due) -> Due | None:
    """Return the first occurrence after `first`, of a series that begins there.

    Nobody chose the day of `first`. So a rule that names no days does not skip the months that lack this day: it takes
    their last day.
    """
    parts, day = parse(rule), local_time(first).date()
    if day.day <= SHORTEST_MONTH or parts.freq not in {"MONTHLY", "YEARLY"} or parts.names_days or parts.positions:
        return next_due(rule, first, first)
    each_alone = parts.freq == "YEARLY"  # the last day of each month, not of all months of the year
    choices = [(month,) for month in parts.months or (day.month,)] if each_alone else [parts.months]
    last_day = replace(parts, month_days=tuple(range(SHORTEST_MONTH, day.day + 1)), positions=(-1,))
    dues = [next_due(replace(last_day, months=months).text(), first, first) for months in choices]
    return min((due for due in dues if due is not None), key=local_time, default=None)


def _shift_start(start: Due, old: Due, new: Due) -> Due:
    """Return the start for the new due date: as many days before it as before the old one, at the same time of day.

    The start is never after the due date. That could happen where the two have different zones, and the clocks of one
    zone change.
    """
    days = timedelta(days=(local_time(new).date() - local_time(old).date()).days)
    if not isinstance(start, ZonedTime):
        return start + days
    shifted = at_wall_time(local_time(start) + days, start.zone)
    return new if is_after(shifted, new) else shifted
