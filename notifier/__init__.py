"""The Lambda that tells people: one message for each batch and reason, never one for each file."""
