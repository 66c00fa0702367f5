"""Write an application extension for a design: a small package that can be installed, with its tests and its pages."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ascend.architect.review.design import Design
from ascend.architect.write.attributes import LEAST_CHARACTERS
from ascend.architect.write.code_lines import wrap, wrap_comprehension, wrap_tuple, wrap_union
from ascend.architect.write.entities import EntityCode
from ascend.architect.write.files import write_files
from ascend.architect.write.imports import MARK, TESTING, add_imports, find_definitions
from ascend.architect.write.items import LEVELS
from ascend.architect.write.package import PackageCode, make_package
from ascend.architect.write.pairs import UNUSED, CascadePair, Pair
from ascend.architect.write.question_tests import QuestionTest
from ascend.architect.write.samples import Samples
from ascend.architect.write.templates import render
from ascend.architect.write.typescript import render_typescript
from ascend.domain.ranks import RANK_CHARACTERS


def write_extension(design: Design, folder: Path) -> list[Path]:
    """Write the package into the folder, and return the files that are new or have changed.

    Raises:
        NotWritten: a file in the folder is not ours, or was edited since it was written. Then nothing is written.
        NamesClash: the code needs a name of the proposal itself.
        TooManyEnds: an entity would hold too many ids.
    """
    package = make_package(design)
    return write_files(render_package(package), folder, package.app_name)


def render_package(package: PackageCode) -> dict[str, str]:
    """Return the text of each file, by its path in the folder."""
    modules, defined = render_modules(package)
    files = render_typescript(package.name, modules)
    typescript = {f"typescript/{path}": text for path, text in files.items()}
    return {**modules, **render_tests(package, defined), **render_pages(package), **typescript}


def render_modules(package: PackageCode) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the modules of the package, and what each defines. Each imports what it needs of those before it."""
    texts = {f"{package.name}/__init__.py": f'"""{package.title_words.capitalize()}, on Ascend."""\n'}
    defined: dict[str, tuple[str, ...]] = {}
    for module in list_modules(package):
        text = render_code(f"{module.template}.py.j2", package, e=module.entity)
        texts[f"{package.name}/{module.name}.py"] = add_imports(text, find_visible(package, module, defined))
        defined[module.name] = tuple(find_definitions(ast.parse(text.partition(MARK)[2])))
    return texts, defined


@dataclass(frozen=True)
class ModuleCode:
    name: str
    template: str
    entity: EntityCode | None = None


LAYERS = ("events", "rules", "commands", "lines", "queries")
"""The modules of each entity."""
SEES: Mapping[str, tuple[str, ...]] = {
    "ids": (),
    "keys": (),
    "events": ("ids",),
    "rules": ("ids", "events"),
    "commands": ("ids", "events", "rules"),
    "lines": ("ids", "keys", "events"),
    "queries": ("ids", "keys", "events", "lines"),
    "jobs": ("commands", "lines"),
    "policies": ("events", "commands", "lines"),
    "app": ("policies",),
}
"""The templates whose modules a module may import from. Of rules and read models, those of its own entity."""
OWN = ("rules", "lines")


def list_modules(package: PackageCode) -> list[ModuleCode]:
    modules = [ModuleCode("ids", "ids")]
    if package.key_names:
        modules.append(ModuleCode("keys", "keys"))
    modules += [ModuleCode(f"{entity.word}_{layer}", layer, entity) for layer in LAYERS for entity in package.entities]
    if any(entity.keep_days for entity in package.entities):
        modules.append(ModuleCode("jobs", "jobs"))
    if package.policies:
        modules.append(ModuleCode("policies", "policies"))
    return [*modules, ModuleCode("app", "app")]


def find_visible(package: PackageCode, module: ModuleCode, defined: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what the module may import, by name."""
    visible: dict[str, str] = {}
    for other in list_modules(package):
        is_foreign = module.entity is not None and other.template in OWN and other.entity != module.entity
        if other.template in SEES[module.template] and not is_foreign:
            visible |= dict.fromkeys(defined[other.name], f"{package.name}.{other.name}")
        if module.template == "app" and other.entity is not None:
            visible[other.name] = package.name
    return visible


def render_code(template: str, package: PackageCode, **values: object) -> str:
    return render(
        template,
        package=package,
        titles=package.titles,
        levels=LEVELS,
        rank_characters=RANK_CHARACTERS,
        wrap=wrap,
        wrap_comprehension=wrap_comprehension,
        wrap_tuple=wrap_tuple,
        wrap_union=wrap_union,
        **values,
    )


def render_tests(package: PackageCode, defined: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the tests, and the module of their made-up data."""
    visible = {name: f"{package.name}.{module}" for module in list_tested(package) for name in defined[module]}
    visible |= {f"{entity.word}_queries": package.name for entity in package.entities}
    samples, name = Samples(package), f"{package.name}_samples"
    text = render_code("samples.py.j2", package, samples=samples)
    texts = {f"{name}.py": add_imports(text, visible, TESTING)}
    visible |= dict.fromkeys(find_definitions(ast.parse(text.partition(MARK)[2])), name)
    for sample in samples.entities:
        visible_here = {
            **visible,
            "PROJECTION": f"{package.name}.{sample.word}_lines",
            "LEVELS": f"{package.name}.{sample.word}_rules",
        }
        text = render_code("test_commands.py.j2", package, e=sample, unused=UNUSED)
        texts[f"tests/test_{sample.word}_commands.py"] = add_imports(text, visible_here, TESTING)
    texts |= render_more_tests(package, samples, visible)
    for entity in package.entities:
        tests = [QuestionTest(entity, pattern) for pattern in entity.asked]
        if tests:
            text = render_code("test_questions.py.j2", package, e=entity, tests=tests)
            texts[f"tests/test_{entity.word}_questions.py"] = add_imports(text, visible, TESTING)
    return texts


def render_more_tests(package: PackageCode, samples: Samples, visible: Mapping[str, str]) -> dict[str, str]:
    """Return the tests of policies and jobs, if there are any."""
    texts: dict[str, str] = {}
    entities = {entity.word: entity for entity in samples.entities}
    cascades = [
        CascadePair(entities[cascade.entity.word], cascade.relationship, cascade.kind, cascade)
        for cascade in package.cascades
    ]
    held = [
        Pair(entity, relationship, kind)
        for entity in samples.entities
        for relationship in entity.code.relationships
        for kind in relationship.refusing
    ]
    if pairs := [pair for pair in held if pair.is_possible]:
        text = render_code("test_deletions.py.j2", package, tests=pairs, unused=UNUSED)
        texts["tests/test_deletions.py"] = add_imports(text, visible, TESTING)
    if tests := [test for test in cascades if test.is_possible]:
        lines = {test.pattern: f"{package.name}.{test.entity.word}_lines" for test in tests}
        text = render_code("test_policies.py.j2", package, tests=tests, unused=UNUSED)
        texts["tests/test_policies.py"] = add_imports(text, {**visible, **lines}, TESTING)
    if any(entity.keep_days for entity in package.entities):
        text = render_code("test_jobs.py.j2", package)
        texts["tests/test_jobs.py"] = add_imports(text, visible, TESTING)
    return texts


def list_tested(package: PackageCode) -> list[str]:
    """Return the modules from which tests import names."""
    layers = ("ids", "events", "rules", "commands", "jobs", "app")
    return [module.name for module in list_modules(package) if module.template in layers]


def render_pages(package: PackageCode) -> dict[str, str]:
    """Return the files that are not Python."""
    names = ("pyproject.toml", "README.md", "infrastructure.md")
    return {name: render_code(f"{name}.j2", package, least=LEAST_CHARACTERS) for name in names}
