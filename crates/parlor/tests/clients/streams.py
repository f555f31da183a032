"""Validates the events of streams against an OpenAPI 3.1 document. Arguments: the document, and a file of records:
{"path", "method", "media", "event"} in a line each. Prints the number of events, then each violation."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))


def pointer(*steps):
    """Returns a reference to a part of the document."""
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return {"$ref": "urn:document#/" + "/".join(escaped)}


violations = []
records = [json.loads(line) for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()]
for record in records:
    contents = document["paths"][record["path"]][record["method"]]["responses"]["200"]["content"]
    if "schema" not in contents[record["media"]]:
        violations.append(f"{record['path']}: no schema")
        continue
    # The data of a server-sent event is JSON in a field of it.
    data = []
    if record["media"] == "text/event-stream":
        has_end = "anyOf" in contents[record["media"]]["schema"]["properties"]["data"]
        data = ["properties", "data", *(["anyOf", "0"] if has_end else []), "contentSchema"]
    path = ["paths", record["path"], record["method"], "responses", "200", "content", record["media"], "schema"]
    schema = pointer(*path, *data)
    if not Draft202012Validator(schema, registry=registry).is_valid(record["event"]):
        violations.append(f"{record['path']}: {json.dumps(record['event'])}")

print(f"{len(records)} events")
for violation in violations:
    print(violation)
sys.exit(1 if violations or not records else 0)
