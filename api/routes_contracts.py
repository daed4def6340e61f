"""Reading contracts: what the prefixes of the incoming bucket accept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from api.deps import Reader, TheWorld
from api.document import problems
from api.errors import Problem
from api.problems import ProblemKind
from api.schemas_contracts import ContractList, ContractView
from contracts.model import LONGEST_PREFIX, PREFIX, to_json

router = APIRouter(tags=["contracts"])


@router.get(
    "/contracts",
    response_model=ContractList,
    responses=problems(),
    operation_id="list_contracts",
    summary="List contracts",
)
async def list_contracts(world: TheWorld, caller: Reader) -> JSONResponse:
    """In the order of their prefixes. A file without a contract is checked for its format alone.

    A key that is bound to a prefix sees those that apply there.
    """
    above = world.contracts.for_prefix(caller.prefix or "")
    seen = [each for each in world.contracts if each is above or caller.covers_folder(each.prefix)]
    return JSONResponse({"items": [to_json(contract) for contract in seen]})


@router.get(
    "/contracts/{prefix:path}",
    response_model=ContractView,
    responses=problems(ProblemKind.CONTRACT_NOT_FOUND),
    operation_id="get_contract",
    summary="Read the contract that applies to a prefix",
)
async def get_contract(
    world: TheWorld,
    caller: Reader,
    prefix: Annotated[str, Path(max_length=LONGEST_PREFIX, pattern=PREFIX, examples=["orders/emea"])],
) -> JSONResponse:
    """That of the prefix itself, or of the nearest folder above it."""
    contract = world.contracts.for_prefix(prefix)
    if contract is None or not caller.covers_folder(prefix):
        raise Problem(ProblemKind.CONTRACT_NOT_FOUND, f"No contract applies to {prefix}.")
    return JSONResponse(to_json(contract))
