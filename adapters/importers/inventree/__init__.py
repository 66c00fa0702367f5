"""The importer of inventories that InvenTree exports."""
