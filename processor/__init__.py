"""The Lambda that takes files in: read, checked, recorded, and quarantined when they are bad."""
