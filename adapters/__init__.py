"""Where the world is touched: stores, the event log and the views on top of them, importers, the command line."""
