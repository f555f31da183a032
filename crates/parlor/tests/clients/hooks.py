"""Puts things that exist in the place of names made up, so that requests get behind "no such thing".

PARLOR_THINGS names a file: the names of a tenant's things by noun, as the dialect under test spells them. Only what
was made to fit the document is replaced; what was made to break it stays as it is, and so does a name that an answer
of the server gave.
"""

import itertools
import json
import os

import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

with open(os.environ["PARLOR_THINGS"], encoding="utf-8") as file:
    THINGS = json.load(file)

# What the vendors call the nouns in queries, headers and bodies. The parameters of paths are called by the nouns.
NOUNS = {
    "organizationid": "organization",
    "workspaceId": "workspace",
    "spaceId": "space",
    "spaceIds": "space",
    "contactId": "contact",
    "conversationId": "conversation",
    "channelUuid": "conversation",
    "channelUuids": "conversation",
    "chat_id": "conversation",
    "chatId": "conversation",
    "groupId": "conversation",
    "threadId": "conversation",
    "memberId": "member",
    "memberIds": "member",
    "members": "member",
    "relationId": "member",
    "userId": "member",
    "user_id": "user",
    "customerIdString": "user",
    "assistantMemberId": "agent",
    "agentMemberId": "agent",
    "messageId": "message",
    "messageIds": "message",
    "messageUuid": "message",
    "workflowId": "workflow",
    "phoneNumberId": "phone_number",
    "defaultPhoneNumberId": "phone_number",
    "inboxId": "inbox",
    "defaultInboxId": "inbox",
    "assignmentId": "assignment",
    "labelId": "label",
    "labelIds": "label",
    "roleId": "role",
    "roleIds": "role",
    "filterId": "filter",
    "siteId": "site",
}

# Calls that take things away have their own share of them, so that the others still find theirs.
ENDS = ("delete", "remove", "leave", "disband", "exit", "kick", "quit")

turns = itertools.count(1)
given = set()


def is_positive(case, location):
    component = case.meta.components.get(location) if case.meta else None
    return component is None or component.mode == GenerationMode.POSITIVE


def takes_away(case):
    path = case.path.lower()
    return case.method.upper() == "DELETE" or any(word in path for word in ENDS)


def real(case, noun):
    pool = THINGS[noun]
    share = max(1, len(pool) // 3)
    pool = pool[:share] if takes_away(case) else pool[share:] or pool
    return pool[next(turns) % len(pool)]


def exchanged(case, name, value, is_path=False):
    """The value, or the name of a thing: seven times of eight where the name stands for one."""
    noun = name if is_path else NOUNS.get(name)
    if noun not in THINGS or next(turns) % 8 == 0:
        return value
    if isinstance(value, list):
        return [exchanged(case, name, item) for item in value]
    if isinstance(value, bool) or not isinstance(value, (str, int)) or str(value) in given:
        return value
    found = real(case, noun)
    if isinstance(value, int):
        return int(found) if found.isdigit() else value
    return found


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None:
        return
    if is_positive(case, ParameterLocation.PATH):
        for name, value in (case.path_parameters or {}).items():
            case.path_parameters[name] = exchanged(case, name, value, is_path=True)
    for location, values in (
        (ParameterLocation.QUERY, case.query),
        (ParameterLocation.HEADER, case.headers),
        (ParameterLocation.BODY, case.body),
    ):
        if is_positive(case, location) and hasattr(values, "items"):
            for name, value in list(values.items()):
                new = exchanged(case, name, value)
                if new is not value:
                    values[name] = new


@schemathesis.hook
def after_call(context, case, response):
    """Remembers what answers named, so that a flow of calls keeps to it."""

    def walk(value):
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, str) and 8 <= len(value) <= 64:
            given.add(value)

    try:
        walk(response.json())
    except Exception:
        pass
