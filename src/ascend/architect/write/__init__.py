"""Code from a design: an application extension that runs, with its tests and its documentation."""
