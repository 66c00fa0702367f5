"""The schema, declared once, as data: tables, items, and what is derived from them."""
