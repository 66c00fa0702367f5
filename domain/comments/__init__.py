"""Comments on Things, Tasks and Assets."""
