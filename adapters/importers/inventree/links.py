"""What parts have to do with each other, and what they look like: relations and assets.

a part ──contains──▶ a part of it              each pair once, however many lines of the bill of materials say so
a part ──is variant of──▶ its template
image ◀──linked── every part that shows it
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from ascend.adapters.importers.inventree.rows import BomLineRow, format_quantity
from ascend.adapters.importers.inventree.schema import PART
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.inventree.things import given, image_id, thing_id
from ascend.adapters.importers.records import IMPORTER, SourceIdentity, SourceRecord
from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.things.thing import Thing

CONTAINS, PART_OF = "contains", "is part of"
VARIANT_OF, VARIANT = "is variant of", "has variant"
MEDIA_TYPES = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
"""By suffix. A table of our own: that of the system is another one on every machine."""


@dataclass(frozen=True, slots=True)
class Links:
    rows: StagedRows
    workspace: WorkspaceId

    def image(self, path: str, part: int) -> SourceRecord:
        """Comes before the parts: each of them is linked when it is made."""
        file = PurePosixPath(path)
        create = CreateAsset(
            asset_id=image_id(self.workspace, path),
            kind=AssetKind.FILE,
            name=file.name,
            media_type=MEDIA_TYPES.get(file.suffix.lower()),
            uri=f"inventree:{quote(path)}",
            at=self.rows.beginning,
        )
        identity = SourceIdentity(self.workspace, ("inventree", "image", path))
        return SourceRecord(f"{PART} {part}", self.rows.beginning, steps=(identity.step("create", IMPORTER, create),))

    def bill(self, pk: int, line: BomLineRow) -> SourceRecord:
        add = AddRelation(
            source=self.part(line.part),
            type=CONTAINS,
            target=self.part(line.sub_part),
            inverse=PART_OF,
            metadata=described(pk, line),
            at=self.rows.beginning,
        )
        identity = SourceIdentity(self.workspace, ("inventree", "part.bomitem", str(line.part), str(line.sub_part)))
        step = identity.relation(CONTAINS, IMPORTER, add)
        return SourceRecord(f"part.bomitem {pk}", self.rows.beginning, steps=(step,))

    def variant(self, part: int, template: int) -> SourceRecord:
        add = AddRelation(
            source=self.part(part),
            type=VARIANT_OF,
            target=self.part(template),
            inverse=VARIANT,
            at=self.rows.beginning,
        )
        identity = SourceIdentity(self.workspace, ("inventree", PART, str(part)))
        step = identity.step(f"{VARIANT_OF} {template}", IMPORTER, add)
        return SourceRecord(f"{PART} {part}", self.rows.beginning, steps=(step,), again=True)

    def part(self, pk: int) -> Ref:
        """Raises `InvalidInput` where the file has no such part."""
        if not self.rows.has(PART, pk):
            raise InvalidInput(f"{PART} {pk} is not in the file")
        return Ref(Thing.entity, thing_id(self.workspace, PART, pk))


def described(pk: int, line: BomLineRow) -> dict[str, str]:
    return given(
        source=f"part.bomitem {pk}",
        quantity=format_quantity(line.quantity),
        reference=line.reference,
        note=line.note,
        overage=line.overage,
        optional="yes" if line.optional else "",
        consumable="yes" if line.consumable else "",
        inherited="yes" if line.inherited else "",
        variants="allowed" if line.allow_variants else "",
    )
