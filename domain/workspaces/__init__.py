"""The kernel: workspaces, their members, and what a decision sees."""
