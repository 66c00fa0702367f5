"""The whole package: `ascend schema types --format typescript --write DIR`.

package.json, tsconfig.json, README.md
src/types.ts            the types of commands, events and read items; ids that cannot be mixed up
src/client.ts           AscendClient: reads the views, one repository for each entity (src/repositories/)
src/commands.ts         CommandSender: one method for each command
src/runtime/            the same for every application; in this project, the folder `runtime/` beside this file
"""

import json
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from ascend.architect.types.named_types import NAMED_TYPES
from ascend.architect.types.typescript.client import render_client, render_index
from ascend.architect.types.typescript.interfaces import BANNER, NEEDED, list_definitions, render_types
from ascend.architect.types.typescript.names import WORDS
from ascend.architect.types.typescript.repositories import find_words, group_patterns, render_repository
from ascend.architect.types.typescript.schema_file import render_schema
from ascend.architect.types.typescript.senders import render_commands
from ascend.domain.errors import InvalidInput
from ascend.domain.text_keys import INVISIBLE_MARKS
from ascend.domain.unicode_table import ASSIGNED
from ascend.projections.application import Application

RUNTIME = Path(__file__).with_name("runtime")
AWS_SDK = "^3.1169.0"
TYPESCRIPT = "^7.0.2"
NODE = ">=20"
SDK_PACKAGES = ("@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb")
COMPILER_OPTIONS = {
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2023", "dom", "dom.iterable"],
    "types": [],
    "rootDir": "src",
    "outDir": "dist",
    "declaration": True,
    "sourceMap": True,
    "strict": True,
    "allowUnreachableCode": False,
    "allowUnusedLabels": False,
    "exactOptionalPropertyTypes": True,
    "isolatedModules": True,
    "noFallthroughCasesInSwitch": True,
    "noImplicitOverride": True,
    "noImplicitReturns": True,
    "noPropertyAccessFromIndexSignature": True,
    "noUncheckedIndexedAccess": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "skipLibCheck": True,
    "verbatimModuleSyntax": True,
}
"""`skipLibCheck`: the AWS SDK declares types of Node, which a front end may not have."""
EXPORTED = re.compile(r"^export (?:class|const|function|async function\*?|interface|type) (\w+)", re.MULTILINE)
BUILT_IN = frozenset(
    {"Date", "Error", "Extract", "Map", "NonNullable", "Promise", "Readonly", "ReadonlyArray", "Record", "Set"}
)
"""Names of TypeScript's own that the files of the package use."""


def render_package(app: Application) -> dict[str, str]:
    """Return the text of each file of the package, by its path. Raises: `InvalidInput` if two types have one name."""
    repositories = render_repositories(app)
    named = NAMED_TYPES.keys() & {name for text in repositories.values() for name in find_words(text)}
    definitions = list_definitions(app, {*NEEDED, *named})
    groups = list(repositories)
    files = {
        "package.json": to_json(describe_package(app)),
        "tsconfig.json": to_json({"compilerOptions": COMPILER_OPTIONS, "include": ["src"]}),
        "README.md": render_readme(app),
        "src/types.ts": render_types(definitions, app.model.kinds),
        "src/schema.ts": render_schema(app),
        "src/client.ts": render_client(groups),
        "src/commands.ts": render_commands(app),
        "src/index.ts": render_index(groups),
        "src/runtime/unicode.ts": render_unicode(),
        **{f"src/repositories/{name}.ts": text for name, text in repositories.items()},
        **{f"src/runtime/{file.name}": file.read_text() for file in sorted(RUNTIME.glob("*.ts"))},
    }
    check_names(definitions, (text for path, text in files.items() if path != "src/types.ts"))
    return files


def render_repositories(app: Application) -> dict[str, str]:
    """Return the text of each repository, by its name."""
    types = {*list_definitions(app), *NAMED_TYPES}
    return {name: render_repository(app, name, asked, types) for name, asked in group_patterns(app).items()}


def check_names(names: Iterable[str], files: Iterable[str]) -> None:
    """Raise `InvalidInput` if a type of the application has the name of something else in the package."""
    taken = BUILT_IN.union(*(EXPORTED.findall(text) for text in files))
    if both := sorted(taken.intersection(names)):
        raise InvalidInput(f"{both[0]} is a name of the TypeScript package: give your own type another name")


def write_package(app: Application, folder: Path) -> list[Path]:
    """Write the package into the folder, over an earlier one, and return the files.

    Repositories that an earlier one had are removed. Other files stay as they are.
    """
    texts = {folder / path: text for path, text in render_package(app).items()}
    for path in (folder / "src" / "repositories").glob("*.ts"):
        if path not in texts and path.read_text().startswith(BANNER):
            path.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(texts)


def describe_package(app: Application) -> dict[str, object]:
    """Return `package.json`. A front end that only sends commands imports `…/commands`, which needs no AWS SDK."""
    files = {".": "index", "./commands": "commands", "./types": "types"}
    entries = {name: {"types": f"./dist/{file}.d.ts", "default": f"./dist/{file}.js"} for name, file in files.items()}
    sdk = dict.fromkeys(SDK_PACKAGES, AWS_SDK)
    return {
        "name": name_package(app),
        "version": version("ascend"),
        "description": f"Types, a reader and senders of commands of the application {app.name}, generated by Ascend.",
        "private": True,
        "type": "module",
        "exports": entries,
        "files": ["dist", "src"],
        "sideEffects": False,
        "scripts": {"build": "tsc", "prepare": "tsc"},
        "engines": {"node": NODE},
        "peerDependencies": sdk,
        "peerDependenciesMeta": {name: {"optional": True} for name in SDK_PACKAGES},
        "devDependencies": {**sdk, "typescript": TYPESCRIPT},
    }


def name_package(app: Application) -> str:
    """Return the name of the package: npm wants lower case."""
    return f"{'-'.join(WORDS.split(app.name.lower()))}-client"


def render_readme(app: Application) -> str:
    command = "ascend schema types --format typescript --write DIR"
    return (
        f"# {name_package(app)}\n\n"
        f"Types, a read-only client on AWS SDK v3 and typed senders of commands of the application {app.name}.\n\n"
        f"Written by `{command}`: generate it again with each release of the application, because the versions of its read"
        " models are part of their keys. `npm install` builds it into `dist/`.\n"
    )


def render_unicode() -> str:
    return (
        "/** Tables for the keys of labels: ranges of code points, in hexadecimal. */\n\n"
        f"/** The code points that Unicode 14.0 assigns. */\nexport const ASSIGNED = `{ASSIGNED}`;\n"
        f'/** Marks that are not part of the key of a label. */\nexport const INVISIBLE_MARKS =\n  "{INVISIBLE_MARKS}";\n'
    )


def to_json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
