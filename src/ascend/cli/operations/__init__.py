"""Commands of the operator that work on a store."""
