"""Schemathesis hooks for a Parlor server.

Replaces generated ids by existing ones, so that requests get past "not found".

PARLOR_THINGS names a file with the ids of a tenant's entities by kind, in the form of the tested dialect. Only values that
were generated to conform to the document are replaced, not those that violate it, nor ids from the server's answers.

At the end, the number of successful answers of each operation is written to the file that PARLOR_GRANTED names.
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

from accepted import is_negative, is_accepted

DIALECT = os.environ["PARLOR_DIALECT"]

with open(os.environ["PARLOR_THINGS"], encoding="utf-8") as file:
    ENTITY_IDS = json.load(file)

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
NOUNS_BY_PATH = {
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
DELETING_WORDS = ("delete", "remove", "leave", "disband", "exit", "kick", "quit")

# The meaning of codes; every other code is a refusal.
STATUSES = {"0": 200, "10100": 401, "10101": 401, "10102": 401, "10120": 401}

PARTITIONS = {"{conversation}": 0, "{message}": 1}

counter = itertools.count(1)
CREDENTIALS = {"apikey", "authorization", "i-authorization"}
checked_operations = set()
answered_texts = set()
success_counts = collections.Counter()


def is_deletion(case):
    path = case.path.lower()
    return case.method.upper() == "DELETE" or any(word in path for word in DELETING_WORDS)


def pick_entity(case, noun, turn):
    """Returns the id of an entity. One turn selects entities that belong together: a conversation and its participant."""
    pool = ENTITY_IDS[noun]
    share = max(1, len(pool) // 3)
    if is_deletion(case):
        # Each kind from its own part, so that an entity deleted whole does not take the others with it.
        last = [part for part in case.path.split("/") if part.startswith("{")][-1:]
        part = PARTITIONS.get(last[0], 2) if last else 2
        pool = pool[part * share // 3 : (part + 1) * share // 3] or pool
    else:
        pool = pool[share:] or pool
    return pool[turn % len(pool)]


def with_real_ids(case, name, value, turn, is_path=False, is_kept=True):
    """Returns the value, or in seven of eight cases the id of an entity, if the name stands for one."""
    noun = name if is_path else NOUNS_BY_PATH.get((case.path, name), NOUNS.get(name))
    if noun not in ENTITY_IDS or next(counter) % 8 == 0:
        return value
    if isinstance(value, list):
        return [with_real_ids(case, name, item, turn) for item in value]
    if isinstance(value, bool) or not isinstance(value, (str, int)) or (is_kept and str(value) in answered_texts):
        return value
    found = pick_entity(case, noun, turn)
    if isinstance(value, int):
        return int(found) if found.isdigit() else value
    return found


def with_plain_numbers(value):
    """Returns the value with whole numbers as integers, as JSON writers emit them."""
    if isinstance(value, dict):
        return {name: with_plain_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_plain_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None:
        return
    turn = next(counter)
    if not is_negative(case, ParameterLocation.PATH):
        path = case.path_parameters or {}
        # An id from an answer is used with its parent, or not at all.
        is_kept = all(str(value) in answered_texts for value in path.values())
        for name, value in path.items():
            path[name] = with_real_ids(case, name, value, turn, is_path=True, is_kept=is_kept)
    if not is_negative(case, ParameterLocation.BODY) and isinstance(case.body, (dict, list)):
        case.body = with_plain_numbers(case.body)
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
                new = with_real_ids(case, name, value, turn)
                if new is not value:
                    values[name] = new


def collect_ids(value):
    if isinstance(value, dict):
        for item in value.values():
            collect_ids(item)
    elif isinstance(value, list):
        for item in value:
            collect_ids(item)
    elif isinstance(value, str) and 8 <= len(value) <= 64:
        answered_texts.add(value)


@schemathesis.hook
def after_call(context, case, response):
    """Collects the ids in answers, so that a sequence of calls keeps to them, and counts successful answers."""
    try:
        body = response.json()
    except Exception:
        body = None
    if DIALECT == "relation" and response.status_code == 200 and isinstance(body, dict) and "desc" in body:
        response.status_code = STATUSES.get(body["code"], 404)
    collect_ids(body)
    success_counts[f"{case.method.upper()} {case.path}"] += 200 <= response.status_code < 300


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Documents the statuses to which the codes of Relation are mapped: it refuses with status 200 and a code."""
    if DIALECT != "relation":
        return
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Envelope"}}}
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for status in set(STATUSES.values()) | {404}:
                operation["responses"].setdefault(str(status), {"description": "A refusal.", "content": refusal})


@schemathesis.hook
def filter_failure(context, failure, case, response):
    return not is_accepted(DIALECT, failure, case, response)


@schemathesis.check
def missing_credentials_are_refused(ctx, response, case):
    """Checks like `ignored_auth`, for the dialect that answers with a code."""
    label = case.operation.label
    if DIALECT != "relation" or not 200 <= response.status_code < 300 or label in checked_operations:
        return
    if not case.path.startswith("/api/"):
        return
    checked_operations.add(label)
    for name in CREDENTIALS & {name.lower() for name in response.request.headers}:
        request = response.request.copy()
        del request.headers[name]
        with requests.Session() as session:
            code = session.send(request, timeout=30).json()["code"]
        assert STATUSES.get(code) == 401, f"{label} without {name} is answered with the code {code}"


@atexit.register
def write_success_counts():
    with open(os.environ["PARLOR_GRANTED"], "w", encoding="utf-8") as file:
        json.dump(success_counts, file)
