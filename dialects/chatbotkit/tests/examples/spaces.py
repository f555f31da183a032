"""The life of a space with the standard library. Wants TARGET, the server's address, and TOKEN, an API key."""

import csv
import io
import json
import os
import urllib.error
import urllib.request

TARGET, TOKEN = os.environ["TARGET"], os.environ["TOKEN"]


def call(path, body=None, accept="application/json", token=TOKEN):
    """Status, media type and text of an answer."""
    head = {"Accept": accept, "Authorization": f"Bearer {token}"}
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    if data is not None:
        head["Content-Type"] = "application/json"
    request = urllib.request.Request(TARGET + path, data=data, headers=head)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_content_type(), refusal.read().decode()


def ask(path, body=None):
    """The JSON of an answer that must be good."""
    status, media_type, text = call(path, body)
    assert (status, media_type) == (200, "application/json"), (path, status, text)
    return json.loads(text)


for prefix in ("/api/v1", "/v1"):
    contact = ask(f"{prefix}/contact/ensure", {"fingerprint": "acme"})["id"]
    meta = {"department": "support", "priority": "high", "sla": {"hours": 4}}
    space = ask(f"{prefix}/space/create", {"name": 'a "b", c', "contactId": contact, "meta": meta})["id"]
    found = ask(f"{prefix}/space/{space}/fetch")
    assert (found["name"], found["contactId"], found["meta"]) == ('a "b", c', contact, meta)

    ask(f"{prefix}/space/{space}/update", {"meta": {"tier": "premium", "priority": None}})
    meta = {"department": "support", "sla": {"hours": 4}, "tier": "premium"}
    assert ask(f"{prefix}/space/{space}/fetch")["meta"] == meta

    page = ask(f"{prefix}/space/list?order=desc&take=20&meta.tier=premium")
    assert [item["id"] for item in page["items"]] == [space]
    assert ask(f"{prefix}/space/list?meta.tier=premium&cursor={page['cursor']}") == {"items": [], "cursor": ""}
    assert ask(f"{prefix}/space/list?contactId={contact}")["items"][0]["id"] == space

    assert ask(f"{prefix}/space/export")["items"][0]["id"] == space
    status, media_type, text = call(f"{prefix}/space/export?order=desc&take=100", accept="application/jsonl")
    assert (status, media_type) == (200, "application/jsonl")
    assert [json.loads(line)["id"] for line in text.splitlines()] == [space]
    status, media_type, text = call(f"{prefix}/space/export", accept="text/csv")
    assert (status, media_type) == (200, "text/csv")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["id"], row["name"]) == (space, 'a "b", c')
    assert row["meta"] == "department: support\nsla:\n  hours: 4\ntier: premium"

    for body, wanted in (({"meta": []}, 400), (b"{", 400), (b"[]", 400), ({"contactId": "contact_nope"}, 404)):
        status, media_type, text = call(f"{prefix}/space/create", body)
        assert (status, media_type) == (wanted, "application/json"), (body, status, text)
        assert set(json.loads(text)) == {"message", "code"}
    assert call(f"{prefix}/space/list", token="wrong")[0] == 401
    assert call(f"{prefix}/space/list?cursor=%21%21")[0] == 400

    assert ask(f"{prefix}/space/{space}/delete", {}) == {"id": space}
    assert call(f"{prefix}/space/{space}/fetch")[0] == 404
print("ok")
