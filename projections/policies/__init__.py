"""Policies answer events with commands."""
