"""Write the package of a design for a program without event sourcing."""

from collections.abc import Iterator
from pathlib import Path

from ascend.architect.review.design import Design
from ascend.architect.write.files import write_files
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.page import write_page
from ascend.architect.write.plain.python_files import list_python_files
from ascend.architect.write.plain.table_template import write_template
from ascend.architect.write.plain.typescript_files import list_typescript_files


def write_plain(design: Design, folder: Path) -> list[Path]:
    """Write the package into the folder, and return the files that are new or have changed.

    Raises:
        NotWritten: a file in the folder is not ours, or was edited since it was written. Then nothing is written.
    """
    package = PlainCode(design)
    return write_files(dict(render_files(package)), folder, package.package)


def render_files(package: PlainCode) -> Iterator[tuple[str, str]]:
    yield "README.md", write_page(package)
    yield "table.template.json", write_template(package)
    yield from list_python_files(package)
    yield from list_typescript_files(package)
