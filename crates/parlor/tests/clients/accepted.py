"""Accepted findings of Schemathesis: each with the dialect, the finding, and the reason.

The findings by their codes: ST201 a request that breaks the document was taken, ST202 one that fits it was refused,
ST203 a header was missing and it was taken, ST302 what was just made was not found, ST401 credentials were missing and
it was taken.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Callable

from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation


def breaks_only(*names: str) -> Callable[[Any, Any], bool]:
    """Whether the request violates the document in one of these parameters only."""

    def applies(case: Any, response: Any) -> bool:
        data = getattr(case.meta.phase, "data", None) if case.meta else None
        return getattr(data, "parameter", None) in names

    return applies


def together(*names: str) -> Callable[[Any, Any], bool]:
    """Whether the query has all these parameters."""
    return lambda case, response: all(name in (case.query or {}) for name in names)


def says(*words: str) -> Callable[[Any, Any], bool]:
    """Whether the answer's text contains one of these words."""
    return lambda case, response: any(word in response.text for word in words)


def has_long_label(value: Any) -> bool:
    """Whether it contains an address with a host name label above the maximum length."""
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


def names_no_id(case: Any, response: Any) -> bool:
    """Whether a path parameter is not an id."""
    return not all(is_id(value) for value in (case.path_parameters or {}).values())


def always(case: Any, response: Any) -> bool:
    return True


@dataclass(frozen=True)
class Exception_:
    dialect: str
    codes: tuple[str, ...]
    applies: Callable[[Any, Any], bool]
    reason: str


EXCEPTIONS = [
    Exception_(
        "relation",
        ("ST202",),
        lambda case, response: case.path in ("/auth", "/api/v1/verify/eth"),
        "A signature of now over a text of now cannot be made up.",
    ),
    Exception_(
        "relation",
        ("ST201", "ST202", "ST203"),
        lambda case, response: case.path == "/ws" and response.status_code == 426,
        "A socket's address: whoever does not ask for a socket is told so, whatever else the request says.",
    ),
    Exception_(
        "relation",
        ("ST401",),
        always,
        "Asked past the hook that reads codes as statuses; hooks.py asks again and looks at the code.",
    ),
    Exception_(
        "chatbotkit",
        ("ST201",),
        breaks_only("take", "order"),
        "The vendor refuses no `take` and no `order`: what is no number is the default, what is too much is the most.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says("cursor is not one of this list"),
        "A cursor is what a page of the same list gave, which no schema can say.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says("must be one that a list has given"),
        "A place in a list of files is what a page has given, which no schema can say.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says("path must", "destinationPath must", "name must"),
        "Paths have rules for each segment and are measured in bytes; the document says so in words.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says(
            "is not valid multipart/form-data",
            "file is required",
            "file must be",
            "file must have",
            "file could not be fetched",
        ),
        "A form must have its file, and an address must lead to one.",
    ),
    Exception_(
        "chatbotkit",
        ("ST201", "ST202"),
        says("CONTENT_TOO_LARGE"),
        "A file that is announced as longer than `file_limit` is refused with 413, before its bytes are.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says("channelId must"),
        "An id of a channel has at least 16 characters of some; the document says so in words.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        says("include needs Accept"),
        "Conversations come with their messages in JSONL only; a schema cannot tie a parameter to a media type.",
    ),
    Exception_(
        "chatbotkit",
        ("ST201",),
        says('"failedCount"'),
        "An import judges record by record: what is no record is named in the answer, and the others are taken.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says("cannot be changed"),
        "A whole chat may be sent back; its fields that never change must be as they are, which no schema knows.",
    ),
    Exception_(
        "gravity-rail",
        ("ST201",),
        lambda case, response: breaks_only("limit", "offset")(case, response)
        and any(together(name)(case, response) for name in ("page", "pageSize")),
        "Where a numbered page is asked for, `limit` and `offset` are not read.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says("is built in and never changes"),
        "Built-in roles stand among the workspace's own under numbers like theirs; which they are, no schema knows.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says("participant_exists"),
        "Who takes part already is refused with 400 by the vendor, where others say 409.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says(
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
        "Fields that ask for others or exclude them, what an action needs, and one member by two names: in words there.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says("filters must be"),
        "A query parameter that holds JSON as text; the document says so in words.",
    ),
    Exception_(
        "gravity-rail",
        ("ST202",),
        says(
            "must be an agent member",
            "has no phone number to call",
            "must be somebody else",
            "has no messages to summarize",
            "does not carry this channel",
        ),
        "What somebody is and has is known to the server alone; the vendor refuses with 400.",
    ),
    Exception_(
        "gravity-rail",
        ("ST302",),
        names_no_id,
        "A name that an answer gave was put where an id stands; a thing that was made has that name too.",
    ),
    Exception_(
        "sharely",
        ("ST202",),
        says("Provide only one of", "Provide either", "Provide rbacEnabled", "contradict each other"),
        "Fields that exclude each other, or one of which must be there: the vendor says so in words, and so do we.",
    ),
    Exception_(
        "sharely",
        ("ST202",),
        says("must be a JSON array of objects", "must be a JSON object"),
        "Lists and objects may also come as JSON text; the document says so in words.",
    ),
    Exception_(
        "sharely",
        ("ST202",),
        says("must be the workspace in the path", "must be the id of a thread", "must be the id of a space", "must be an assistant"),
        "Ids that fit the document and name nothing that fits the request: the vendor answers 400 where others say 404.",
    ),
    Exception_(
        "sharely",
        ("ST202",),
        says("greetingQuestions must"),
        "Each question is a text that is not blank; the document says so in words.",
    ),
    Exception_(
        "sharely",
        ("ST202",),
        says("must be one that a list gave"),
        "A place in a list is what a list gave, and cannot be made up.",
    ),
    Exception_(
        "tenant-chats",
        ("ST202",),
        says("cannot be changed: title, metadata and status can"),
        "A change that names nothing that can be changed would be answered as done and change nothing.",
    ),
    Exception_(
        "chatbotkit",
        ("ST202",),
        lambda case, response: "must be an email address" in response.text and has_long_label(case.body),
        "No name server can have a part of a name of more than 63 letters, which the format of addresses leaves out.",
    ),
    Exception_(
        "tenant-chats",
        ("ST201", "ST202", "ST203"),
        says('"UPGRADE_REQUIRED"'),
        "A socket's address: whoever does not ask for a socket is told so, whatever else the request says.",
    ),
    Exception_(
        "tenant-chats",
        ("ST202",),
        lambda case, response: together("offset", "after_seq")(case, response)
        or together("offset", "before_seq")(case, response),
        "Pages by number and pages by position do not mix; a schema cannot say that two parameters exclude each other.",
    ),
]


def is_unfinished(failure: Any, response: Any) -> bool:
    """A route that is not implemented yet answers 501 in the dialect's format, as documented."""
    return failure.code == "ST101" and response.status_code == 501


def is_trimmed(failure: Any, case: Any) -> bool:
    """A text is trimmed before its length is checked: one that is too long only by blanks is accepted."""
    if failure.code != "ST201" or not isinstance(case.body, dict):
        return False
    texts = [value for value in case.body.values() if isinstance(value, str)]
    return any(len(text) > len(text.strip()) + 16 for text in texts)


def is_blank(failure: Any, case: Any) -> bool:
    """A body of blanks counts as no body."""
    if failure.code != "ST201" or not isinstance(case.body, (bytes, str)):
        return False
    return not case.body.strip()


def is_padded(failure: Any, case: Any) -> bool:
    """Blanks around a header value are not part of it."""
    values = (case.headers or {}).values()
    return failure.code == "ST201" and any(str(value) != str(value).strip(" \t") for value in values)


def is_right(dialect: str, failure: Any, case: Any, response: Any) -> bool:
    """Whether a finding is accepted."""
    found = (is_trimmed, is_blank, is_padded)
    return is_unfinished(failure, response) or any(no_fault(failure, case) for no_fault in found) or any(
        exception.dialect == dialect and failure.code in exception.codes and exception.applies(case, response)
        for exception in EXCEPTIONS
    )


def is_negative(case: Any, location: ParameterLocation) -> bool:
    """Whether a part of the request was generated to violate the document."""
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode == GenerationMode.NEGATIVE
