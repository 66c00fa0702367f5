"""The importer of issues, in GitHub's formats and in the format of IETF issue archives."""
