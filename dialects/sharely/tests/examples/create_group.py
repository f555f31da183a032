"""Exchanges an API key for a token, makes a user's group, and meets an unknown space."""

import json
import os
import uuid

import requests

URL = os.environ["SHARELY_URL"]
WORKSPACE = os.environ["SHARELY_WORKSPACE"]

exchanged = requests.post(
    f"{URL}/workspaces/{WORKSPACE}/generate-access-key-token",
    headers={"x-api-key": os.environ["SHARELY_API_KEY"]},
    json={},
    timeout=10,
)
exchanged.raise_for_status()
headers = {
    "Authorization": f"Bearer {exchanged.json()['token']}",
    "organizationid": os.environ["SHARELY_ORGANIZATION"],
}


def create_group(space, name):
    return requests.post(
        f"{URL}/v1/workspaces/{WORKSPACE}/spaces/{space}/group",
        headers=headers,
        json={"name": name},
        timeout=10,
    )


group = create_group(os.environ["SHARELY_SPACE"], "Python Questions")
group.raise_for_status()
refused = create_group(uuid.uuid4(), "Nowhere")

print(json.dumps({**group.json(), "refused": refused.status_code}))
