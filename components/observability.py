"""The watching layer: one dashboard in CloudWatch, and queries over the logs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch

from components.queries import API, GATEWAY, NOTIFIER, PROCESSOR, QUERIES, SWEEP
from components.story import Watched, dashboard

if TYPE_CHECKING:
    from components.alerting import Alerting
    from components.api import Api
    from components.processing import Processing


@dataclass(frozen=True, kw_only=True)
class ObservabilityArgs:
    """
    Attributes:
        runbooks: the address of the runbooks' folder, for links; empty if there is none.
    """

    stack: str
    region: str
    processing: Processing
    api: Api
    alerting: Alerting
    undelivered_name: pulumi.Input[str]
    records_table: pulumi.Input[str]
    runbooks: str = ""


class Observability(pulumi.ComponentResource):
    """How the stack is doing, for people who look."""

    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("silent-scalper:observability:Observability", name, None, opts)
        self._args = args
        self.url = self._dashboard()
        self._queries()
        self.register_outputs({"url": self.url})

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _dashboard(self) -> pulumi.Output[str]:
        stack, region = self._args.stack, self._args.region
        # CloudWatch knows dashboards by names alone, and takes no dots in them; who deploys may make these.
        own = "" if stack == pulumi.get_stack() else f"-{stack}"
        made = cloudwatch.Dashboard(
            "story",
            dashboard_name=f"silent-scalper-{pulumi.get_stack()}{own}-story".replace(".", "-"),
            dashboard_body=self._names().apply(
                lambda names: json.dumps(dashboard(Watched(stack=stack, region=region, **names)))
            ),
            opts=self._child(),
        )
        console = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        return made.dashboard_name.apply(lambda known: f"{console}#dashboards/dashboard/{known}")

    def _names(self) -> pulumi.Output[dict[str, Any]]:
        args = self._args
        processing, api, alerting = args.processing, args.api, args.alerting
        return pulumi.Output.all(
            page=api.url,
            runbooks=args.runbooks,
            queue=processing.queue.name,
            dead_letters=processing.dead_letters.name,
            undelivered=args.undelivered_name,
            records_table=args.records_table,
            processor=processing.function.name,
            processor_logs=processing.function.log_group,
            sweep=processing.sweep.name,
            notifier=alerting.function.name,
            api_function=api.function.name,
            api=api.api_id,
            topic=alerting.topic.name,
            alarms=[alarm.arn for alarm in alerting.alarms],
        )

    def _queries(self) -> None:
        args = self._args
        groups = {
            PROCESSOR: args.processing.function.log_group,
            SWEEP: args.processing.sweep.log_group,
            NOTIFIER: args.alerting.function.log_group,
            API: args.api.function.log_group,
            GATEWAY: args.api.access_log_group,
        }
        for name, query in QUERIES.items():
            cloudwatch.QueryDefinition(
                f"query-{name}",
                name=f"silent-scalper/{args.stack}/{name}",
                log_group_names=[groups[source] for source in query.sources],
                query_string=query.text,
                opts=self._child(),
            )
