"""Prints the errors of an OpenAPI 3.1 document: against the standard, and examples against their schemas."""

import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)

faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]

registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))


def misfits(schema, value):
    if "$ref" in schema:
        schema = {"$ref": "urn:document" + schema["$ref"]}
    return [error.message for error in Draft202012Validator(schema, registry=registry).iter_errors(value)]


for path, item in document["paths"].items():
    for method, operation in item.items():
        name = f"{method} {path}"
        bodies = operation.get("requestBody", {}).get("content", {})
        for body in bodies.values():
            if "example" in body:
                faults += [f"{name}: the example of the body: {fault}" for fault in misfits(body["schema"], body["example"])]
for name, schema in document.get("components", {}).get("schemas", {}).items():
    for example in [schema["example"]] if "example" in schema else schema.get("examples", []):
        faults += [f"{name}: its example: {fault}" for fault in misfits({"$ref": f"#/components/schemas/{name}"}, example)]

for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
