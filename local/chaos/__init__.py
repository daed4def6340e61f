"""Many files through a system in which things go wrong, and a count of what became of each."""
