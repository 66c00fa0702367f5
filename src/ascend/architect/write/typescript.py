"""The TypeScript package of a written application: made from the application, as for every other one."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from tempfile import TemporaryDirectory

from ascend.architect.types.typescript.package import render_package
from ascend.projections.application import Application


def render_typescript(name: str, modules: Mapping[str, str]) -> dict[str, str]:
    """Return the files of the TypeScript package for the Python package of this name, whose modules are given by their paths.

    They are imported from a folder that is removed again: the comments on fields are read from their sources.

    Raises:
        InvalidInput: a type has a name that the TypeScript package needs itself.
    """
    with TemporaryDirectory() as folder, importing_from(folder, name):
        for path, text in modules.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        invalidate_caches()
        app = import_module(f"{name}.app").APP
        assert isinstance(app, Application), "the written module defines an application"
        return render_package(app)


@contextmanager
def importing_from(folder: str, name: str) -> Generator[None]:
    """Import the package of this name from the folder. Afterwards, imports are as before."""
    before = {module: sys.modules.pop(module) for module in list(sys.modules) if module.split(".")[0] == name}
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for module in [known for known in sys.modules if known.split(".")[0] == name]:
            del sys.modules[module]
        sys.modules.update(before)
