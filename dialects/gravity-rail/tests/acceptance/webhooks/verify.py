"""Verifies a webhook as a receiver does: by a library of the standard, and by Python's own hmac."""

import hmac
import json
import os

from standardwebhooks import Webhook, WebhookVerificationError

request = json.loads(os.environ["WEBHOOK"])
headers, body = request["headers"], request["body"]


def is_standard(secret):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


found = []
for secret in request["secrets"]:
    parts = [part.split("=", 1) for part in headers["x-webhook-signature"].split(",")]
    (seconds,) = [value for name, value in parts if name == "t"]
    assert seconds == headers["webhook-timestamp"]
    signed = f"{seconds}.{body}".encode()
    digest = hmac.digest(secret.encode(), signed, "sha256").hex()
    combined = [value for name, value in parts if name == "v1"]
    found.append(
        {
            "python": is_standard(secret),
            "combined": any(hmac.compare_digest(value, digest) for value in combined),
        }
    )
print(json.dumps(found))
