"""What each prefix of the incoming bucket accepts."""
