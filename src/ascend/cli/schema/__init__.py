"""Commands about the schema."""
