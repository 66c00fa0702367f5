"""The work queue of a follower: which workspace is due when, and which one goes first."""

from collections.abc import Collection

import pytest

from ascend.domain.ids import WorkspaceId
from ascend.projections.workers import work_queue
from ascend.projections.workers.work_queue import (
    FIRST_BACK_OFF,
    LONGEST_BACK_OFF,
    LONGEST_REST,
    LONGEST_TURN,
    WorkQueue,
)

A, B, C = (WorkspaceId.derive(name) for name in "abc")


def a_queue(suspects: Collection[WorkspaceId] = (), doubtful_at_once: int = 2) -> WorkQueue:
    return WorkQueue(lambda: 1.0, doubtful_at_once, lambda: suspects)  # 1.0: the whole back-off


def take_all(queue: WorkQueue, now: float) -> list[WorkspaceId]:
    taken: list[WorkspaceId] = []
    while (workspace := queue.take(now)) is not None:
        taken.append(workspace)
    return taken


def test_a_workspace_is_taken_when_it_is_due_and_once_however_often_it_is_hinted_at() -> None:
    queue = a_queue()
    for due in (5.0, 6.0, 5.5):
        queue.add(A, due)

    assert (queue.take(4.9), queue.next_due()) == (None, 5.0)
    assert take_all(queue, 10.0) == [A]
    assert queue.next_due() is None


def test_a_hint_makes_nothing_later_and_a_waiting_reader_makes_it_earlier() -> None:
    queue = a_queue()
    queue.add(A, 5.0)
    queue.add(A, 1.0)

    assert (queue.take(1.0), len(queue)) == (A, 0)


def test_workspaces_are_taken_in_the_order_in_which_they_became_due() -> None:
    queue = a_queue()
    for workspace, due in ((B, 2.0), (A, 3.0), (C, 2.0)):
        queue.add(workspace, due)

    assert take_all(queue, 9.0) == [B, C, A]


def test_a_hint_during_a_visit_leads_to_another_visit_afterwards() -> None:
    queue = a_queue()
    queue.add(A, 1.0)
    queue.take(1.0)
    queue.add(A, 1.05)

    assert queue.take(2.0) is None  # one visit at a time
    queue.finish(A, 2.0)
    assert take_all(queue, 2.0 + LONGEST_REST) == [A]


def test_a_workspace_rests_four_times_as_long_as_its_visit_unless_somebody_waits() -> None:
    queue = a_queue()
    for urgent in (False, True):
        queue.add(A, 1.0)
        queue.take(1.0)
        queue.add(A, 1.01)
        if urgent:
            queue.add(A, 1.02, is_urgent=True)

        queue.finish(A, 1.05)

        assert queue.next_due() == pytest.approx(1.05 if urgent else 1.25)
        assert take_all(queue, 2.0) == [A]
        queue.finish(A, 2.0)


def test_only_an_earlier_time_wakes_who_waits() -> None:
    queue = a_queue()
    assert [queue.add(A, due) for due in (2.0, 3.0, 1.0)] == [True, False, True]
    queue.take(2.0)
    assert not queue.add(A, 2.0)


def test_a_busy_workspace_goes_to_the_end() -> None:
    queue = a_queue()
    for workspace in (A, B, C):
        queue.add(workspace, 1.0)
    queue.take(1.0)

    queue.finish(A, 2.0, has_more=True)

    assert take_all(queue, 2.0) == [B, C, A]


def test_a_workspace_that_fails_waits_longer_each_time_whoever_hints_at_it() -> None:
    queue, now, waits = a_queue(), 0.0, list[float]()
    queue.add(A, now)
    for _ in range(12):
        assert queue.take(now) == A
        waits.append(wait := queue.put_off(A, now))
        queue.add(A, now)  # a hint, or somebody who waits
        assert queue.take(now + 0.99 * wait) is None
        now += wait

    assert waits[:3] == [FIRST_BACK_OFF, 2 * FIRST_BACK_OFF, 4 * FIRST_BACK_OFF]
    assert waits[-1] == LONGEST_BACK_OFF


def test_a_back_off_is_forgotten_after_a_success() -> None:
    queue, now = a_queue(), 0.0
    queue.add(A, now)
    for _ in range(5):
        queue.take(now)
        now += queue.put_off(A, now)
    queue.take(now)
    queue.finish(A, now)
    queue.add(A, now)
    queue.take(now)

    assert queue.put_off(A, now) == FIRST_BACK_OFF


def test_a_back_off_has_jitter() -> None:
    waits: set[float] = set()
    dice = iter((0.0, 0.5, 1.0))
    queue = WorkQueue(lambda: next(dice))
    for workspace in (A, B, C):
        queue.add(workspace, 0.0)
        queue.take(0.0)
        waits.add(queue.put_off(workspace, 0.0))

    assert waits == {FIRST_BACK_OFF / 2, FIRST_BACK_OFF * 0.75, FIRST_BACK_OFF}


def test_a_workspace_that_ended_a_worker_is_tried_last() -> None:
    queue = a_queue(suspects=[A])
    queue.add(A, 1.0)
    queue.add(B, 2.0)
    queue.add(C, 3.0)

    assert take_all(queue, 4.0) == [B, C, A]


def test_a_doubtful_workspace_is_not_starved_by_the_others() -> None:
    queue = a_queue(suspects=[A])
    queue.add(A, 1.0)
    queue.add(B, 2.0)

    assert queue.take(1.0 + LONGEST_TURN) == A


def test_slow_failures_leave_runners_for_the_others() -> None:
    queue = a_queue(suspects=[A, B], doubtful_at_once=1)
    for workspace in (A, B):
        queue.add(workspace, 1.0)

    assert take_all(queue, 2.0) == [A]
    queue.add(C, 2.0)
    assert take_all(queue, 200.0) == [C]
    queue.finish(A, 200.0)
    assert take_all(queue, 200.0) == [B]


def test_the_queue_is_bounded_and_counts_what_it_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_queue, "CAPACITY", 2)
    queue = a_queue()
    for workspace in (A, B, C):
        queue.add(workspace, 1.0)

    assert (len(queue), queue.dropped, take_all(queue, 1.0)) == (2, 1, [A, B])


def test_only_long_work_is_shown_to_other_workers() -> None:
    queue = a_queue()
    for workspace, now in ((A, 1.0), (B, 5.0)):
        queue.add(workspace, now)
        queue.take(now)

    assert (queue.find_busy(5.0 - 1.0), queue.find_busy()) == ([A], [A, B])


def test_after_the_leases_are_lost_nothing_is_left_but_what_is_worked_on() -> None:
    queue = a_queue()
    for workspace in (A, B, C):
        queue.add(workspace, 1.0)
    queue.take(1.0)
    queue.take(1.0)
    queue.put_off(B, 1.0)

    queue.clear()

    assert (len(queue), queue.is_put_off(B), queue.find_busy()) == (0, False, [A])
    queue.finish(A, 2.0)
    assert take_all(queue, 100.0) == []


def test_a_visit_that_is_repeated_waits_longer_each_time_and_a_hint_makes_it_earlier() -> None:
    queue, now = a_queue(), 0.0
    queue.add(A, now)
    for wait in (FIRST_BACK_OFF, 2 * FIRST_BACK_OFF):
        now = queue.next_due() or 0.0
        queue.take(now)
        queue.repeat(A, now)
        assert queue.next_due() == now + wait
    assert (queue.is_repeated(A), queue.is_put_off(A)) == (True, False)

    now += 0.1
    queue.add(A, now)
    assert queue.take(now) == A
    queue.add(A, now + 0.2)  # during the visit
    queue.repeat(A, now + 0.1)
    assert queue.next_due() == now + 0.2

    queue.take(now + 1)
    queue.finish(A, now + 1)
    assert (queue.is_repeated(A), queue.next_due()) == (False, None)
