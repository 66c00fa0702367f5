"""Which workers count as gone: a slow reply proves no silence, and an owner without a heartbeat is silent."""

from ascend.projections.workers.lease_plan import SILENCE, Pulses
from ascend.projections.workers.lease_records import Heartbeat, Lease, LeaseState

BEATING = LeaseState({}, {"other": Heartbeat("other", 1, frozenset(), ())})
ORPHAN = LeaseState({"sweep#0": Lease("sweep#0", "other", 1)}, {})


def test_a_worker_is_gone_when_the_store_was_asked_again_after_the_silence() -> None:
    pulses = Pulses()
    assert pulses.find_gone(BEATING, sent=0, received=1) == set()
    assert pulses.find_gone(BEATING, sent=1 + SILENCE, received=1 + SILENCE) == {"other"}


def test_a_slow_reply_proves_no_silence() -> None:
    pulses = Pulses()
    pulses.find_gone(BEATING, sent=0, received=1)
    assert pulses.find_gone(BEATING, sent=3, received=100) == set()


def test_an_owner_without_a_heartbeat_is_gone_after_the_same_silence() -> None:
    pulses = Pulses()
    assert pulses.find_gone(ORPHAN, sent=0, received=0) == set()
    assert pulses.find_gone(ORPHAN, sent=SILENCE, received=SILENCE) == {"other"}
