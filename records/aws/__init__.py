"""DynamoDB without boto3, for cold starts and cheap writes; docs/decisions/0017-cold-start.md says why."""
