# A chat's socket as somebody writes it who has read the vendor's pages and nothing else, with a library that nobody
# here wrote. What those pages do not name is passed over.
import json
import os

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

url = os.environ["PARLOR_URL"]
key = os.environ["PARLOR_KEY"]
socket_url = url.replace("http", "ws", 1) + "/ws/chat"
headers = {"X-API-Key": key}

DOCUMENTED = {
    "connection_established": {"user_id", "chat_id", "tenant_id"},
    "user_created": {"user_id"},
    "message_received": {"message_id", "chat_id", "user_id", "content"},
    "message_stream_started": {"chat_id", "user_id"},
    "message_stream_token": {"chat_id", "token"},
    "message_stream_ended": {"message_id", "chat_id", "user_id", "content"},
    "error": {"error_code", "error_message", "details"},
}


def by_query(user_id, chat_id, api_key=key):
    return connect(f"{socket_url}?api_key={api_key}&user_id={user_id}&chat_id={chat_id}")


def by_headers(user_id, chat_id):
    values = {"X-API-Key": key, "X-User-ID": user_id, "X-Chat-ID": chat_id}
    return connect(socket_url, additional_headers=values)


def event(socket):
    """The next event that the pages name: one flat object."""
    while True:
        text = socket.recv(timeout=20)
        assert isinstance(text, str), text
        said = json.loads(text)
        kind = said["event_type"]
        assert said["timestamp"].endswith("Z"), said
        if kind not in DOCUMENTED:
            continue
        assert DOCUMENTED[kind] <= said.keys(), said
        nested = {name for name, value in said.items() if isinstance(value, (dict, list))}
        assert nested == ({"details"} if kind == "error" else set()), said
        assert kind != "error" or said["details"]["fix"], said
        return said


def expect(socket, kind, **fields):
    said = event(socket)
    assert said["event_type"] == kind, said
    assert fields.items() <= said.items(), (fields, said)
    return said


def messages():
    answer = requests.get(f"{url}/api/v1/chats/{chat_id}/messages", headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


def delete():
    return requests.delete(f"{url}/api/v1/chats/{chat_id}", headers=headers, timeout=20)


body = {"user_id": "customer-7", "title": "Late parcel"}
made = requests.post(f"{url}/api/v1/chats/", headers=headers, json=body, timeout=20)
assert made.status_code == 201, made.text
chat_id, tenant_id = made.json()["id"], made.json()["tenant_id"]

with by_query("customer-7", chat_id) as ada:
    expect(ada, "connection_established", user_id="customer-7", chat_id=chat_id, tenant_id=tenant_id)
    ada.send(json.dumps({"content": "Where is my parcel?"}))
    received = expect(ada, "message_received", user_id="customer-7", chat_id=chat_id)
    # It is saved by the time that this is said.
    (stored,) = messages()
    assert (stored["id"], stored["content"]) == (received["message_id"], "Where is my parcel?"), stored
    assert stored["sender_role"] == "user", stored

    with by_headers("customer-8", chat_id) as bob:
        expect(bob, "connection_established", user_id="customer-8", chat_id=chat_id, tenant_id=tenant_id)
        expect(bob, "user_created", user_id="customer-8")
        bob.send(json.dumps({"content": "It is here: 📦", "metadata": {"shelf": 4}}))
        expect(bob, "message_received", user_id="customer-8", chat_id=chat_id)
        # What others say has no place on the pages, so the next event is one's own.
        ada.send(json.dumps({"content": "Thank you"}))
        expect(ada, "message_received", user_id="customer-7")
        # What is no message is refused, and the socket goes on.
        for bad in ["{}", '{"content": " "}', "not json", b"\x00\x01"]:
            bob.send(bad)
            expect(bob, "error")
        bob.send(json.dumps({"content": "You are welcome"}))
        expect(bob, "message_received", user_id="customer-8")
        ada.ping().wait(timeout=20)

    with by_query("customer-8", chat_id) as bob:
        expect(bob, "connection_established", user_id="customer-8")
        bob.send(json.dumps({"content": "Anything else?"}))
        # Known by now: the next event is not that the user was made.
        expect(bob, "message_received", content="Anything else?")
        # What a backend says for the assistant comes as an answer does, in as many pieces as there are.
        said = {"content": "Let me see.", "sender_role": "assistant"}
        path = f"{url}/api/v1/chats/{chat_id}/messages"
        answer = requests.post(path, headers=headers, json=said, timeout=20)
        assert answer.status_code == 201, answer.text
        expect(bob, "message_stream_started", chat_id=chat_id)
        tokens = ""
        while (piece := event(bob))["event_type"] == "message_stream_token":
            tokens += piece["token"]
        assert piece["event_type"] == "message_stream_ended", piece
        assert (piece["content"], piece["message_id"]) == (tokens, answer.json()["id"]), piece
        assert tokens == "Let me see.", tokens

    said = [(message["content"], message["metadata"]) for message in messages()]
    assert said == [
        ("Where is my parcel?", {}),
        ("It is here: 📦", {"shelf": 4}),
        ("Thank you", {}),
        ("You are welcome", {}),
        ("Anything else?", {}),
        ("Let me see.", {}),
    ], said
    assert delete().status_code == 409

for wrong in [
    by_query("customer-7", chat_id, api_key="nope"),
    by_query("customer-7", "00000000-0000-7000-8000-000000000000"),
]:
    with wrong as refused:
        expect(refused, "error")
        try:
            refused.recv(timeout=20)
            raise AssertionError("a refused connection stays open")
        except ConnectionClosed:
            pass

# The server notices in its own time that the last socket has gone.
for _ in range(1_000):
    answer = delete()
    if answer.status_code != 409:
        break
assert answer.status_code == 200 and answer.json()["success"] is True, answer.text
assert answer.json()["deleted_at"].endswith("Z"), answer.text
assert delete().status_code == 404
print("ok")
