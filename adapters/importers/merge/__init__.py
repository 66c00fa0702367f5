"""The merge of a source with what stands in a workspace: every importer uses it.

record of the source ──▶ wanted entities ─┐
                                          ├── cell by cell ──▶ plan: commands, and what people's changes keep
log ──fold──▶ known entities (on disk) ───┘
"""
