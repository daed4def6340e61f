"""Makes the program's resources at an AWS endpoint, through boto3: the emulator's, never AWS itself.

`local/resources` has one function for each type, which turns its inputs into calls. Names that Pulumi
would choose are derived from the logical name, so a second run finds the data of the first.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

from local.program import ProgramError
from local.resources import MAKERS
from local.resources.adopted import described_bucket
from local.shapes import request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.program import Registration
    from local.resources.registry import Made
    from local.schedules import Rule, Target

CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""The emulator's root; a Lambda there has the credentials of its role."""
_CONFIG = Config(
    retries={"mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=32,
    proxies={},
)
_WAITING = _CONFIG.merge(Config(read_timeout=960, retries={"total_max_attempts": 1}))


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What is made otherwise than the program declares it; nothing, unless somebody asks for it.

    Attributes:
        variables: set for every function but the API, whose links must lead to the emulator itself.
        visibility_seconds: instead of the visibility timeout of every queue that declares one.
        detour: events of buckets go into a queue beside the declared one; `detours` says which.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    visibility_seconds: int | None = None
    detour: bool = False


class Deployment:
    """A backend for `local.program` that makes what is registered.

    Args:
        endpoint: the emulator's URL.
        api_url: where people reach the HTTP API; the emulator's own address of it is longer.
        region: the region of everything.
        ca_bundle: the certificate that the endpoint shows, when it speaks TLS.
        differences: what is made otherwise than declared.

    Attributes:
        left_out: policies without the statements that refuse plain HTTP, when that is all there is.
        detours: for each queue of events, by its ARN, the URL of the queue in which its events arrive.
        rules, targets: the scheduled rules by their physical names, and what they invoke.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        api_url: str,
        region: str,
        ca_bundle: str | None = None,
        differences: Differences | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.api_url = api_url
        self.region = region
        self.differences = differences or Differences()
        self.left_out: list[str] = []
        self.detours: dict[str, str] = {}
        self.rules: dict[str, Rule] = {}
        self.targets: list[Target] = []
        self.resources: list[Registration] = []
        self.gateway_id = ""
        self.ca_bundle = ca_bundle
        # Nothing of the developer's own AWS configuration: no profile, no proxy.
        bare = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        self._session = boto3.session.Session(**CREDENTIALS, region_name=region, botocore_session=bare)
        self._clients: dict[tuple[str, bool], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """A client of one service at the endpoint."""
        return self._client(service, _CONFIG)

    def waiting_client(self, service: str) -> Any:
        """One that waits as long as a Lambda may run, and never makes a call twice."""
        return self._client(service, _WAITING)

    def _client(self, service: str, config: Config) -> Any:
        # Registrations come on several threads; one session reads botocore's models once, but is not for two.
        with self._lock:
            key = (service, config is _WAITING)
            if key not in self._clients:
                self._clients[key] = self._session.client(  # type: ignore[call-overload]
                    service, endpoint_url=self.endpoint, config=config, verify=self.ca_bundle
                )
            return self._clients[key]

    def close(self) -> None:
        """Close every connection; no client works afterwards."""
        for client in self._clients.values():
            client.close()

    def create(self, resource: Registration) -> Made:
        """Make one resource.

        Raises:
            ProgramError: the type is new to us.
            UnknownProperty: one of its inputs is.
        """
        make = MAKERS.get(resource.type)
        if make is None:
            raise ProgramError(
                f"{resource.type} ({resource.name}) cannot be made locally: add it to local/resources"
            )
        self.resources.append(resource)
        return make(self, resource, dict(resource.inputs))

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """What the program asks the provider."""
        if token == "aws:index/getCallerIdentity:getCallerIdentity":  # noqa: S105
            identity = self.client("sts").get_caller_identity()
            return {"accountId": identity["Account"], "arn": identity["Arn"], "userId": identity["UserId"]}
        if token == "aws:cloudcontrol/getResource:getResource":  # noqa: S105
            return {"properties": json.dumps(described_bucket(self, arguments["identifier"]))}
        raise ProgramError(f"{token} cannot be answered locally: add it to local/resources")

    def name(self, resource: Registration) -> str:
        """A physical name: the logical one and seven digits, as Pulumi's, but the same each time."""
        digest = hashlib.sha256(f"{resource.type}/{resource.name}".encode()).hexdigest()
        return f"{resource.name}-{digest[:7]}"

    def do(self, service: str, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
        """Call an operation, named as AWS names it, with Pulumi's properties."""
        client = self.client(service)
        method = client.meta.method_to_api_mapping
        python_name = next(name for name, api_name in method.items() if api_name == operation)
        answer: dict[str, Any] = getattr(client, python_name)(**request(client, operation, properties))
        return answer

    def policy(self, resource: Registration, text: str) -> str:
        """The policy, without what would refuse plain HTTP when plain HTTP is all there is."""
        if self.endpoint.startswith("https:"):
            return text
        document = json.loads(text)
        kept = [s for s in document["Statement"] if s.get("Sid") != "TlsOnly"]
        if len(kept) < len(document["Statement"]):
            self.left_out.append(resource.name)
        return json.dumps(document | {"Statement": kept}) if kept else ""
