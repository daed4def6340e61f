"""API keys: `ss_<keyId>_<secret>`, of which the table knows only hashes, and what each may do."""

from api.keys.model import DEFAULT_SCOPES, ApiKey, Scope, split_key
from api.keys.store import KeyExists, KeyStore, NotRotated
from api.keys.trust import CACHE_SECONDS

__all__ = [
    "CACHE_SECONDS",
    "DEFAULT_SCOPES",
    "ApiKey",
    "KeyExists",
    "KeyStore",
    "NotRotated",
    "Scope",
    "split_key",
]
