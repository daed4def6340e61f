"""What requests and answers look like, by the names of their schemas: only the document needs it."""

from __future__ import annotations

from typing import Any, Final

_ID = "8c7dd922ad47494fc02c388e12c00eac"
_SHA_256 = "31e26370225c0855b0966f4eb7b0820feaa07d086f131723c6362801ec880413"
_ARRIVED, _FINISHED = "2026-11-21T20:55:05.112Z", "2026-11-21T20:55:05.170Z"
_EXPIRES = "2026-11-21T21:10:06.480Z"
_KEY = f"uploads/{_ID}/orders.csv"
_SUMMARY: Final = {
    "recordId": _ID,
    "status": "processed",
    "source": "upload",
    "objectKey": _KEY,
    "fileName": "orders.csv",
    "sizeBytes": 20,
    "mediaType": "text/csv",
    "createdAt": "2026-11-21T20:55:04.901Z",
    "arrivedAt": _ARRIVED,
    "finishedAt": _FINISHED,
    "durationMs": 55,
}
_RECORD: Final = _SUMMARY | {
    "bucket": "incoming-7c63022",
    "versionId": "3HL4kqtJvjVBH40Nrjfkd",
    "sha256": _SHA_256,
    "profile": {
        "format": "csv",
        "rows": 2,
        "columnCount": 2,
        "columns": [{"name": "id", "type": "integer"}, {"name": "amount", "type": "integer"}],
    },
    "attempts": [{"startedAt": _ARRIVED, "durationMs": 55, "outcome": "processed"}],
    "attemptCount": 1,
    "automaticRetries": 0,
    "revision": 2,
}
_ANNOUNCED: Final = {
    "recordId": _ID,
    "status": "awaiting_upload",
    "source": "upload",
    "objectKey": _KEY,
    "fileName": "orders.csv",
    "createdAt": "2026-11-21T20:55:04.901Z",
    "bucket": "incoming-7c63022",
    "expectedSizeBytes": 20,
    "dueAt": "2026-11-24T20:55:04.901Z",
    "attempts": [],
    "attemptCount": 0,
    "automaticRetries": 0,
    "revision": 1,
}
_CONTRACT: Final = {
    "name": "orders",
    "prefix": "orders",
    "mediaTypes": ["text/csv"],
    "header": "exact",
    "schema": {
        "fields": [{"name": "order_id", "type": "integer", "constraints": {"required": True}}],
        "primaryKey": ["order_id"],
        "missingValues": [""],
    },
    "toleratedBadRows": 0,
    "onBadRows": "quarantine",
    "personalData": False,
}
_PASS: Final = {
    "startedAt": "2026-11-21T03:00:02.400Z",
    "finishedAt": "2026-11-21T03:05:01.200Z",
    "versions": 1204,
    "unrecorded": 1,
    "halfMoved": 0,
    "gone": 0,
}

_PART: Final = f"https://incoming-7c63022.s3.eu-central-1.amazonaws.com/{_KEY}"
_API_KEY: Final = {
    "keyId": "0a1b2c3d4e5f",
    "name": "partner",
    "state": "valid",
    "scopes": ["read", "upload"],
    "prefix": "orders",
    "createdAt": _FINISHED,
    "createdBy": "5e4d3c2b1a09",
}
EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "UploadRequest": {"fileName": "orders.csv", "sizeBytes": 20},
    "ActionRequest": {"why": "the contract was fixed"},
    "RetriesRequest": {"reason": "bad_rows", "prefix": "orders/", "why": "the contract was fixed"},
    "DiscardsRequest": {"reason": "empty_file", "prefix": "orders/", "why": "the sender sent them again"},
    "RedriveRequest": {"dryRun": True, "why": "what is in there?"},
    "RecordView": _RECORD,
    "RecordPage": {"items": [_SUMMARY]},
    "AnnouncedUpload": {
        "record": _ANNOUNCED,
        "upload": {
            "method": "POST",
            "url": "https://incoming-7c63022.s3.eu-central-1.amazonaws.com/",
            "fields": {
                "key": _KEY,
                "Content-Type": "application/octet-stream",
                "policy": "eyJleHBpcmF0aW9uIjo…",
            },
            "expiresAt": _EXPIRES,
        },
    },
    "PartsToSign": {
        "parts": [
            {
                "partNumber": 1,
                "sha256": "31e26370225c0855b0966f4eb7b0820feaa07d086f131723c6362801ec880413",
            }
        ]
    },
    "PartLinks": {
        "items": [
            {
                "partNumber": 1,
                "sizeBytes": 16_777_216,
                "url": f"{_PART}?partNumber=1&X-Amz-Signature=…",
                "headers": {"x-amz-checksum-sha256": "MeJjcCJcCFWwlm9Ot7CCD+qgfQhvExcjxjYoAeyIBBM="},
            }
        ],
        "expiresAt": _EXPIRES,
    },
    "PartPage": {
        "partSizeBytes": 16_777_216,
        "partCount": 2,
        "partChecksums": False,
        "items": [
            {
                "partNumber": 1,
                "sizeBytes": 16_777_216,
                "received": {"sizeBytes": 16_777_216, "etag": '"d41d8cd98f00b204e9800998ecf8427e"'},
            },
            {"partNumber": 2, "sizeBytes": 1_024, "url": f"{_PART}?partNumber=2&X-Amz-Signature=…"},
        ],
        "expiresAt": _EXPIRES,
    },
    "Download": {
        "url": f"https://incoming-7c63022.s3.eu-central-1.amazonaws.com/{_KEY}?X-Amz-Signature=…",
        "fileName": "orders.csv",
        "sizeBytes": 20,
        "sha256": _SHA_256,
        "expiresAt": _EXPIRES,
    },
    "Report": {
        "url": "https://quarantine-12ab34c.s3.eu-central-1.amazonaws.com/reports/…/rejects.csv?X-Amz-Signature=…",
        "fileName": "orders.rejects.csv",
        "expiresAt": _EXPIRES,
    },
    "ContractView": _CONTRACT,
    "ContractList": {"items": [_CONTRACT]},
    "OperationView": {
        "operationId": "5d41402abc4b2a76b9719d911017c592",
        "kind": "retry",
        "state": "running",
        "requestedBy": "0a1b2c3d4e5f",
        "createdAt": _FINISHED,
        "why": "the contract was fixed",
        "wanted": {"status": "quarantined", "reason": "bad_rows", "arrivedBefore": _FINISHED},
        "found": 3,
        "started": 3,
        "skipped": 0,
        "waiting": 1,
        "outcomes": {"processed": 2},
    },
    "ReconciliationView": {
        "ranAt": "2026-11-21T20:55:00.300Z",
        "due": {"expired": 1},
        "deadLetters": {},
        "last": _PASS,
    },
    "KeyRequest": {"name": "partner", "scopes": ["read", "upload"], "prefix": "orders"},
    "SecretRequest": {"graceSeconds": 3600},
    "KeyView": _API_KEY,
    "KeyWithText": _API_KEY | {"apiKey": "ss_0a1b2c3d4e5f_kr0hREmmHyHSWcMLiHS7uaqJqjmq7_TKJodEDUjU2w0"},
    "KeyList": {"items": [_API_KEY]},
    "Stats": {
        "from": "2026-11-21T20:00:00.000Z",
        "to": "2026-11-21T21:00:00.000Z",
        "totals": [{"status": "processed", "files": 3, "bytes": 156}],
        "hours": [
            {
                "hour": "2026-11-21T20:00:00.000Z",
                "status": "processed",
                "files": 3,
                "bytes": 156,
                "averageMs": 41.3,
                "p50Ms": 38.0,
                "p95Ms": 52.1,
                "maximumMs": 53.0,
            }
        ],
    },
    "AccessView": {
        "authentication": "api_key",
        "keyId": "0a1b2c3d4e5f",
        "name": "partner",
        "scopes": ["read", "upload"],
        "prefix": "orders",
        "expiresAt": "2027-11-21T00:00:00.000Z",
        "stack": "prod",
        "maxFileBytes": 1_073_741_824,
        "multipartThresholdBytes": 104_857_600,
    },
    "Overview": {
        "at": "2026-11-21T21:00:00.000Z",
        "unknown": [],
        "arriving": {"lastArrivedAt": _ARRIVED},
        "attention": {
            "complete": True,
            "files": 3,
            "counts": [
                {
                    "status": "quarantined",
                    "reason": "bad_rows",
                    "files": 3,
                    "oldestArrivedAt": "2026-11-20T07:12:44.031Z",
                    "newestArrivedAt": _ARRIVED,
                }
            ],
        },
        "underway": {
            "complete": True,
            "awaitingUpload": 1,
            "retrying": 0,
            "triedAgainLater": 0,
            "oldestSince": "2026-11-21T20:55:04.901Z",
        },
        "queue": {"waiting": 12, "inFlight": 20, "delayed": 0, "oldestSeconds": 4},
        "deadLetters": 0,
        "alerts": {
            "status": "ok",
            "since": "2026-11-21T20:55:06.002Z",
            "lastSentAt": "2026-11-21T20:55:06.002Z",
            "lastSubject": "[prod] 3 files quarantined: bad_rows",
        },
        "sweep": {"ranAt": "2026-11-21T20:55:00.300Z"},
    },
    "Health": {
        "status": "ok",
        "stack": "dev",
        "alerts": {"status": "ok", "since": "2026-11-21T20:50:00.000Z"},
    },
}
