"""The read models, one file each: read items, render functions, the projection, and its access patterns."""
