"""Policies: they answer events with commands."""
