"""Runs the Pulumi program without Pulumi's engine: every resource it registers is handed to us.

This is not `pulumi preview`: no provider checks the inputs, and there is no state to compare with.
"""

from __future__ import annotations

import asyncio
import json
import runpy
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pulumi
from pulumi.runtime import mocks, rpc, settings, stack
from pulumi.runtime.config import set_all_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "silent-scalper"
TIMEOUT_SECONDS = 900
"""Long enough for a first build of the bundles over a slow line; without it a mistake of ours would hang."""


@dataclass(frozen=True)
class Registration:
    """A resource as the program declared it.

    Attributes:
        type: Pulumi's type token, such as `aws:s3/bucket:Bucket`.
        inputs: properties under their camelCase names, outputs of other resources resolved.
        urn: what Pulumi calls it; others are meant by theirs.
        parent: the parent's URN.
        read: the id of a resource that is there already, and only looked up.
        sources: the URNs that each property depends on.
    """

    type: str
    name: str
    inputs: dict[str, Any]
    urn: str = ""
    parent: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    provider: str = ""
    read: str = ""
    dependencies: tuple[str, ...] = field(default=())
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Backend(Protocol):
    """Whatever makes resources of registrations: the emulator, or a test that only looks."""

    def create(self, resource: Registration) -> tuple[str, dict[str, Any]]:
        """Make the resource; its id and the outputs that are not inputs."""
        ...

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Answer a function of the provider, such as `aws:index/getCallerIdentity:getCallerIdentity`."""
        ...


class ProgramError(Exception):
    """The program did not come to its end."""


class _Mocks(mocks.Mocks):
    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.options: dict[tuple[str, str], dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        options = self.options[args.typ, args.name]
        if not args.custom and "read" not in options:
            return "", dict(args.inputs)
        resource = Registration(args.typ, args.name, args.inputs, provider=args.provider or "", **options)
        _refuse_unknown(resource)
        identity, outputs = self.backend.create(resource)
        return identity, {**args.inputs, **outputs}

    def call(self, args: mocks.MockCallArgs) -> Any:
        return self.backend.call(args.token, args.args)


class _Monitor(mocks.MockMonitor):
    """Pulumi's own mock monitor, keeping the options that it would throw away."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 — gRPC's name
        assert isinstance(self.mocks, _Mocks)  # noqa: S101
        self.mocks.options[request.type, request.name] = {
            "urn": self.make_urn(request.parent, request.type, request.name),
            "parent": request.parent,
            "protect": request.protect,
            "retain_on_delete": request.retainOnDelete,
            "dependencies": tuple(request.dependencies),
            "sources": {name: tuple(urns.urns) for name, urns in request.propertyDependencies.items()},
        }
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 — gRPC's name
        assert isinstance(self.mocks, _Mocks)  # noqa: S101
        self.mocks.options[request.type, request.name] = {"parent": request.parent, "read": request.id}
        return super().ReadResource(request)  # type: ignore[no-untyped-call]


def run_program(
    backend: Backend,
    *,
    stack_name: str,
    config: Mapping[str, Any],
    project: str = PROJECT,
    folder: Path = ROOT,
) -> dict[str, Any]:
    """Run `__main__.py` to its end and return the stack's outputs.

    It can be run several times in one process, one after the other.

    Args:
        backend: makes the resources.
        stack_name: what `pulumi.get_stack()` answers.
        config: keys with their namespace; values that are not texts are written as JSON, as Pulumi does.
        project, folder: of another program than the stack's.

    Raises:
        ProgramError: it did not end in time, or refers to an output that the backend does not give.
        Exception: whatever the program or the backend raised.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pulumi") as own_thread:
        try:
            return own_thread.submit(_run, backend, stack_name, config, project, folder).result(
                TIMEOUT_SECONDS
            )
        except TimeoutError as error:
            raise ProgramError(f"the program did not end within {TIMEOUT_SECONDS} s") from error


def _run(
    backend: Backend, stack_name: str, config: Mapping[str, Any], project: str, folder: Path
) -> dict[str, Any]:
    # The order matters: without a loop first, or with outputs of an earlier run, the program hangs.
    loops = [asyncio.new_event_loop()]
    asyncio.set_event_loop(loops[0])
    loops[0].set_default_executor(_registration_threads(loops))
    outputs: dict[str, Any] = {}
    try:
        settings.SETTINGS.outputs.clear()
        settings.set_root_resource(None)  # type: ignore[arg-type]
        set_all_config({name: _config_text(value) for name, value in config.items()})
        own_mocks = _Mocks(backend)
        mocks.set_mocks(
            own_mocks, project=project, stack=stack_name, preview=False, monitor=_Monitor(own_mocks)
        )
        with _no_output_unknown():
            program = stack.run_pulumi_func(lambda: _main(folder, outputs))
            loops[0].run_until_complete(asyncio.wait_for(program, TIMEOUT_SECONDS))
    except BaseException:
        # Each output that waited failed as well. Told once is enough; told when they are collected, in the
        # middle of anything, they would write tracebacks there.
        for loop in loops:
            loop.set_exception_handler(lambda *_: None)
        raise
    finally:
        _end(loops[0])
        for loop in loops:
            loop.close()
        asyncio.set_event_loop(None)
    return outputs


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Let go of what a program that failed half-way left waiting."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())


def _registration_threads(loops: list[asyncio.AbstractEventLoop]) -> ThreadPoolExecutor:
    """Registrations arrive on several threads; Pulumi wants a loop in each, and we want to close them."""

    def begin() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="registration", initializer=begin)


def _main(folder: Path, outputs: dict[str, Any]) -> None:
    original = pulumi.export

    def export(name: str, value: Any) -> None:
        pulumi.Output.from_input(value).apply(lambda known: outputs.__setitem__(name, known))

    pulumi.export = export
    try:
        runpy.run_path(str(folder / "__main__.py"), run_name="__main__")
    finally:
        pulumi.export = original


def _config_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@contextmanager
def _no_output_unknown() -> Iterator[None]:
    """Let an output that resolves to None stop the program.

    One that the backend does not give does so, and Pulumi drops the property without a word: a policy
    would lack its resource, a function its variable.
    """
    original = rpc.serialize_property

    async def serialize(value: Any, deps: Any, *more: Any, **options: Any) -> Any:
        result = await original(value, deps, *more, **options)
        if result is None and isinstance(value, pulumi.Output):
            named = more[0] if more else options.get("property_key")
            raise ProgramError(f"the output given for {named} is unknown: does the backend give it?")
        return result

    rpc.serialize_property = serialize
    try:
        yield
    finally:
        rpc.serialize_property = original


def _refuse_unknown(resource: Registration) -> None:
    """The same inside of lists and of documents that were written out as JSON."""
    for path, value in _leaves(resource.inputs, ""):
        if value is None:
            raise ProgramError(f"{resource.type} {resource.name}: {path} is unknown: an output is not given")


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [
            leaf for name, entry in value.items() for leaf in _leaves(entry, f"{path}.{name}".lstrip("."))
        ]
    if isinstance(value, list):
        return [leaf for number, entry in enumerate(value) for leaf in _leaves(entry, f"{path}[{number}]")]
    if isinstance(value, str) and value.startswith("{"):
        try:
            return _leaves(json.loads(value), path)
        except ValueError:
            return []
    return [(path, value)]
