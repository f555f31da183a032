"""Accepted findings of Schemathesis: each with the dialect, the finding, and the reason.

The codes: ST201 a request that violates the document was accepted, ST202 one that conforms to it was refused, ST203 one
without a required header was accepted, ST302 a created entity was not found, ST401 a request without credentials was
accepted.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Callable

from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation


def violates_only(*names: str) -> Callable[[Any, Any], bool]:
    """Returns a condition: the request violates the document in one of these parameters only."""

    def applies(case: Any, response: Any) -> bool:
        data = getattr(case.meta.phase, "data", None) if case.meta else None
        return getattr(data, "parameter", None) in names

    return applies


def has_query(*names: str) -> Callable[[Any, Any], bool]:
    """Returns a condition: the query has all these parameters."""
    return lambda case, response: all(name in (case.query or {}) for name in names)


def answer_contains(*words: str) -> Callable[[Any, Any], bool]:
    """Returns a condition: the answer contains one of these texts."""
    return lambda case, response: any(word in response.text for word in words)


def has_long_label(value: Any) -> bool:
    """Returns whether a value contains an address with a host name label above the maximum length."""
    if isinstance(value, dict):
        return any(has_long_label(part) for part in value.values())
    if isinstance(value, list):
        return any(has_long_label(part) for part in value)
    domain = str(value).partition("@")[2]
    return any(len(label) > 63 for label in domain.split("."))


def is_id(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def has_path_without_id(case: Any, response: Any) -> bool:
    """Returns whether a path parameter is not an id."""
    return not all(is_id(value) for value in (case.path_parameters or {}).values())


def always(case: Any, response: Any) -> bool:
    return True


@dataclass(frozen=True)
class AcceptedFinding:
    dialect: str
    codes: tuple[str, ...]
    applies: Callable[[Any, Any], bool]
    reason: str


ACCEPTED_FINDINGS = [
    AcceptedFinding(
        "relation",
        ("ST202",),
        lambda case, response: case.path in ("/auth", "/api/v1/verify/eth"),
        "A valid signature over a text with the current time cannot be generated.",
    ),
    AcceptedFinding(
        "relation",
        ("ST201", "ST202", "ST203"),
        lambda case, response: case.path == "/ws" and response.status_code == 426,
        "The address of a socket: a request without an upgrade is answered 426, whatever else it contains.",
    ),
    AcceptedFinding(
        "relation",
        ("ST401",),
        always,
        "The check bypasses the hook that maps codes to statuses; hooks.py repeats it with the code.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST201",),
        violates_only("take", "order"),
        "The vendor accepts any `take` and `order`: an invalid number is the default, a larger one the maximum.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains("cursor is not one of this list"),
        "A cursor must be from a page of the same list, which no schema can express.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains("must be one that a list has given"),
        "A cursor of a list of files must be from one of its pages, which no schema can express.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains("path must", "destinationPath must", "name must"),
        "Paths have rules for each segment and are measured in bytes; the document describes that in text.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains(
            "is not valid multipart/form-data",
            "file is required",
            "file must be",
            "file must have",
            "file could not be fetched",
        ),
        "A form must have a file, and an address must lead to one.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST201", "ST202"),
        answer_contains("CONTENT_TOO_LARGE"),
        "A file that is announced as longer than `file_limit` is refused with 413, before its bytes are.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains("channelId must"),
        "A channel id has at least 16 characters of a set; the document describes that in text.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        answer_contains("include needs Accept"),
        "Conversations include messages in JSONL only; a schema cannot bind a parameter to a media type.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST201",),
        answer_contains('"failedCount"'),
        "An import validates each record: invalid ones are named in the answer, and the others are imported.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains("cannot be changed"),
        "A whole chat may be sent back, but its immutable fields must have their values, which no schema knows.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST201",),
        lambda case, response: violates_only("limit", "offset")(case, response)
        and any(has_query(name)(case, response) for name in ("page", "pageSize")),
        "With `page` or `pageSize`, `limit` and `offset` are ignored.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains("is built in and never changes"),
        "Built-in roles have numbers like those of the workspace's own; no schema can tell them apart.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains("participant_exists"),
        "The vendor answers 400, not 409, if the member already is a participant.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains(
            "labelId is required",
            "must have an email, a phone or an externalId",
            "needs a workflowId",
            "needs channel",
            "excludes phoneNumberId",
            "is needed: neither",
            "must be left out on this",
            "names a member a second time",
            "is required where there is no email",
            "actionParams.",
            "names a role a second time",
        ),
        "Fields that require or exclude others, parameters of actions, and one member under two ids are described in text.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains("filters must be"),
        "A query parameter with JSON as text; the document describes that in text.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST202",),
        answer_contains(
            "must be an agent member",
            "has no phone number to call",
            "must be somebody else",
            "has no messages to summarize",
            "does not carry this channel",
        ),
        "The state of the named entities is known to the server only; the vendor answers 400.",
    ),
    AcceptedFinding(
        "gravity-rail",
        ("ST302",),
        has_path_without_id,
        "A name from an answer was used as an id, and the created entity has that name too.",
    ),
    AcceptedFinding(
        "sharely",
        ("ST202",),
        answer_contains("Provide only one of", "Provide either", "Provide rbacEnabled", "contradict each other"),
        "Fields that exclude each other, or one of which is required; the document describes that in text.",
    ),
    AcceptedFinding(
        "sharely",
        ("ST202",),
        answer_contains("must be a JSON array of objects", "must be a JSON object"),
        "Lists and objects may also be JSON text; the document describes that in text.",
    ),
    AcceptedFinding(
        "sharely",
        ("ST202",),
        answer_contains("must be the workspace in the path", "must be the id of a thread", "must be the id of a space", "must be an assistant"),
        "Valid ids of entities that do not suit the request: the vendor answers 400, not 404.",
    ),
    AcceptedFinding(
        "sharely",
        ("ST202",),
        answer_contains("greetingQuestions must"),
        "A question must not be blank; the document describes that in text.",
    ),
    AcceptedFinding(
        "sharely",
        ("ST202",),
        answer_contains("must be one that a list gave"),
        "A cursor must be from a list and cannot be generated.",
    ),
    AcceptedFinding(
        "tenant-chats",
        ("ST202",),
        answer_contains("cannot be changed: title, metadata and status can"),
        "An update without any mutable field would succeed and change nothing.",
    ),
    AcceptedFinding(
        "chatbotkit",
        ("ST202",),
        lambda case, response: "must be an email address" in response.text and has_long_label(case.body),
        "A label of a host name has at most 63 characters, which the format of addresses does not express.",
    ),
    AcceptedFinding(
        "tenant-chats",
        ("ST201", "ST202", "ST203"),
        answer_contains('"UPGRADE_REQUIRED"'),
        "The address of a socket: a request without an upgrade is answered 426, whatever else it contains.",
    ),
    AcceptedFinding(
        "tenant-chats",
        ("ST202",),
        lambda case, response: has_query("offset", "after_seq")(case, response)
        or has_query("offset", "before_seq")(case, response),
        "Offsets and positions exclude each other, which a schema of parameters cannot express.",
    ),
]


def is_unfinished(failure: Any, response: Any) -> bool:
    """Returns whether a route answered the documented 501."""
    return failure.code == "ST101" and response.status_code == 501


def is_trimmed(failure: Any, case: Any) -> bool:
    """Returns whether a text is too long only by blanks, which are trimmed before the length is checked."""
    if failure.code != "ST201" or not isinstance(case.body, dict):
        return False
    texts = [value for value in case.body.values() if isinstance(value, str)]
    return any(len(text) > len(text.strip()) + 16 for text in texts)


def is_blank(failure: Any, case: Any) -> bool:
    """Returns whether the body is blank, which counts as no body."""
    if failure.code != "ST201" or not isinstance(case.body, (bytes, str)):
        return False
    return not case.body.strip()


def is_padded(failure: Any, case: Any) -> bool:
    """Returns whether a header value has blanks around it, which are no part of it."""
    values = (case.headers or {}).values()
    return failure.code == "ST201" and any(str(value) != str(value).strip(" \t") for value in values)


def is_accepted(dialect: str, failure: Any, case: Any, response: Any) -> bool:
    """Returns whether a finding is accepted."""
    found = (is_trimmed, is_blank, is_padded)
    return is_unfinished(failure, response) or any(is_harmless(failure, case) for is_harmless in found) or any(
        accepted.dialect == dialect and failure.code in accepted.codes and accepted.applies(case, response)
        for accepted in ACCEPTED_FINDINGS
    )


def is_negative(case: Any, location: ParameterLocation) -> bool:
    """Returns whether a part of the request was generated to violate the document."""
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode == GenerationMode.NEGATIVE
