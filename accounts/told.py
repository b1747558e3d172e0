"""What an answer says of a session beyond its tokens; kept in the stamp, shown on every page."""

from typing import TypedDict


class Told(TypedDict, total=False):
    organization_name: str
    member_address: str
    member_name: str


NOTHING: Told = {"organization_name": "", "member_address": "", "member_name": ""}
