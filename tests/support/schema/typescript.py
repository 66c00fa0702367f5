"""Programs in TypeScript that use the interfaces and key builders, checked with `tsc --strict` and run with Node."""

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
"""What a project of the embedder's may ask for beside `--strict`."""


@dataclass(frozen=True)
class TypeScript:
    folder: Path
    tsc: Sequence[str]
    node: str

    def __post_init__(self) -> None:
        (self.folder / "package.json").write_text('{"type": "module"}')
        shutil.copy(TYPESCRIPT, self.folder / "ascend.ts")

    def errors(self, program: str = "export {};\n", options: Sequence[str] = ()) -> list[str]:
        """What `tsc --strict` says against the program. It compiles it, too."""
        (self.folder / "program.ts").write_text(program)
        command = [*self.tsc, *OPTIONS, *options, "ascend.ts", "program.ts"]
        ran = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return ran.stdout.splitlines()

    def answers(self, calls: Sequence[str], before: str = "") -> list[Any]:
        """What these expressions are, as JSON."""
        every = ",\n".join(f"tried(() => {call})" for call in calls)
        program = f"{IMPORTS}\n{TRIED}\n{before}\nconsole.log(JSON.stringify([{every}]));\n"
        assert self.errors(program) == []
        command = [self.node, "program.js"]
        ran = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        answers: list[Any] = json.loads(ran.stdout)
        return answers


IMPORTS = 'import * as ascend from "./ascend.js";\nconst { keys, patterns, keyed, sortable } = ascend;'
TRIED = "const tried = (call: () => unknown) => { try { return call(); } catch (error) { return String(error); } };"


def literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
