"""The tables in Amazon DynamoDB."""
