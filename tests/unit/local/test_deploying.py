"""What the local deployment refuses: words, types and outputs that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pulumi
import pytest

from local.deploy import Deployment, Differences
from local.graph import CONFIG, Graph
from local.program import ProgramError, Registration, run_program
from local.shapes import UnknownProperty, request

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def functions() -> Any:
    return boto3.client("lambda", region_name="us-east-1")


def test_properties_are_written_in_the_words_of_the_request(functions: Any) -> None:
    properties = {
        "functionName": "f",
        "memorySize": 128.0,
        "loggingConfig": {"logFormat": "JSON"},
        "environment": {"variables": {"STACK": "dev"}},
        "vpcConfig": {"subnetIds": ["a", "b"]},
    }
    assert request(functions, "CreateFunction", properties) == {
        "FunctionName": "f",
        "MemorySize": 128,
        "LoggingConfig": {"LogFormat": "JSON"},
        "Environment": {"Variables": {"STACK": "dev"}},
        "VpcConfig": {"SubnetIds": ["a", "b"]},
    }


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"memory": 128}, "CreateFunction.memory"),
        ({"loggingConfig": {"format": "JSON"}}, "CreateFunction.LoggingConfig.format"),
        ({"fileSystemConfigs": [{"path": "/mnt"}]}, "CreateFunction.FileSystemConfigs[0].path"),
    ],
)
def test_an_unknown_property_is_named_with_its_place(
    functions: Any, properties: dict[str, Any], path: str
) -> None:
    with pytest.raises(UnknownProperty) as error:
        request(functions, "CreateFunction", properties)
    assert str(error.value).startswith(f"{path} is not known; it could be one of ")


def test_an_unknown_type_of_resource_is_refused() -> None:
    deployment = Deployment("http://127.0.0.1:1", api_url="http://127.0.0.1:2", region="us-east-1")
    with pytest.raises(ProgramError, match=r"aws:ec2/vpc:Vpc \(net\) cannot be made locally"):
        deployment.create(Registration("aws:ec2/vpc:Vpc", "net", {}))


class Offline(Deployment):
    """Shapes each request, and keeps it instead of sending it."""

    def __init__(self, differences: Differences | None = None) -> None:
        super().__init__(
            "http://127.0.0.1:1", api_url="http://127.0.0.1:2", region="us-east-1", differences=differences
        )
        self.requests: dict[str, dict[str, Any]] = {}

    def do(self, service: str, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
        self.requests[operation] = request(self.client(service), operation, properties)
        return {"UUID": "mapping", "FunctionArn": "arn:function", "Version": "1"}


def test_a_mapping_names_where_its_failures_go() -> None:
    deployment = Offline()
    inputs = {
        "eventSourceArn": "arn:stream",
        "functionName": "arn:notifier",
        "destinationConfig": {"onFailure": {"destinationArn": "arn:failures"}},
        "maximumRetryAttempts": 5.0,
        "maximumRecordAgeInSeconds": 3600.0,
    }
    deployment.create(Registration("aws:lambda/eventSourceMapping:EventSourceMapping", "stream", inputs))
    assert deployment.requests["CreateEventSourceMapping"] == {
        "EventSourceArn": "arn:stream",
        "FunctionName": "arn:notifier",
        "DestinationConfig": {"OnFailure": {"Destination": "arn:failures"}},
        "MaximumRetryAttempts": 5,
        "MaximumRecordAgeInSeconds": 3600,
    }


@pytest.mark.parametrize("name", ["processor", "notifier", "api"])
def test_variables_of_the_fault_switch_reach_every_function_but_the_one_that_signs_links(
    name: str, tmp_path: Path
) -> None:
    (code := tmp_path / "code.zip").write_bytes(b"zip")
    deployment = Offline(Differences(variables={"AWS_ENDPOINT_URL": "http://127.0.0.1:3"}))
    inputs = {"code": pulumi.FileArchive(str(code)), "environment": {"variables": {"STACK": "dev"}}}
    deployment.create(Registration("aws:lambda/function:Function", name, inputs))
    variables = deployment.requests["CreateFunction"]["Environment"]["Variables"]
    ours = {} if name == "api" else {"AWS_ENDPOINT_URL": "http://127.0.0.1:3"}
    assert variables == {"STACK": "dev"} | ours


@pytest.mark.parametrize(
    ("resource", "output"),
    [
        ("incoming", "arn"),  # written into policies
        ("events", "url"),  # an input of a policy, and a variable of the processor
        ("records", "streamArn"),  # an input of a mapping
        ("processor-role", "arn"),  # an input of the function
        ("alerts", "arn"),  # in a list of every alarm
    ],
)
def test_an_output_that_the_backend_does_not_give_stops_the_program(resource: str, output: str) -> None:
    class Forgetful(Graph):
        def create(self, registration: Registration) -> tuple[str, dict[str, Any]]:
            identity, outputs = super().create(registration)
            if registration.name == resource:
                del outputs[output]
            return identity, outputs

    with pytest.raises(ProgramError, match="is unknown"):
        run_program(Forgetful(), stack_name="dev", config=CONFIG)


def test_what_the_program_raises_comes_out_of_it() -> None:
    class Broken(Graph):
        def create(self, resource: Registration) -> tuple[str, dict[str, Any]]:
            raise RuntimeError("no room left")

    with pytest.raises(Exception, match="no room left"):
        run_program(Broken(), stack_name="dev", config=CONFIG)
