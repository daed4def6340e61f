"""Moments as requests give them: RFC 3339 with an offset, and within what can be told in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def _in_form(value: object) -> object:
    # Pydantic would take a number of seconds as well, which the document does not know.
    if not (isinstance(value, str) and _FORM.fullmatch(value)):
        raise ValueError("not a time like 2026-01-31T08:15:30Z")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("in UTC, this is before the year 1 or after the year 9999") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_in_form), AfterValidator(_in_utc)]
