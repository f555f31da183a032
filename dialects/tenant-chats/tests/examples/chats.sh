#!/usr/bin/env bash
# Every call of a chat's life with curl: make it, say something, read it, list it, delete it. Prints its id.
set -euo pipefail

chats="$PARLOR_URL/api/v1/chats"

# The answer's body; a status that is not the expected one ends the program.
call() {
  local expected=$1 method=$2 path=$3 answer
  shift 3
  answer=$(curl --silent --show-error --write-out '\n%{http_code}' --request "$method" "$chats$path" \
    --header "X-API-Key: $PARLOR_KEY" --header "Content-Type: application/json" "$@")
  [ "${answer##*$'\n'}" = "$expected" ] || { echo "$method $path: $answer" >&2; exit 1; }
  printf '%s\n' "${answer%$'\n'*}"
}

chat=$(call 201 POST / --data '{"user_id":"customer-9","title":"Late parcel","metadata":{"desk":"returns"}}' | jq -er .id)
for text in "Where is my parcel?" "Are you there?"; do
  call 201 POST "/$chat/messages" --data "$(jq -n --arg text "$text" '{content: $text, user_id: "customer-9"}')" |
    jq -e --arg text "$text" '.content == $text and .sender_role == "user"' >/dev/null
done

call 200 GET "/$chat" | jq -e '.message_count == 2 and .status == "active" and .config.metadata.desk == "returns"' >/dev/null
call 200 GET "/user/customer-9?limit=10" | jq -e --arg chat "$chat" '.total == 1 and .has_more == false
  and .chats[0].id == $chat and .chats[0].message_count == 2' >/dev/null
# A page at a time, until there is no more.
offset=0
texts=""
while :; do
  page=$(call 200 GET "/$chat/messages?limit=1&offset=$offset")
  texts+=$(jq -r '.messages[].content' <<<"$page")"|"
  offset=$((offset + 1))
  jq -e .has_more <<<"$page" >/dev/null || break
done
[ "$texts" = "Where is my parcel?|Are you there?|" ] || { echo "$texts" >&2; exit 1; }

call 400 POST / --data '{}' | jq -e '.error_code == "INVALID_REQUEST" and (.detail | length > 0)' >/dev/null
call 200 DELETE "/$chat" | jq -e '.success and (.deleted_at | endswith("Z"))' >/dev/null
call 404 GET "/$chat" | jq -e '.error_code == "CHAT_NOT_FOUND"' >/dev/null
echo "$chat"
