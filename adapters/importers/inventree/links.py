"""The relations between parts, and the images of parts.

a part ──contains──▶ its component             one relation for each pair, however many lines the bill of materials has
a part ──is variant of──▶ its template
image ◀──linked── every part that shows it
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from ascend.adapters.importers.fitting import Fitter
from ascend.adapters.importers.inventree.identities import image_id, thing_id, without_empty
from ascend.adapters.importers.inventree.rows import BomLineRow, format_quantity
from ascend.adapters.importers.inventree.schema import PART
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.inventree.things import NO_NAME
from ascend.adapters.importers.merge.wanted import Said, Wanted, WholeList
from ascend.adapters.importers.records import IMPORTER, SourceRecord
from ascend.adapters.importers.report import Notice
from ascend.adapters.importers.unusable import UnusableRecord
from ascend.domain.assets.asset import Asset, AssetKind, Details
from ascend.domain.ids import Ref, RelationId, WorkspaceId
from ascend.domain.relations.relation import Relation
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


UNSTATED = ("description", "size", "checksum", "amount", "currency", "tags", "metadata")
"""The fields of an image of which a dump says nothing."""


@dataclass(frozen=True, slots=True)
class LinkRecords:
    """Makes the records of images, bills of materials and variants."""

    rows: StagedRows
    workspace: WorkspaceId

    def image(self, path: str, part: int) -> SourceRecord:
        """Return the record of an image. Send it before the parts: their records link it."""
        fit, file = Fitter(f"{PART} {part}"), PurePosixPath(path)
        created = Said(IMPORTER, self.rows.beginning)
        asset = Asset(
            id=image_id(self.workspace, path),
            kind=AssetKind.FILE,
            details=Details(
                name=fit.name("image", file.name, NO_NAME),
                media_type=MEDIA_TYPES.get(file.suffix.lower()),
                uri=fit.uri("image", f"inventree:{quote(path)}"),
            ),
            created_by=created.by,
            created_at=created.at,
        )
        wanted = Wanted(state=asset, created=created, changed=Said(IMPORTER, self.rows.end), unstated=UNSTATED)
        return SourceRecord(fit.record, created.at, wanted=(wanted,), notices=tuple(fit.notices))

    def relations(self, part: int) -> SourceRecord:
        """Return the record of a part's bill of materials and template. Send it after all parts."""
        fit, beginning = Fitter(f"{PART} {part}"), self.rows.beginning
        lines = [self.component(fit, pk, line) for pk, line in self.rows.bill(part)]
        template = self.rows.template(part)
        variant = [] if template is None else [self.variant(fit, part, template)]
        return SourceRecord(
            fit.record,
            beginning,
            wanted=tuple(wanted for wanted in (*lines, *variant) if wanted is not None),
            whole=(WholeList(self.part(part), Relation.entity, Said(IMPORTER, self.rows.end), is_of_inventory),),
            again=not lines,
            notices=tuple(fit.notices),
        )

    def line_without_part(self, pk: int, part: int) -> SourceRecord:
        """Refuse a line of a bill of a part that is not in the file."""
        raise UnusableRecord(f"part.bomitem {pk}", "part", f"{PART} {part} is not in the file")

    def component(self, fit: Fitter, pk: int, line: BomLineRow) -> Wanted | None:
        """Return the relation of a part with a component, or None, with a notice, where there can be none."""
        line_fit = Fitter(f"part.bomitem {pk}")
        metadata = line_fit.metadata("metadata", bom_metadata(pk, line))
        fit.notices += line_fit.notices
        if (reason := self.why_not(line.part, line.sub_part)) is not None:
            fit.notices.append(Notice(line_fit.record, "passed over", "sub_part", reason))
            return None
        return self.relation(line.part, CONTAINS, line.sub_part, PART_OF, metadata)

    def variant(self, fit: Fitter, part: int, template: int) -> Wanted | None:
        """Return the relation of a part with its template, or None, with a notice, where there can be none."""
        if (reason := self.why_not(part, template)) is not None:
            fit.note("variant_of", "left out", reason)
            return None
        return self.relation(part, VARIANT_OF, template, VARIANT, {})

    def why_not(self, part: int, other: int) -> str | None:
        """Return the reason for which a part has no relation with another, or None where it has."""
        if part == other:
            return "it is the part itself"
        return None if self.rows.has(PART, other) else f"{PART} {other} is not in the file"

    def relation(self, source: int, type: str, target: int, inverse: str, metadata: dict[str, str]) -> Wanted:
        ends = self.part(source), self.part(target)
        relation = Relation(
            id=RelationId.derive(*ends[0], type, *ends[1]),
            source=ends[0],
            type=type,
            target=ends[1],
            inverse=inverse,
            metadata=metadata,
        )
        said = Said(IMPORTER, self.rows.beginning), Said(IMPORTER, self.rows.end)
        unstated = ("valid_from", "valid_to", "tags")
        return Wanted(state=relation, created=said[0], changed=said[1], unstated=unstated, needs=ends)

    def part(self, pk: int) -> Ref:
        return Ref(Thing.entity, thing_id(self.workspace, PART, pk))


def is_of_inventory(relation: Relation) -> bool:
    """Return True for a relation of which the dump gives all that a part has."""
    return relation.type in {CONTAINS, VARIANT_OF}


def bom_metadata(pk: int, line: BomLineRow) -> dict[str, str]:
    metadata = {
        "source": f"part.bomitem {pk}",
        "quantity": format_quantity(line.quantity),
        "reference": line.reference,
        "note": line.note,
        "overage": line.overage,
        "optional": "yes" if line.optional else "",
        "consumable": "yes" if line.consumable else "",
        "inherited": "yes" if line.inherited else "",
        "variants": "allowed" if line.allow_variants else "",
    }
    return without_empty(metadata)
