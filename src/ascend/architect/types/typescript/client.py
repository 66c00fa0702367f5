"""The files `client.ts` and `index.ts`: the way into the package."""

from collections.abc import Sequence

from ascend.architect.types.typescript.interfaces import BANNER
from ascend.architect.types.typescript.names import name_class, name_method

CLIENT = """\
import { Epochs } from "./runtime/epochs.js";
import { toReads, type AnyClient } from "./runtime/dynamodb.js";
import { Questions, type Source } from "./runtime/questions.js";
import { SCHEMA } from "./schema.js";
import type { UserId } from "./types.js";

export interface ClientOptions {
  /** The prefix of the tables' names; without it, `ascend`. */
  readonly prefix?: string | undefined;
}

/** Reads the views of a store. One of them serves a whole process: it remembers which builds are current. */
export class AscendClient {
  readonly #source: Source;

  /** `client` is yours, and so are its region, credentials, timeouts and end. It needs the reader's policy. */
  constructor(client: AnyClient, options: ClientOptions = {}) {
    const prefix = options.prefix ?? "ascend";
    const tables = { views: `${prefix}-views`, events: `${prefix}-events` };
    this.#source = { ...tables, reads: toReads(client), schema: SCHEMA, epochs: new Epochs(SCHEMA) };
  }

  /** Return the questions of one user, who has logged in: they see their workspaces only. */
  as(user: UserId): Viewer {
    return new Viewer(new Questions(this.#source, user));
  }
}
"""
PUBLIC_RUNTIME = (
    "across",
    "brand",
    "days",
    "dynamodb",
    "entities",
    "errors",
    "history",
    "key_text",
    "links",
    "pages",
    "questions",
    "transport",
)


def render_client(groups: Sequence[str]) -> str:
    """Return the client, with these repositories."""
    imports = (f'import {{ {name_class(group)}Repository }} from "./repositories/{group}.js";' for group in groups)
    fields = (f"  readonly {name_method(group)}: {name_class(group)}Repository;" for group in groups)
    made = (f"    this.{name_method(group)} = new {name_class(group)}Repository(questions);" for group in groups)
    viewer = "\n".join(
        [
            "/** The questions of one user, by read model. */",
            "export class Viewer {",
            *fields,
            "\n  constructor(questions: Questions) {",
            *made,
            "  }\n}\n",
        ]
    )
    return "\n".join([BANNER, *imports, CLIENT, viewer])


def render_index(groups: Sequence[str]) -> str:
    files = ["client", "commands", "schema", "types", *(f"repositories/{group}" for group in groups)]
    runtime = [f"runtime/{name}" for name in PUBLIC_RUNTIME]
    return BANNER + "\n" + "".join(f'export * from "./{file}.js";\n' for file in sorted(files) + runtime)
