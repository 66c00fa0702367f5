"""All projections. One line registers a new one."""

from ascend.projections.assets import ASSETS
from ascend.projections.comments import COMMENTS
from ascend.projections.feed import FEED
from ascend.projections.history import HISTORY
from ascend.projections.item import ReadItem
from ascend.projections.links import LINKS
from ascend.projections.members import MEMBERS
from ascend.projections.projection import Projection
from ascend.projections.relations import RELATIONS
from ascend.projections.tags import TAGS
from ascend.projections.tasks import TASKS
from ascend.projections.things import THINGS

PROJECTIONS: tuple[Projection, ...] = (
    MEMBERS,
    FEED,
    TASKS,
    THINGS,
    ASSETS,
    LINKS,
    RELATIONS,
    COMMENTS,
    TAGS,
    HISTORY,
)
READ_ITEMS: tuple[type[ReadItem], ...] = tuple(item for one in PROJECTIONS for item in one.items)
