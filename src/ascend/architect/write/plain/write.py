"""Write the package of a design for a program without event sourcing."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ascend.architect.review.design import Design
from ascend.architect.write.plain.package_code import PackageCode
from ascend.architect.write.plain.page import write_page
from ascend.architect.write.plain.python_files import list_python_files
from ascend.architect.write.plain.table_template import write_template
from ascend.architect.write.plain.typescript_files import list_typescript_files


def write_plain(design: Design, folder: Path) -> list[Path]:
    """Write the package into the folder, and return its files."""
    written: list[Path] = []
    for name, text in list_files(design).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def list_files(design: Design) -> Mapping[str, str]:
    """Return the text of each file by its path below the folder."""
    return dict(render_files(PackageCode(design)))


def render_files(package: PackageCode) -> Iterator[tuple[str, str]]:
    yield "README.md", write_page(package)
    yield "table.template.json", write_template(package)
    yield from list_python_files(package)
    yield from list_typescript_files(package)
