"""Templates and policies for AWS."""
