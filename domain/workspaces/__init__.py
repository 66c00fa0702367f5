"""The kernel: workspaces, their members, the base class of commands, and the view of a decision."""
