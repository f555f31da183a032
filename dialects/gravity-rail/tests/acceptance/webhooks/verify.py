"""Verifies both signatures of a webhook as a receiver does, with Python's own hmac."""

import base64
import hmac
import json
import os

request = json.loads(os.environ["WEBHOOK"])
headers, body = request["headers"], request["body"].encode()
found = []
for secret in request["secrets"]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    standard = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]

    parts = [part.split("=", 1) for part in headers["x-webhook-signature"].split(",")]
    (seconds,) = [value for name, value in parts if name == "t"]
    assert seconds == headers["webhook-timestamp"]
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
    combined = [value for name, value in parts if name == "v1"]
    found.append(
        {
            "standard": any(version == "v1" and hmac.compare_digest(value, expected) for version, value in standard),
            "combined": any(hmac.compare_digest(value, digest) for value in combined),
        }
    )
print(json.dumps(found))
