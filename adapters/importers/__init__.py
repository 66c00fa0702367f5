"""Importers: files that other programs write, as commands. They use no more than the public command path."""

from ascend.adapters.importers.github.importer import import_github
from ascend.adapters.importers.inventree.importer import import_inventree
from ascend.adapters.importers.records import IMPORTER, imported_workspace
from ascend.adapters.importers.sending import Progress, Send, Summary

__all__ = [
    "IMPORTER",
    "Progress",
    "Send",
    "Summary",
    "import_github",
    "import_inventree",
    "imported_workspace",
]
