"""Inventories as InvenTree writes them."""
