"""All projections. One line registers a new one."""

from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection
from ascend.projections.read_models.assets import ASSETS
from ascend.projections.read_models.comments import COMMENTS
from ascend.projections.read_models.feed import FEED
from ascend.projections.read_models.history import HISTORY
from ascend.projections.read_models.links import LINKS
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.read_models.relations import RELATIONS
from ascend.projections.read_models.tags import TAGS
from ascend.projections.read_models.tasks import TASKS
from ascend.projections.read_models.things import THINGS

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
