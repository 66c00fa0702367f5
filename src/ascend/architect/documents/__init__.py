"""Documents of the schema."""
