"""Every code by which AWS says no, by what it asks for: time, a person, or the program itself.

The codes are those of the operations that the Lambdas call, as botocore names them, from:

- each operation's own errors, in botocore's models of the services;
- docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, the list of error codes;
- docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/common-errors.html, what all services have in common;
- docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html: SQS has
  two names for an error, that of the query protocol in a header, and botocore takes that one if it is there;
- docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.

A HEAD has no body to name a code in: botocore puts the number of the status there.
"""

from __future__ import annotations

TRANSIENT = {
    "Too many requests": frozenset(
        {
            "429",
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "KMS.ThrottlingException",
            "KMSThrottling",
            "KmsThrottled",
            "LimitExceededException",
            "OverLimit",
            "ProvisionedThroughputExceeded",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "Throttled",
            "ThrottledException",
            "Throttling",
            "ThrottlingError",
            "ThrottlingException",
            "TooManyRequestsException",
        }
    ),
    "AWS failed": frozenset(
        {
            "500",
            "502",
            "503",
            "504",
            "AWS.SimpleQueueService.InternalError",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "KMS.DependencyTimeoutException",
            "KMS.KMSInternalException",
            "KMS.KeyUnavailableException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        }
    ),
    "Lost or changed on the way": frozenset(
        {
            "408",
            "BadDigest",
            "IncompleteBody",
            "RequestAbortedException",
            "RequestTimeout",
            "RequestTimeoutException",
            "ResponseInterrupted",
            "TemporaryRedirect",
            "XAmzContentChecksumMismatch",
            "XAmzContentSHA256Mismatch",
        }
    ),
    "Another call is at work on the same": frozenset(
        {
            "ConditionalRequestConflict",
            "InvalidPart",
            "NoSuchUpload",
            "OperationAborted",
            "PriorRequestNotComplete",
            "ReplicatedWriteConflictException",
            "TransactionConflict",
            "TransactionConflictException",
            "TransactionInProgressException",
        }
    ),
    # A Lambda that was frozen between signing and sending is late; a new one has a new token.
    "Signed too long ago": frozenset(
        {
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "TokenRefreshRequired",
        }
    ),
}
"""The same call may work later."""

CONFIGURATION = {
    "Not allowed": frozenset(
        {
            "401",
            "403",
            "AccessDenied",
            "AccessDeniedException",
            "AccountProblem",
            "AllAccessDisabled",
            "AuthFailure",
            "AuthorizationError",
            "NotAuthorized",
            "NotSignedUp",
            "OptInRequired",
            "UnauthorizedAccessError",
        }
    ),
    "Not who it says it is": frozenset(
        {
            "AuthorizationHeaderMalformed",
            "AuthorizationQueryParametersError",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSecurity",
            "InvalidSignatureException",
            "InvalidToken",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "MissingSecurityHeader",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
            "UnsupportedSignature",
        }
    ),
    "The key of KMS cannot be used": frozenset(
        {
            "EncryptionTypeMismatch",
            "KMS.AccessDeniedException",
            "KMS.DisabledException",
            "KMS.InvalidKeyUsageException",
            "KMS.InvalidStateException",
            "KMS.KMSInvalidStateException",
            "KMS.NotFoundException",
            "KMS.OptInRequired",
            "KMSAccessDenied",
            "KMSDisabled",
            "KMSInvalidState",
            "KMSNotFound",
            "KMSOptInRequired",
            "KmsAccessDenied",
            "KmsDisabled",
            "KmsInvalidKeyUsage",
            "KmsInvalidState",
            "KmsNotFound",
            "KmsOptInRequired",
        }
    ),
    "It is not there, or somewhere else": frozenset(
        {
            "301",
            "AWS.SimpleQueueService.NonExistentQueue",
            "EndpointDisabled",
            "EndpointNotFound",
            "IllegalLocationConstraintException",
            "IncorrectEndpoint",
            "InvalidAddress",
            "InvalidBucketName",
            "InvalidBucketState",
            "NoSuchBucket",
            "NotFound",
            "PermanentRedirect",
            "PlatformApplicationDisabled",
            "QueueDoesNotExist",
            "Redirect",
            "ResourceNotFoundException",
        }
    ),
    # Somebody's lifecycle rule moved it: the object must be restored first.
    "In an archive": frozenset({"InvalidObjectState", "ObjectNotInActiveTierError"}),
    "A request that this program should not have made": frozenset(
        {
            "400",
            "411",
            "416",
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            "AWS.SimpleQueueService.BatchRequestTooLong",
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "AWS.SimpleQueueService.InvalidBatchEntryId",
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            "AWS.SimpleQueueService.UnsupportedOperation",
            "BatchEntryIdsNotDistinct",
            "BatchRequestTooLong",
            "EmptyBatchRequest",
            "EntityTooLarge",
            "EntityTooSmall",
            "IdempotentParameterMismatchException",
            "InvalidAction",
            "InvalidArgument",
            "InvalidAttributeName",
            "InvalidBatchEntryId",
            "InvalidDigest",
            "InvalidEncryptionAlgorithmError",
            "InvalidIdFormat",
            "InvalidMessageContents",
            "InvalidNextToken",
            "InvalidParameter",
            "InvalidParameterCombination",
            "InvalidParameterValue",
            "InvalidPartOrder",
            "InvalidQueryParameter",
            "InvalidRange",
            "InvalidRequest",
            "InvalidStorageClass",
            "InvalidTag",
            "InvalidURI",
            "InvalidWriteOffset",
            "ItemCollectionSizeLimitExceeded",
            "ItemCollectionSizeLimitExceededException",
            "KeyTooLongError",
            "MalformedHttpRequestException",
            "MalformedQueryString",
            "MalformedXML",
            "MaxMessageLengthExceeded",
            "MetadataTooLarge",
            "MissingAction",
            "MissingContentLength",
            "MissingParameter",
            "MissingRequestBodyError",
            "NotImplemented",
            "ParameterValueInvalid",
            "RequestEntityTooLargeException",
            "RequestHeaderSectionTooLarge",
            "SerializationException",
            "TooManyEntriesInBatchRequest",
            "TooManyParts",
            "UnknownOperationException",
            "UnsupportedArgument",
            "UnsupportedOperation",
            "ValidationError",
            "ValidationException",
        }
    ),
}
"""No later call works until a person changed something: a permission, a resource, or this program."""

EXPECTED = {
    "A condition did not hold": frozenset(
        {
            "304",
            "412",
            "ConditionalCheckFailed",
            "ConditionalCheckFailedException",
            "NotModified",
            "PreconditionFailed",
        }
    ),
    "The object version is gone": frozenset(
        {"404", "405", "MethodNotAllowed", "NoSuchKey", "NoSuchVersion"},
    ),
    "The message came again meanwhile": frozenset(
        {"AWS.SimpleQueueService.MessageNotInflight", "MessageNotInflight", "ReceiptHandleIsInvalid"}
    ),
}
"""Whoever makes the call asks for it, and handles it."""

TRANSIENT_CODES: frozenset[str] = frozenset().union(*TRANSIENT.values())
CONFIGURATION_CODES: frozenset[str] = frozenset().union(*CONFIGURATION.values())
EXPECTED_CODES: frozenset[str] = frozenset().union(*EXPECTED.values())

TRANSACTION_CANCELED = "TransactionCanceledException"
"""It has a code for each of its actions, and they say of which kind it is."""
