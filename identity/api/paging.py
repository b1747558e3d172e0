"""Search requests and pages, between the wire and the operations."""

from typing import Any

from identity.api.schemas import SearchQuery
from identity.models import Member, Organization
from identity.operations import search


def query_of(body: SearchQuery | None) -> search.Query:
    if body is None:
        return search.Query()
    operands = tuple(search.Operand(each.filter_name, each.filter_value) for each in body.operands)
    return search.Query(operands, any_of=body.operator == "OR")


def results_metadata(
    page: search.Page[Organization] | search.Page[Member],
) -> dict[str, Any]:
    return {"total": page.total, "next_cursor": page.next_cursor}
