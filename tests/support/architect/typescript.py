"""A TypeScript package that was generated for an application and built. `tsc` checks programs that use it; Node runs them."""

import json
import re
import subprocess
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from ascend.architect.types.typescript.package import write_package
from ascend.projections.application import Application

ASK = Path(__file__).with_name("ask.mjs")
LONGEST_LINE = 10_000_000


@dataclass(frozen=True)
class TypeScript:
    """The package in `folder`. Its programs stand beside it, in `programs/`, and import it by its name."""

    folder: Path
    tsc: Sequence[str]
    node: str
    name: str

    @classmethod
    def build(
        cls, app: Application, folder: Path, tsc: Sequence[str], node_env: tuple[str, dict[str, str]]
    ) -> "TypeScript":
        """Write the package of an application and build it, as `npm install` and `npm run build` do."""
        write_package(app, folder)
        (folder / "node_modules").symlink_to(node_env[1]["NODE_PATH"])
        built = subprocess.run([*tsc, "--pretty", "false"], cwd=folder, capture_output=True, text=True, check=False)
        if built.stdout:
            raise AssertionError(built.stdout)
        return cls(folder, tsc, node_env[0], f"{app.name}-client")

    @property
    def entry(self) -> Path:
        return self.folder / "dist" / "index.js"

    def compile(self, program: str) -> list[str]:
        """Compile a program with the package's own options, and return the errors: `program.ts(1,2): error …`."""
        programs = self.folder / "programs"
        programs.mkdir(exist_ok=True)
        (programs / "package.json").write_text('{"type": "module"}')
        options = json.loads((self.folder / "tsconfig.json").read_text())["compilerOptions"]
        options = {name: value for name, value in options.items() if name not in {"rootDir", "outDir", "declaration"}}
        options |= {"noUnusedLocals": False}
        (programs / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["program.ts"]}))
        self._install_into(programs)
        (programs / "program.ts").write_text(program)
        command = [*self.tsc, "--pretty", "false"]
        return subprocess.run(command, cwd=programs, capture_output=True, text=True, check=False).stdout.splitlines()

    def _install_into(self, programs: Path) -> None:
        modules = programs / "node_modules"
        modules.mkdir(exist_ok=True)
        if not (modules / self.name).exists():
            (modules / self.name).symlink_to(self.folder)

    def run(self, program: str) -> str:
        """Compile and run a program, and return what it prints."""
        if errors := self.compile(program):
            raise AssertionError("\n".join(errors))
        command = [self.node, "programs/program.js"]
        process = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if process.stderr:
            raise AssertionError(process.stderr)
        return process.stdout

    def evaluate(self, expressions: Sequence[str], before: str = "") -> list[Any]:
        """Return the JSON values of these expressions; for one that throws, the error as text."""
        calls = ",\n".join(f"await attempt(() => {expression})" for expression in expressions)
        head = f'import * as client from "{self.name}";\n{ATTEMPT}\n{before}\n'
        values: list[Any] = json.loads(self.run(f"{head}console.log(JSON.stringify([{calls}]));\n"))
        return values

    def find_lines_with_errors(self, program: str) -> set[int]:
        """Return the numbers of the lines that do not compile."""
        return {
            int(line) for line in re.findall(r"^program\.ts\((\d+),", "\n".join(self.compile(program)), re.MULTILINE)
        }


ATTEMPT = (
    "const attempt = async (call: () => unknown): Promise<unknown> => "
    "{ try { return await call(); } catch (error) { return String(error); } };"
)


class Client:
    """A Node process with the client of a package: each question is answered in JSON."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin = process.stdin
        self._lines = BufferedByteReceiveStream(process.stdout)

    async def ask(self, user: str, method: str, *arguments: object) -> Any:
        """Return the answer of a method (`tasks.tasks`) for a user. Raises: `ClientError`."""
        reply = await self.send({"user": user, "ask": method, "arguments": arguments})
        if "error" in reply:
            raise ClientError(reply["error"]["name"], reply["error"].get("rule"), reply["error"]["message"])
        return reply["answer"]

    async def send(self, line: object) -> Any:
        await self._stdin.send(json.dumps(line).encode() + b"\n")
        return json.loads(await self._lines.receive_until(b"\n", LONGEST_LINE))

    async def wait(self, milliseconds: int) -> None:
        """Set the clock of the process ahead."""
        await self.send({"later": milliseconds})


class ClientError(Exception):
    """The client threw an error: its name, its rule, its message."""

    def __init__(self, name: str, rule: str | None, message: str) -> None:
        super().__init__(name, rule, message)
        self.name, self.rule, self.message = name, rule, message


@asynccontextmanager
async def open_client(package: TypeScript, prefix: str, env: dict[str, str]) -> AsyncGenerator[Client]:
    """Run a client of the package until the block ends."""
    async with await anyio.open_process([package.node, str(ASK)], stdin=PIPE, stderr=None, env=env) as process:
        client = Client(process)
        assert process.stdin is not None
        await process.stdin.send(json.dumps({"package": str(package.entry), "prefix": prefix}).encode() + b"\n")
        try:
            yield client
        finally:
            await process.stdin.aclose()


def to_literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
