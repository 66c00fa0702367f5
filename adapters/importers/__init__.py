"""Importers: they turn files of other programs into commands, and use the public command path only."""

from ascend.adapters.importers.github.importer import import_github
from ascend.adapters.importers.inventree.importer import import_inventree
from ascend.adapters.importers.records import IMPORTER, imported_workspace
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.run import Progress
from ascend.adapters.importers.sending import ImportTarget, Send, Summary

__all__ = [
    "IMPORTER",
    "ImportTarget",
    "Notice",
    "Progress",
    "Report",
    "Send",
    "Summary",
    "import_github",
    "import_inventree",
    "imported_workspace",
]
