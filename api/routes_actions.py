"""What somebody may do with records: try one or many again, discard one or many, move dead letters back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from api.access import key_filter
from api.bodies import NotNull
from api.deps import Operator, Reader, TheWorld, UnboundOperator, UnboundReader, World
from api.document import headers, problems
from api.errors import Problem
from api.idempotency import IdempotencyKey, asked, id_for, reused
from api.moving import moved
from api.problems import ProblemKind
from api.routes_records import RecordPath, found_record, json_response
from api.schemas import RecordView
from api.schemas_actions import (
    ActionRequest,
    DiscardsRequest,
    OperationView,
    ReconciliationView,
    RedriveRequest,
    RetriesRequest,
)
from records.actions import MOST_ATTEMPTS, can_be_retried, discarded, has_seen, retrying
from records.commands import Discard, Proceed, Retry
from records.model import RETRIABLE, Record, Status, to_attributes, utc_text
from records.operations import Kind, Operation

if TYPE_CHECKING:
    from api.keys import ApiKey

router = APIRouter(tags=["actions"])

OperationPath = Annotated[str, Path(alias="operationId", pattern="^[0-9a-f]{32}$")]
_KEPT_SECONDS = 90 * 86_400


@router.post(
    "/records/{recordId}/retry",
    status_code=HTTPStatus.ACCEPTED,
    response_model=RecordView,
    responses=problems(
        ProblemKind.RECORD_NOT_FOUND,
        ProblemKind.NOT_RETRIABLE,
        ProblemKind.TOO_MANY_ATTEMPTS,
        ProblemKind.CHANGED_MEANWHILE,
    ),
    operation_id="retry_record",
    summary="Try a file again",
)
async def retry_record(
    world: TheWorld,
    caller: Operator,
    record_id: RecordPath,
    _: NotNull,
    request: Annotated[ActionRequest | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """For a record that is `quarantined` or `failed`: its bytes are worked on again as its next attempt.

    It is `retrying` until then. A file that passes is put back under its key. Asking twice is asking once.
    """
    record = found_record(world, caller, record_id)
    action_id = id_for(caller, (record_id, "retry"), idempotency_key)
    if record.status is not Status.RETRYING and not has_seen(record, action_id):
        if not can_be_retried(record):
            raise _not_retriable(record)
        why = request.why if request else None
        record = moved(
            world,
            record,
            lambda found: retrying(found, by=caller.key_id, action_id=action_id, why=why),
        )
    if record.status is Status.RETRYING and record.retry_id:
        world.commands.send(Retry(record.record_id, record.retry_id))
    return json_response(to_attributes(record), HTTPStatus.ACCEPTED)


@router.post(
    "/records/{recordId}/discard",
    status_code=HTTPStatus.ACCEPTED,
    response_model=RecordView,
    responses=problems(
        ProblemKind.RECORD_NOT_FOUND, ProblemKind.NOT_DISCARDABLE, ProblemKind.CHANGED_MEANWHILE
    ),
    operation_id="discard_record",
    summary="Discard a quarantined file",
)
async def discard_record(
    world: TheWorld,
    caller: Operator,
    record_id: RecordPath,
    _: NotNull,
    request: Annotated[ActionRequest | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """For a record that is `quarantined`: its bytes are deleted; its record says who did it and why.

    The bytes are kept as a noncurrent version for the days that the stack says, out of reach of this API.
    """
    record = found_record(world, caller, record_id)
    if record.status is not Status.DISCARDED:
        if record.status is not Status.QUARANTINED:
            detail = f"Record {record_id} is {record.status}; only quarantined files can be discarded."
            raise Problem(ProblemKind.NOT_DISCARDABLE, detail)
        action_id = id_for(caller, (record_id, "discard"), idempotency_key)
        why = request.why if request else None
        record = moved(
            world,
            record,
            lambda found: discarded(found, by=caller.key_id, action_id=action_id, why=why),
        )
    if record.quarantine_key:
        world.commands.send(Discard(record.record_id))
    return json_response(to_attributes(record), HTTPStatus.ACCEPTED)


@router.post(
    "/retries",
    status_code=HTTPStatus.ACCEPTED,
    response_model=OperationView,
    responses=problems(ProblemKind.PREFIX_NOT_ALLOWED, ProblemKind.IDEMPOTENCY_KEY_REUSED)
    | headers(HTTPStatus.ACCEPTED, "Location"),
    operation_id="create_retries",
    summary="Try many files again",
)
async def create_retries(
    world: TheWorld, caller: Operator, request: RetriesRequest, idempotency_key: IdempotencyKey = None
) -> Response:
    """Every record to which all of the filter applies is tried again, however many there are.

    The answer is an operation; read it again to follow it. Records that come later do not belong to it.
    A key that is bound to a prefix reaches only what lies there.
    """
    return _for_many(world, caller, Kind.RETRY, str(request.status), request, idempotency_key)


@router.post(
    "/discards",
    status_code=HTTPStatus.ACCEPTED,
    response_model=OperationView,
    responses=problems(ProblemKind.PREFIX_NOT_ALLOWED, ProblemKind.IDEMPOTENCY_KEY_REUSED)
    | headers(HTTPStatus.ACCEPTED, "Location"),
    operation_id="create_discards",
    summary="Discard many quarantined files",
)
async def create_discards(
    world: TheWorld, caller: Operator, request: DiscardsRequest, idempotency_key: IdempotencyKey = None
) -> Response:
    """Every quarantined file to which all of the filter applies is discarded, however many there are.

    The answer is an operation; read it again to follow it. Records that come later do not belong to it.
    A key that is bound to a prefix reaches only what lies there. Without a filter it is the whole quarantine.
    """
    return _for_many(world, caller, Kind.DISCARD, str(Status.QUARANTINED), request, idempotency_key)


@router.post(
    "/redrives",
    status_code=HTTPStatus.ACCEPTED,
    response_model=OperationView,
    responses=problems(ProblemKind.KEY_IS_BOUND, ProblemKind.IDEMPOTENCY_KEY_REUSED)
    | headers(HTTPStatus.ACCEPTED, "Location"),
    operation_id="create_redrive",
    summary="Move dead letters back",
)
async def create_redrive(
    world: TheWorld, caller: UnboundOperator, request: RedriveRequest, idempotency_key: IdempotencyKey = None
) -> Response:
    """Messages that failed in every attempt go back into the queue; a dry run shows what they are about."""
    wanted = {"dryRun": request.dry_run}
    return _begun(world, _operation(caller, Kind.REDRIVE, wanted, request.why, idempotency_key), wanted)


@router.get(
    "/operations/{operationId}",
    response_model=OperationView,
    responses=problems(ProblemKind.OPERATION_NOT_FOUND),
    operation_id="get_operation",
    summary="Follow an operation",
)
async def get_operation(world: TheWorld, caller: Reader, operation_id: OperationPath) -> Response:
    """How many records were found, how many tried again or discarded, and how these ended so far."""
    operation = world.operations.get(operation_id)
    others = caller.prefix is not None and operation and operation.requested_by != caller.key_id
    if operation is None or others:
        detail = f"There is no operation {operation_id}."
        raise Problem(ProblemKind.OPERATION_NOT_FOUND, detail)
    return json_response(_described(operation))


@router.get(
    "/reconciliation",
    response_model=ReconciliationView,
    responses=problems(ProblemKind.KEY_IS_BOUND),
    operation_id="get_reconciliation",
    summary="Read what the sweep did",
)
async def get_reconciliation(world: TheWorld, caller: UnboundReader) -> Response:
    """The last comparison of the bucket with the records, and what the last run of the sweep repaired."""
    seen = ReconciliationView.model_validate(world.sweeps.get())
    return json_response(seen.model_dump(by_alias=True, exclude_none=True, mode="json"))


def _not_retriable(record: Record) -> Problem:
    if record.status in RETRIABLE:
        tried = f"was tried {record.attempt_count} times; {MOST_ATTEMPTS} is the most"
        detail = f"Record {record.record_id} {tried}."
        return Problem(ProblemKind.TOO_MANY_ATTEMPTS, detail)
    detail = f"Record {record.record_id} is {record.status}; only a quarantined or failed one can be retried."
    return Problem(ProblemKind.NOT_RETRIABLE, detail)


def _for_many(
    world: World,
    caller: ApiKey,
    kind: Kind,
    status: str,
    request: DiscardsRequest,
    idempotency_key: str | None,
) -> Response:
    """Begin an operation on all records in this state that the request's filter finds."""
    wanted: dict[str, Any] = {"status": status}
    if request.reason:
        wanted["reason"] = str(request.reason)
    if prefix := key_filter(caller, request.prefix):
        wanted["prefix"] = prefix
    if request.arrived_after:
        wanted["arrivedAfter"] = utc_text(request.arrived_after)
    operation = _operation(caller, kind, wanted, request.why, idempotency_key)
    before = utc_text(request.arrived_before) if request.arrived_before else operation.created_at
    return _begun(world, operation, wanted | {"arrivedBefore": before})


def _operation(
    caller: ApiKey, kind: Kind, wanted: dict[str, Any], why: str | None, idempotency_key: str | None
) -> Operation:
    now = datetime.now(UTC)
    return Operation(
        operation_id=id_for(caller, (kind,), idempotency_key),
        kind=kind,
        requested_by=caller.key_id,
        created_at=utc_text(now),
        why=why,
        asked=asked([wanted, why]),
        expires_at=int(now.timestamp()) + _KEPT_SECONDS,
    )


def _begun(world: World, operation: Operation, wanted: dict[str, Any]) -> Response:
    """Write the operation and send its first step, or find that it was asked for before."""
    operation = replace(operation, wanted=wanted)
    existing = world.operations.add(operation)
    if existing and existing.asked != operation.asked:
        raise reused()
    operation = existing or operation
    if operation.step == 0 and not operation.complete:
        world.commands.send(Proceed(operation.operation_id, 0))
    answer = json_response(_described(operation), HTTPStatus.ACCEPTED)
    answer.headers["Location"] = f"/operations/{operation.operation_id}"
    return answer


def _described(operation: Operation) -> dict[str, Any]:
    return OperationView.model_validate(operation).model_dump(by_alias=True, exclude_none=True, mode="json")
