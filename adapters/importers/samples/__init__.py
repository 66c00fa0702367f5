"""A small household, invented: what the demo imports, in the importers' own formats."""

from pathlib import Path

ISSUES = Path(__file__).with_name("issues.json")
"""Twenty tasks of four people, some of which name others, as an issue archive. For `import_github`."""
INVENTORY = Path(__file__).with_name("inventory.json")
"""A house, its rooms, bikes and tools with their photos, and two orders. For `import_inventree`."""
