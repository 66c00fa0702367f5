"""Operators' jobs: verify, prune, erase, digest."""
