"""Schemathesis hooks for a Parlor server.

Replaces generated ids by existing ones, so that requests get past "not found".

PARLOR_THINGS names a file: the names of a tenant's things by noun, as the dialect under test spells them. Only what
was made to fit the document is replaced; what was made to break it stays as it is, and so does a name that an answer
of the server gave.

At the end, PARLOR_GRANTED names the file that says how often each operation granted what was asked.
"""

import atexit
import collections
import itertools
import json
import os

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from accepted import is_negative, is_right

DIALECT = os.environ["PARLOR_DIALECT"]

with open(os.environ["PARLOR_THINGS"], encoding="utf-8") as file:
    THINGS = json.load(file)

# Formats narrower than any text: addresses as this server accepts them.
words = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
schemathesis.openapi.format("email", st.builds("{}@{}.example".format, words, words))
schemathesis.openapi.format("phone", st.integers(2002000000, 9899999999).map("+1{}".format))

# The vendors' names of the entity kinds in queries, headers and bodies. Path parameters are named like the kinds.
NOUNS = {
    "ApiKey": "key",
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
    "toRelationId": "member",
    "quoteId": "message",
    "userId": "member",
    "user_id": "user",
    "customerIdString": "user",
    "assistantMemberId": "agent",
    "agentMemberId": "agent",
    "messageId": "message",
    "messageIds": "message",
    "messageUuid": "message",
    "spaceConversationId": "signal",
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

# Names in some paths that mean another kind elsewhere.
OTHERWISE = {
    ("/api/v1/channel/join", "channelUuid"): "unjoined",
    ("/api/v1/message/hide", "id"): "message",
    ("/api/v1/userInfo", "address"): "member",
    ("/api/v1/follow/add", "address"): "member",
    ("/api/v1/follow/remove", "address"): "member",
    ("/api/v1/follow/list", "address"): "member",
    ("/v1/workspaces/{workspace}/agent/threads", "cursor"): "thread",
    ("/workspaces/{workspace}/agent/threads", "cursor"): "thread",
    ("/v1/workspaces/{workspace}/spaces/{space}/message", "before"): "message",
    ("/v1/workspaces/{workspace}/spaces/{space}/message", "after"): "message",
}

# Calls that delete have their own share of the entities, so that the others still find theirs.
ENDS = ("delete", "remove", "leave", "disband", "exit", "kick", "quit")

# The meaning of codes; every other code is a refusal.
STATUSES = {"0": 200, "10100": 401, "10101": 401, "10102": 401, "10120": 401}

PARTS = {"{conversation}": 0, "{message}": 1}

turns = itertools.count(1)
CREDENTIALS = {"apikey", "authorization", "i-authorization"}
confirmed = set()
given = set()
granted = collections.Counter()


def takes_away(case):
    path = case.path.lower()
    return case.method.upper() == "DELETE" or any(word in path for word in ENDS)


def real(case, noun, turn):
    """The same turn finds things that were made together: a conversation, and a member who takes part in it."""
    pool = THINGS[noun]
    share = max(1, len(pool) // 3)
    if takes_away(case):
        # Each kind from its own part, so that an entity deleted whole does not take the others with it.
        last = [part for part in case.path.split("/") if part.startswith("{")][-1:]
        part = PARTS.get(last[0], 2) if last else 2
        pool = pool[part * share // 3 : (part + 1) * share // 3] or pool
    else:
        pool = pool[share:] or pool
    return pool[turn % len(pool)]


def exchanged(case, name, value, turn, is_path=False, is_kept=True):
    """The value, or the name of a thing: seven times of eight where the name stands for one."""
    noun = name if is_path else OTHERWISE.get((case.path, name), NOUNS.get(name))
    if noun not in THINGS or next(turns) % 8 == 0:
        return value
    if isinstance(value, list):
        return [exchanged(case, name, item, turn) for item in value]
    if isinstance(value, bool) or not isinstance(value, (str, int)) or (is_kept and str(value) in given):
        return value
    found = real(case, noun, turn)
    if isinstance(value, int):
        return int(found) if found.isdigit() else value
    return found


def written(value):
    """Whole numbers as every writer of JSON writes them, without a fraction of nothing."""
    if isinstance(value, dict):
        return {name: written(item) for name, item in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None:
        return
    turn = next(turns)
    if not is_negative(case, ParameterLocation.PATH):
        path = case.path_parameters or {}
        # An id from an answer is used with its parent, or not at all.
        is_kept = all(str(value) in given for value in path.values())
        for name, value in path.items():
            path[name] = exchanged(case, name, value, turn, is_path=True, is_kept=is_kept)
    if not is_negative(case, ParameterLocation.BODY) and isinstance(case.body, (dict, list)):
        case.body = written(case.body)
    if case.path.endswith("/rbac-status") and isinstance(case.body, dict) and case.body:
        # With roles enabled the requesting token would be refused: it carries none.
        if not is_negative(case, ParameterLocation.BODY):
            case.body = {"rbacEnabled": False}
    for location, values in (
        (ParameterLocation.QUERY, case.query),
        (ParameterLocation.HEADER, case.headers),
        (ParameterLocation.BODY, case.body),
    ):
        if not is_negative(case, location) and hasattr(values, "items"):
            for name, value in list(values.items()):
                new = exchanged(case, name, value, turn)
                if new is not value:
                    values[name] = new


def remember(value):
    if isinstance(value, dict):
        for item in value.values():
            remember(item)
    elif isinstance(value, list):
        for item in value:
            remember(item)
    elif isinstance(value, str) and 8 <= len(value) <= 64:
        given.add(value)


@schemathesis.hook
def after_call(context, case, response):
    """Remembers what answers named, so that a flow of calls keeps to it, and counts those that granted something."""
    try:
        body = response.json()
    except Exception:
        body = None
    if DIALECT == "relation" and response.status_code == 200 and isinstance(body, dict) and "desc" in body:
        response.status_code = STATUSES.get(body["code"], 404)
    remember(body)
    granted[f"{case.method.upper()} {case.path}"] += 200 <= response.status_code < 300


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Relation says no under status 200, with a code. Read as statuses, its refusals are held to what others are."""
    if DIALECT != "relation":
        return
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Envelope"}}}
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for status in set(STATUSES.values()) | {404}:
                operation["responses"].setdefault(str(status), {"description": "A refusal.", "content": refusal})


@schemathesis.hook
def filter_failure(context, failure, case, response):
    return not is_right(DIALECT, failure, case, response)


@schemathesis.check
def credentials_are_asked_for(ctx, response, case):
    """What `ignored_auth` asks, of the dialect that answers it with a code."""
    label = case.operation.label
    if DIALECT != "relation" or not 200 <= response.status_code < 300 or label in confirmed:
        return
    if not case.path.startswith("/api/"):
        return
    confirmed.add(label)
    for name in CREDENTIALS & {name.lower() for name in response.request.headers}:
        request = response.request.copy()
        del request.headers[name]
        with requests.Session() as session:
            code = session.send(request, timeout=30).json()["code"]
        assert STATUSES.get(code) == 401, f"{label} without {name} is answered with the code {code}"


@atexit.register
def write_down():
    with open(os.environ["PARLOR_GRANTED"], "w", encoding="utf-8") as file:
        json.dump(granted, file)
