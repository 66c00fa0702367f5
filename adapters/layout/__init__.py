"""Where everything lies: keys, item types, tables."""
