"""Print the structure of the code, and fail where it breaks a rule of the house. Part of `make check`.

One row for each of domain, projections, adapters and src: files, functions, lines of a function (median, 90th
percentile, longest), files over 300 lines, modules in import circles, and imports that run upwards. The layers contracts
of import-linter in pyproject.toml say what upwards means, so the order of the packages is declared once. Below the table:
docstrings that begin with a word such as "What" or "Of", and class names that are used twice.
"""

import ast
import re
import statistics
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PARTS = {"domain": "domain", "projections": "projections", "adapters": "adapters", "src": "src/ascend"}
LINES_OF_A_FILE = 300
LISTS_OF_NAMES = frozenset({"src/ascend/__init__.py"})
"""Files that hold no code, only one name a line. They may be longer."""
LINES_OF_A_FUNCTION = 15
"""Nine of ten functions are at most this long."""
RIDDLE = re.compile(r"(What|Of|Whether|How many|Where|Those)\b")
"""A docstring that begins so does not say what the thing is or does."""
RIDDLES = 20
"""Docstrings that may begin so."""

Imports = Mapping[str, frozenset[str]]
"""The modules that each module imports."""


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one top-level folder."""

    name: str
    files: int
    functions: list[int]
    long_files: list[str]
    circles: list[str]
    upward: list[str]

    def row(self) -> str:
        median, tenth, longest = percentiles(self.functions)
        figures = (self.files, len(self.functions), median, tenth, longest)
        counts = (len(self.long_files), len(self.circles), len(self.upward))
        return f"{self.name:<12}" + "".join(f"{figure:>11}" for figure in (*figures, *counts))

    def faults(self) -> Iterator[str]:
        yield from (f"{file}: a file has at most {LINES_OF_A_FILE} lines; split it" for file in self.long_files)
        yield from (f"{module}: it is part of an import circle" for module in self.circles)
        yield from (f"{edge}: an import may not run upwards (see the layers in pyproject.toml)" for edge in self.upward)
        if percentiles(self.functions)[1] > LINES_OF_A_FUNCTION:
            yield f"{self.name}: nine of ten functions have at most {LINES_OF_A_FUNCTION} lines"


def main() -> int:
    imports = import_graph()
    circles, upward = in_circles(imports), upward_imports(imports, declared_layers())
    parts = [measure(name, folder, circles, upward) for name, folder in PARTS.items()]
    print(f"{'':<12}{'files':>11}{'functions':>11}{'median':>11}{'90th':>11}{'longest':>11}", end="")
    print(f"{'> 300':>11}{'circles':>11}{'upward':>11}")
    for part in parts:
        print(part.row())
    texts = {file: ast.parse(file.read_text()) for folder in PARTS.values() for file in files_below(folder)}
    riddles = [f"{place(file)}:{line}: {text}" for file, tree in texts.items() for line, text in riddles_in(tree)]
    repeated = repeated_classes(texts)
    print(f"docstrings that begin like a riddle: {len(riddles)}; class names used twice: {len(repeated)}")
    faults = [fault for part in parts for fault in part.faults()]
    faults += riddles if len(riddles) > RIDDLES else []
    faults += [
        f"class {name} is defined in {' and '.join(files)}: one name for one thing" for name, files in repeated.items()
    ]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def measure(name: str, folder: str, circles: frozenset[str], upward: list[tuple[str, str]]) -> Part:
    files = files_below(folder)
    modules = {module_name(file) for file in files}
    return Part(
        name=name,
        files=len(files),
        functions=sorted(length for file in files for length in function_lengths(file)),
        long_files=[
            place(file) for file in files if line_count(file) > LINES_OF_A_FILE and place(file) not in LISTS_OF_NAMES
        ],
        circles=sorted(modules & circles),
        upward=[f"{importer} -> {imported}" for importer, imported in upward if importer in modules],
    )


def files_below(folder: str) -> list[Path]:
    return sorted(file for file in (ROOT / folder).rglob("*.py") if not reached_by_link(file))


def place(file: Path) -> str:
    return str(file.relative_to(ROOT))


def reached_by_link(file: Path) -> bool:
    return any(folder.is_symlink() for folder in file.parents)


def module_name(file: Path) -> str:
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "src" else ["ascend", *parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def line_count(file: Path) -> int:
    return len(file.read_text().splitlines())


def function_lengths(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            yield node.end_lineno - node.lineno + 1


def riddles_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The docstrings of modules, classes, functions and attributes that begin like a riddle, with their lines."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for statement in node.body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                text = str(statement.value.value)
                if RIDDLE.match(text):
                    yield statement.lineno, text.splitlines()[0]


def repeated_classes(trees: Mapping[Path, ast.Module]) -> dict[str, list[str]]:
    """The class names that several files define, with these files."""
    files: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                files[node.name].append(place(file))
    return {name: places for name, places in sorted(files.items()) if len(places) > 1}


def percentiles(lengths: list[int]) -> tuple[int, int, int]:
    """The median, the 90th percentile and the greatest of the lengths, which are sorted."""
    return round(statistics.median(lengths)), lengths[len(lengths) * 9 // 10], lengths[-1]


def import_graph() -> Imports:
    graph = grimp.build_graph("ascend", cache_dir=None)
    return {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def in_circles(imports: Imports) -> frozenset[str]:
    """The modules that import each other in a circle, or lie on a way between two circles."""
    left = set(imports)
    while True:
        importing = {module for module in left if imports[module] & left}
        imported = {name for module in left for name in imports[module] & left}
        if left == importing & imported:
            return frozenset(left)
        left = importing & imported


def declared_layers() -> dict[str, list[list[str]]]:
    """The layers of each container, highest first, as the import-linter contracts declare them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = [c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    return {
        container: [[name.strip(" ()") for name in layer.replace("|", ":").split(":")] for layer in contract["layers"]]
        for contract in contracts
        for container in contract["containers"]
    }


def upward_imports(imports: Imports, layers: Mapping[str, list[list[str]]]) -> list[tuple[str, str]]:
    """The imports of a module by one that stands below it, in any container."""
    return [
        (importer, imported)
        for container, ordered in layers.items()
        for importer, targets in sorted(imports.items())
        for imported in sorted(targets)
        if is_upward(height(importer, container, ordered), height(imported, container, ordered))
    ]


def is_upward(importer: int | None, imported: int | None) -> bool:
    return importer is not None and imported is not None and importer > imported


def height(module: str, container: str, layers: list[list[str]]) -> int | None:
    """The number of the layer in which a module stands, counted from the highest; None outside of the container."""
    for number, names in enumerate(layers):
        if any(f"{module}.".startswith(f"{container}.{name}.") for name in names):
            return number
    return None


if __name__ == "__main__":
    sys.exit(main())
