"""Says what is wrong with an AsyncAPI 3.0 document against the standard's schema, and with the frames of transcripts
against the document: arguments are the standard's schema, the document, and the transcripts."""

import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

standard, document = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft7Validator(standard).iter_errors(document)]

registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))


def found(pointer):
    """What a reference within the document points to."""
    part = document
    for step in pointer.removeprefix("#/").split("/"):
        part = part[step]
    return part


def allowed(channel, action):
    """The schemas of everything that is sent or received on a channel."""
    for operation in document["operations"].values():
        if operation["channel"]["$ref"] == f"#/channels/{channel}" and operation["action"] == action:
            for message in operation["messages"]:
                name = found(message["$ref"])["$ref"]
                found(name)
                yield {"$ref": f"urn:document{name}/payload"}


def fits(channel, action, frame):
    def valid(schema):
        return Draft202012Validator(schema, registry=registry).is_valid(frame)

    return any(valid(schema) for schema in allowed(channel, action))


told = 0
for name in sys.argv[3:]:
    channels = {}
    for number, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), 1):
        who, _, rest = line.partition(" ")
        verb, _, said = rest.partition(" ")
        if verb == "connect":
            chat = "chatV2" if "v=2" in said else "chatV1"
            one = "live" if said.startswith("/live") else chat
            channels[who] = "member" if said.startswith("/ws/?") else one
        elif who in channels and verb in "<>":
            told += 1
            frame = json.loads(said)
            refused = verb == ">" and ("dance" in said or '" "' in said)
            if fits(channels[who], "send" if verb == "<" else "receive", frame) == refused:
                faults.append(f"{name}:{number}: {said}")

print(f"{told} frames")
for fault in faults:
    print(fault)
sys.exit(1 if faults or not told else 0)
