"""AWS without boto3, for what a cold start needs; docs/decisions/0017-cold-start.md says why."""
