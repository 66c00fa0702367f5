"""The tables on Amazon DynamoDB."""
