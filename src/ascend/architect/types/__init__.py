"""Types of the stored and sent data for other languages."""
