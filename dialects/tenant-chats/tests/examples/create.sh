#!/usr/bin/env bash
# Makes a chat with curl and prints its id.
set -euo pipefail

answer=$(curl --silent --show-error --write-out '\n%{http_code}' --request POST "$PARLOR_URL/api/v1/chats/" \
  --header "X-API-Key: $PARLOR_KEY" \
  --header "Content-Type: application/json" \
  --data '{"user_id":"customer-7","title":"Late parcel","metadata":{"desk":"returns","urgent":true}}')
[ "${answer##*$'\n'}" = 201 ] || { echo "$answer" >&2; exit 1; }
sed --quiet 's/^{"id":"\([0-9a-f-]*\)".*/\1/p' <<<"$answer"
