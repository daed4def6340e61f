"""Silent Scalper: config → components → exports."""

import pulumi
import pulumi_aws as aws

from components.alerting import Alerting, AlertingArgs
from components.api import Api, ApiArgs, Oidc
from components.boundary import bound_roles
from components.budget import Budget, BudgetArgs
from components.bundle import Target
from components.config import CEILINGS, PROJECT, load
from components.encryption import Encryption, EncryptionArgs
from components.observability import Observability, ObservabilityArgs
from components.processing import TIMEOUT_SECONDS, Processing, ProcessingArgs
from components.storage import Storage, StorageArgs
from components.undelivered import Undelivered
from components.watch import Rules

# A provider of one's own hears nothing of the aws:* configuration but what it is told here.
aws_config = pulumi.Config("aws")
config = load(pulumi.Config(PROJECT), aws_config)
stack = config.label(pulumi.get_stack())
keep_data = pulumi.get_stack() != "dev"
tags = config.default_tags(pulumi.get_stack())
target = Target.this_machine() if config.lambda_platform == "host" else Target.aws(config.lambda_platform)

provider = aws.Provider(
    "aws",
    region=aws_config.require("region"),
    profile=aws_config.get("profile"),
    allowed_account_ids=aws_config.get_object("allowedAccountIds"),
    default_tags={"tags": tags},
)
on_aws = pulumi.ResourceOptions(providers={"aws": provider})
bound_roles(config.permissions_boundary)
account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(provider=provider)).account_id

keys = Encryption(
    "encryption",
    EncryptionArgs(
        stack=stack,
        account=account,
        region=aws_config.require("region"),
        key=config.kms_key,
        incoming_key=config.incoming_bucket_kms_key,
        keep_data=keep_data,
    ),
    on_aws,
).keys

storage = Storage(
    "storage",
    StorageArgs(
        quarantine_retention_days=config.quarantine_retention_days,
        noncurrent_version_days=config.noncurrent_version_days,
        upload_expiry_hours=config.upload_expiry_hours,
        incoming_bucket=config.incoming_bucket,
        incoming_settings_ours=config.incoming_bucket_settings == "ours",
        keep_data=keep_data,
        keys=keys,
    ),
    on_aws,
)

processing = Processing(
    "processing",
    ProcessingArgs(
        stack=stack,
        account=account,
        target=target,
        incoming=storage.incoming,
        adopted=storage.adopted,
        quarantine=storage.quarantine,
        accepted=storage.accepted,
        records_table=storage.records.name,
        records_arn=storage.records.arn,
        index_shards=config.index_shards,
        max_file_bytes=config.max_file_bytes,
        ceilings={name: getattr(config, name) for name in CEILINGS},
        record_retention_days=config.record_retention_days,
        quarantine_retention_days=config.quarantine_retention_days,
        automatic_retries=config.automatic_retries,
        reconcile_hours=config.reconcile_hours,
        concurrency=config.processor_concurrency,
        log_retention_days=config.log_retention_days,
        keys=keys,
        tracing=config.tracing,
    ),
    on_aws,
)

undelivered = Undelivered("undelivered", keys, on_aws)

api = Api(
    "api",
    ApiArgs(
        stack=stack,
        target=target,
        incoming=storage.incoming,
        adopted=storage.adopted,
        quarantine=storage.quarantine,
        accepted=storage.accepted,
        records_table=storage.records.name,
        records_arn=storage.records.arn,
        api_keys_table=storage.api_keys.name,
        api_keys_arn=storage.api_keys.arn,
        queue_arn=processing.queue.arn,
        queue_url=processing.queue.url,
        dead_letters_arn=processing.dead_letters.arn,
        dead_letters_url=processing.dead_letters.url,
        upload_expiry_hours=config.upload_expiry_hours,
        alerts_table=storage.alerts.name,
        alerts_arn=storage.alerts.arn,
        undelivered=undelivered.queue,
        index_shards=config.index_shards,
        max_file_bytes=config.max_file_bytes,
        multipart_threshold_bytes=config.multipart_threshold_bytes,
        cors_origins=config.cors_origins,
        throttle_rate=config.throttle_rate,
        throttle_burst=config.throttle_burst,
        key_rate_limit=config.key_rate_limit,
        key_rate_burst=config.key_rate_burst,
        oidc=Oidc(
            issuer=config.oidc_issuer,
            audience=config.oidc_audience,
            prefix_claim=config.oidc_prefix_claim,
            scope_prefix=config.oidc_scope_prefix,
        ),
        domain_name=config.domain_name,
        certificate_arn=config.certificate_arn,
        snap_start=config.snap_start,
        log_retention_days=config.log_retention_days,
        keys=keys,
        tracing=config.tracing,
    ),
    on_aws,
)

alerting = Alerting(
    "alerting",
    AlertingArgs(
        stack=stack,
        account=account,
        target=target,
        emails=config.alert_emails,
        notify_on_success=config.notify_on_success,
        window_seconds=config.alert_window_seconds,
        max_per_hour=config.max_alerts_per_hour,
        alerts_table=storage.alerts.name,
        alerts_arn=storage.alerts.arn,
        undelivered=undelivered.queue,
        records_stream=storage.records.stream_arn,
        api_url=api.url,
        api_id=api.api_id,
        api=api.function,
        processor=processing.function,
        processor_timeout_seconds=TIMEOUT_SECONDS,
        sweep=processing.sweep,
        records_table=storage.records.name,
        keys_table=storage.api_keys.name,
        rules=Rules(
            alarms=config.alarms,
            anomaly_alarm=config.anomaly_alarm,
            quarantine_rate_percent=config.quarantine_rate_percent,
            quarantine_rate_floor=config.quarantine_rate_floor,
            oldest_message_minutes=config.oldest_message_minutes,
            api_p99_ms=config.api_p99_ms,
            runbook_url=config.runbook_url,
        ),
        queue_name=processing.queue.name,
        dead_letters_name=processing.dead_letters.name,
        log_retention_days=config.log_retention_days,
        keys=keys,
        tracing=config.tracing,
    ),
    on_aws,
)

observability = Observability(
    "observability",
    ObservabilityArgs(
        stack=stack,
        region=aws_config.require("region"),
        processing=processing,
        api=api,
        alerting=alerting,
        undelivered_name=undelivered.queue.name,
        records_table=storage.records.name,
        runbooks=config.runbook_url,
    ),
    on_aws,
)

if config.budget_usd:
    Budget(
        "budget",
        BudgetArgs(
            usd=config.budget_usd,
            tags={name: tags[name] for name in ("project", "stack")},
            emails=config.alert_emails,
        ),
        on_aws,
    )

pulumi.export("apiUrl", api.url)
pulumi.export("dashboardUrl", api.url.apply(lambda url: f"{url}/"))
pulumi.export("docsUrl", api.url.apply(lambda url: f"{url}/docs"))
if api.domain:
    pulumi.export("gatewayUrl", api.gateway_url)
    pulumi.export("domainTarget", api.domain.target)
    pulumi.export("domainHostedZone", api.domain.zone)
if storage.adopted:
    pulumi.export("queueArn", processing.queue.arn)
pulumi.export("cloudWatchDashboardUrl", observability.url)
pulumi.export("incomingBucket", storage.incoming.bucket)
pulumi.export("quarantineBucket", storage.quarantine.bucket)
pulumi.export("acceptedBucket", storage.accepted.bucket)
pulumi.export("recordsTable", storage.records.name)
pulumi.export("apiKeysTable", storage.api_keys.name)
pulumi.export("alertsTable", storage.alerts.name)
pulumi.export("undeliveredQueueUrl", undelivered.queue.url)
pulumi.export("topicArn", alerting.topic.arn)
pulumi.export("queueUrl", processing.queue.url)
pulumi.export("deadLetterQueueUrl", processing.dead_letters.url)
pulumi.export("processorFunction", processing.function.name)
pulumi.export("sweepFunction", processing.sweep.name)
pulumi.export("apiFunction", api.function.name)
pulumi.export("notifierFunction", alerting.function.name)
