"""Validates an AsyncAPI 3.0 document against the schema of the standard, and the frames of transcripts against the
document. Arguments: the schema, the document, and the transcripts. Prints the number of frames, then each violation."""

import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

standard, document = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
violations = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft7Validator(standard).iter_errors(document)]

registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))


def resolve(pointer):
    """Returns the part of the document to which a reference points."""
    part = document
    for step in pointer.removeprefix("#/").split("/"):
        part = part[step]
    return part


def message_schemas(channel, action):
    """Yields the schemas of all messages that are sent or received on a channel."""
    for operation in document["operations"].values():
        if operation["channel"]["$ref"] == f"#/channels/{channel}" and operation["action"] == action:
            for message in operation["messages"]:
                name = resolve(message["$ref"])["$ref"]
                resolve(name)
                yield {"$ref": f"urn:document{name}/payload"}


def is_documented(channel, action, frame):
    """Returns whether one of the schemas of a channel accepts a frame."""

    def valid(schema):
        return Draft202012Validator(schema, registry=registry).is_valid(frame)

    return any(valid(schema) for schema in message_schemas(channel, action))


frame_count = 0
for name in sys.argv[3:]:
    channels = {}
    for number, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), 1):
        client, _, rest = line.partition(" ")
        verb, _, text = rest.partition(" ")
        if verb == "connect":
            chat = "chatV2" if "v=2" in text else "chatV1"
            one = "live" if text.startswith("/live") else chat
            channels[client] = "member" if text.startswith("/ws/?") else one
        elif client in channels and verb in "<>":
            frame_count += 1
            frame = json.loads(text)
            # Clients send some frames that the server must refuse.
            is_invalid = verb == ">" and ("dance" in text or '" "' in text)
            if is_documented(channels[client], "send" if verb == "<" else "receive", frame) == is_invalid:
                violations.append(f"{name}:{number}: {text}")

print(f"{frame_count} frames")
for violation in violations:
    print(violation)
sys.exit(1 if violations or not frame_count else 0)
