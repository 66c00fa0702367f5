"""What AWS needs: CloudFormation and IAM."""
