"""Types for other languages."""
