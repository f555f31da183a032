"""Texts a member by a workflow, learns that the text did not leave, finds the chat, renames and archives it, and opens
a DM with an agent. Prints the chat's id."""

import os

import requests

BASE = f"{os.environ['PARLOR_URL']}/api/v2/w/{os.environ['PARLOR_WORKSPACE']}"
session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['PARLOR_TOKEN']}"


def call(method, path, body=None, **query):
    response = session.request(method, BASE + path, json=body, params=query, timeout=30)
    assert response.status_code == 200, response.text
    return response.json()


chat = call(
    "POST",
    "/chats",
    {
        "channel": "phone-sms",
        "workflowId": int(os.environ["PARLOR_WORKFLOW"]),
        "memberId": int(os.environ["PARLOR_MEMBER"]),
        "assistantEnabled": False,
        "initialMessage": "Your plan renews on Friday.",
        "title": "Renewal",
    },
)
assert chat["initialMessageError"] == "sms_dispatch_failed", chat

found = call("GET", f"/chats/{chat['id']}")
assert found["title"] == "Renewal" and "initialMessageError" not in found, found
listed = call("GET", "/chats", mine="true", channel="phone-sms", sortBy="createdAt")
assert listed["items"][0]["id"] == chat["id"], listed
done = call("PUT", f"/chats/{chat['id']}", {"title": "Renewal, done", "archived": True})
assert done["archived"], done

agent = {"memberId": int(os.environ["PARLOR_AGENT"])}
first, again = call("POST", "/chats/dm", agent), call("POST", "/chats/dm", agent)
assert first == again and first["chatType"] == "dm", first
print(chat["id"])
