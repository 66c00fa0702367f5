"""Who leads: the generation that is written first, so that a switch to it never shows less.

A generation that is announced leads in a workspace from when it is rendered as far as the current one. From then on no other
generation goes beyond it there; after the switch, the previous one follows the current one.
"""

from collections.abc import Sequence

from ascend.domain.errors import AscendError
from ascend.projections.build import Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import GenerationRecord, find_record
from ascend.projections.generation_state import GenerationState
from ascend.projections.ports import Views

UNBOUNDED = 2**62


class NotItsTurn(AscendError):
    """In a new workspace, the generation that leads begins first."""


class Leader:
    """Tells which generation leads, as far as this process knows. Without `generations`, none does."""

    def __init__(self, views: Views, generations: CurrentGeneration | None) -> None:
        self.views = views
        self.generations = generations

    async def learn(self, generation: Generation) -> GenerationState:
        """Return the state of the generations. Reads it again if it is stale."""
        if self.generations is None:
            return GenerationState(current=generation)
        await self.generations.refresh(self.views.state)
        return self.generations.state

    def is_stale(self) -> bool:
        """Return True if what is known of the generations is good no longer."""
        return self.generations is not None and self.generations.is_stale()

    async def is_led(self, generation: Generation, leads: int) -> bool:
        """Return False if the generation is announced, and does not lead under the number of its announcement."""
        state = await self.learn(generation)
        return generation != state.announced or leads == state.announcements

    async def check_bound(self, records: Sequence[GenerationRecord], moved: GenerationRecord) -> None:
        """Raise `NotItsTurn` if the record would move beyond the generation that leads by now."""
        state = await self.learn(moved.generation)
        if moved.rendered > find_bound(records, moved.generation, state):
            raise NotItsTurn(moved.workspace)


def find_bound(records: Sequence[GenerationRecord], generation: Generation, state: GenerationState) -> int:
    """Return the position beyond which this generation is not rendered, nor begun."""
    if generation == state.announced:
        return UNBOUNDED
    if generation != state.current:
        return rendered_in(records, state.current)
    if state.announced is None:
        return UNBOUNDED
    leader, own = find_record(records, state.announced), find_record(records, generation)
    if leader is not None and leader.leads == state.announcements:
        return leader.rendered
    return UNBOUNDED if own is not None and own.rendered else 0  # in a new workspace, the one that leads is begun first


def find_leads(records: Sequence[GenerationRecord], own: GenerationRecord, state: GenerationState) -> int:
    """Return the number of the announcement under which the generation of `own` leads, as far as that is known."""
    is_level = own.generation == state.announced and own.rendered >= rendered_in(records, state.current)
    return state.announcements if is_level else own.leads


def rendered_in(records: Sequence[GenerationRecord], generation: Generation) -> int:
    record = find_record(records, generation)
    return 0 if record is None else record.rendered
