"""Makes a chat with requests and prints its id."""

import os

import requests

response = requests.post(
    f"{os.environ['PARLOR_URL']}/api/v1/chats/",
    headers={"X-API-Key": os.environ["PARLOR_KEY"], "Content-Type": "application/json"},
    json={
        "user_id": "customer-7",
        "title": "Late parcel",
        "metadata": {"desk": "returns", "urgent": True},
    },
    timeout=30,
)
assert response.status_code == 201, response.text
chat = response.json()
assert chat["user_id"] == "customer-7" and chat["last_message_at"] is None, chat
print(chat["id"])
