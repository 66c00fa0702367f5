"""The relations between parts, and the images of parts.

a part ──contains──▶ its component             one relation for each pair, however many lines the bill of materials has
a part ──is variant of──▶ its template
image ◀──linked── every part that shows it
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from ascend.adapters.importers.inventree.identities import (
    image_id,
    image_identity,
    row_identity,
    thing_id,
    without_empty,
)
from ascend.adapters.importers.inventree.rows import BomLineRow, format_quantity
from ascend.adapters.importers.inventree.schema import PART
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.records import IMPORTER, SourceRecord
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
"""Media types by suffix. The system's own table is not used, because it differs from machine to machine."""


@dataclass(frozen=True, slots=True)
class LinkRecords:
    """Makes the records of images, bills of materials and variants."""

    rows: StagedRows
    workspace: WorkspaceId

    def image(self, path: str, part: int) -> SourceRecord:
        """Return the record that creates the asset. Send it before the parts: their records link it."""
        file = PurePosixPath(path)
        create = CreateAsset(
            asset_id=image_id(self.workspace, path),
            kind=AssetKind.FILE,
            name=file.name,
            media_type=MEDIA_TYPES.get(file.suffix.lower()),
            uri=f"inventree:{quote(path)}",
            at=self.rows.beginning,
        )
        step = image_identity(self.workspace, path).step("create", IMPORTER, create)
        return SourceRecord(f"{PART} {part}", self.rows.beginning, steps=(step,))

    def bill(self, pk: int, line: BomLineRow) -> SourceRecord:
        """Return the record of one component of a part."""
        add = AddRelation(
            source=self.part(line.part),
            type=CONTAINS,
            target=self.part(line.sub_part),
            inverse=PART_OF,
            metadata=bom_metadata(pk, line),
            at=self.rows.beginning,
        )
        identity = row_identity(self.workspace, "part.bomitem", line.part, line.sub_part)
        step = identity.relation(CONTAINS, IMPORTER, add)
        return SourceRecord(f"part.bomitem {pk}", self.rows.beginning, steps=(step,))

    def variant(self, part: int, template: int) -> SourceRecord:
        """Return the record that relates a part to its template."""
        add = AddRelation(
            source=self.part(part),
            type=VARIANT_OF,
            target=self.part(template),
            inverse=VARIANT,
            at=self.rows.beginning,
        )
        step = row_identity(self.workspace, PART, part).step(f"{VARIANT_OF} {template}", IMPORTER, add)
        return SourceRecord(f"{PART} {part}", self.rows.beginning, steps=(step,), again=True)

    def part(self, pk: int) -> Ref:
        """Return the reference to a part. Raise `InvalidInput` where the file has no such part."""
        if not self.rows.has(PART, pk):
            raise InvalidInput(f"{PART} {pk} is not in the file")
        return Ref(Thing.entity, thing_id(self.workspace, PART, pk))


def bom_metadata(pk: int, line: BomLineRow) -> dict[str, str]:
    return without_empty(
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
