"""A TypeScript project that uses the interfaces and key builders. `tsc --strict` checks its programs; Node runs them."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ascend.architect.types.types import TYPESCRIPT

OPTIONS = ["--strict", "--target", "es2022", "--module", "nodenext", "--pretty", "false"]
STRICTER = ["--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals", "--noImplicitReturns"]
"""Stricter options that an embedder's project may use."""


@dataclass(frozen=True)
class TypeScript:
    folder: Path
    tsc: Sequence[str]
    node: str

    def __post_init__(self) -> None:
        (self.folder / "package.json").write_text('{"type": "module"}')
        shutil.copy(TYPESCRIPT, self.folder / "ascend.ts")

    def compile(self, program: str = "export {};\n", options: Sequence[str] = ()) -> list[str]:
        """Compile the program, and return the errors of `tsc --strict`."""
        (self.folder / "program.ts").write_text(program)
        command = [*self.tsc, *OPTIONS, *options, "ascend.ts", "program.ts"]
        process = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return process.stdout.splitlines()

    def evaluate(self, expressions: Sequence[str], before: str = "") -> list[Any]:
        """Return the JSON values of these expressions; for one that throws, the error as text."""
        calls = ",\n".join(f"attempt(() => {expression})" for expression in expressions)
        program = f"{IMPORTS}\n{ATTEMPT}\n{before}\nconsole.log(JSON.stringify([{calls}]));\n"
        assert self.compile(program) == []
        command = [self.node, "program.js"]
        process = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        values: list[Any] = json.loads(process.stdout)
        return values


IMPORTS = 'import * as ascend from "./ascend.js";\nconst { keys, patterns, keyed, labelKey } = ascend;'
ATTEMPT = "const attempt = (call: () => unknown) => { try { return call(); } catch (error) { return String(error); } };"


def to_literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
