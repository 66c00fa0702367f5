"""Relations: typed, directed edges."""
