"""Assets: documents, files, accounts and values."""
