"""Commands that query a store."""
