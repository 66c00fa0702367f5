"""A script for each store, all with the same verbs. They run in environments of their own."""
