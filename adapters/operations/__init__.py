"""Jobs of operators: verify, prune, erase, digest."""
