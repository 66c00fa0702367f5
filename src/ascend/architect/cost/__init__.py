"""What a workload costs on DynamoDB."""
