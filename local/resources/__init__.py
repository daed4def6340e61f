"""How each type of resource is made at the emulator: one function for each, found by its type token."""

from local.resources import compute, http, keys, messaging, schedules, storage, watching
from local.resources.registry import MAKERS

__all__ = ["MAKERS", "compute", "http", "keys", "messaging", "schedules", "storage", "watching"]
