"""Sample files for the demo, in the importers' own formats: a small, invented household."""

from pathlib import Path

ISSUES = Path(__file__).with_name("issues.json")
"""An issue archive for `import_github`: twenty tasks of four people. Some tasks refer to others."""
INVENTORY = Path(__file__).with_name("inventory.json")
"""An inventory for `import_inventree`: a house, its rooms, bikes and tools with their photos, and two orders."""
