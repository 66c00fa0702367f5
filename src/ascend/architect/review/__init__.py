"""The review of a proposal."""
