"""Issues as GitHub and the issue-archive tool write them."""
