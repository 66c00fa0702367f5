"""The layout of both tables: settings, item types and keys."""
