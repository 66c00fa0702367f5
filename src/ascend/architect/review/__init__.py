"""The review of a proposed entity."""
