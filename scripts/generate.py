"""Write every generated file again: `make generate`.

`GENERATED` lists everything that is generated, with the function that renders it. tests/scripts/test_generate.py walks the
same list, and fails if a file is stale.

These files are never written again as a whole, because they record what was stored or published. They only grow:

    tests/golden/                                 stored data and the names in it
    src/ascend/architect/check/released.json      the shapes of keys and events
    src/ascend/__init__.py                        the exports of the Life OS
    tests/store/public_names.txt                  the public names

New entries are added. An entry that the code no longer agrees with is an error that names it: a person decides.
"""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from downloads import Unavailable
from support.architect.measured import open_dynamodb_local, render_measured
from support.architect.released import render_released
from support.architect.reviews import render_reviews
from support.docs.floor_plan import render_floor_plan
from support.docs.generated import render_pages
from support.end_to_end.partitions import open_real_imports, render_partitions
from support.exports import render_exports, render_public_names
from support.golden_files import render_golden_files
from support.only_grows import Removed
from support.paths import ROOT
from support.pinned_names import render_pinned_names

from ascend.architect.aws.cloudformation import build_stack_template
from ascend.cli.schema_commands import Format, format_document

Files = Mapping[Path, str]
"""The text that each file should have."""


@dataclass(frozen=True, slots=True)
class Generated:
    """Files that are rendered from the code alone."""

    what: str
    render: Callable[[], Files]


@dataclass(frozen=True, slots=True)
class Measured:
    """Files that hold what was measured on a store."""

    what: str
    render: Callable[[str], Files]
    """Takes the address of the store."""
    open: Callable[[], AbstractContextManager[str]]
    """Gives the address. Raises `Unavailable` where the machine lacks something."""
    fixture: str
    """The fixture that gives the same address to tests."""


def render_cloudformation() -> Files:
    text = format_document(build_stack_template(), Format.YAML)
    return {ROOT / "docs" / "reference" / "cloudformation.yaml": text}


# The documents show the measured figures, so they come last.
GENERATED: tuple[Generated | Measured, ...] = (
    Generated("the names that are data (tests/golden/names.json)", render_pinned_names),
    Generated("the stored examples (tests/golden)", render_golden_files),
    Generated("the exports of the Life OS (src/ascend/__init__.py)", render_exports),
    Generated("the public names (tests/store/public_names.txt)", render_public_names),
    Generated("the released shapes (architect/check/released.json)", render_released),
    Generated("the rooms of the floor plan (CONTRIBUTING.md)", render_floor_plan),
    Generated("the CloudFormation template (docs/reference)", render_cloudformation),
    Generated("the example reviews (examples/review)", render_reviews),
    Measured(
        "the cost of each access pattern (documents/measured.json; needs DynamoDB Local)",
        render_measured,
        open_dynamodb_local,
        "dynamodb_local_url",
    ),
    Measured(
        "the largest partitions (documents/partitions.json; needs the real files, takes minutes)",
        render_partitions,
        open_real_imports,
        "everything_url",
    ),
    Generated("the pages of docs/reference", render_pages),
)


def find_stale(files: Files) -> dict[Path, str]:
    """Return the files whose text is another one, or that do not exist yet."""
    return {path: text for path, text in files.items() if not path.exists() or path.read_text() != text}


def render(entry: Generated | Measured) -> Files:
    """Return the files of an entry.

    Raises:
        Unavailable: the machine lacks what the entry needs.
        Removed: something that is recorded is no longer in the code.
    """
    if isinstance(entry, Generated):
        return entry.render()
    with entry.open() as address:
        return entry.render(address)


def write(entry: Generated | Measured) -> bool:
    """Write the stale files of an entry and print them. Return False if a person has to decide something."""
    begin = time.monotonic()
    print(f"{entry.what} …", flush=True)
    try:
        stale = find_stale(render(entry))
    except Unavailable as error:
        print(f"  NOT WRITTEN: {error}", file=sys.stderr)
        return True
    except Removed as error:
        print(f"  REFUSED: {error}", file=sys.stderr)
        return False
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"  wrote {path.relative_to(ROOT)}")
    print(f"  {len(stale) or 'nothing'} new or changed, {time.monotonic() - begin:.1f} s")
    return True


def main() -> int:
    """Write all entries, also if one is refused. Return the exit code."""
    written = [write(entry) for entry in GENERATED]
    return 0 if all(written) else 1


if __name__ == "__main__":
    sys.exit(main())
