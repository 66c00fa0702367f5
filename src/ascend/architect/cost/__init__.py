"""Estimate of what a workload costs on DynamoDB."""
