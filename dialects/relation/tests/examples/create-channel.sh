#!/usr/bin/env bash
# Creates a group of the caller and two others. Wants PARLOR_URL, PARLOR_API_KEY and PARLOR_TOKEN, a unified token.
# The scheme is written in lower case, as clients of this API do.
set -euo pipefail

curl --silent --show-error --fail-with-body \
  --request POST "$PARLOR_URL/api/v1/channel/create" \
  --header "ApiKey: $PARLOR_API_KEY" \
  --header "Authorization: bearer $PARLOR_TOKEN" \
  --header "Content-Type: application/json" \
  --data-raw '{
    "members": ["dhkyq-sqaaa-aaaaj-sgz3q-cai", "qddyo-3aaaa-aaaaj-allxa-cai"],
    "name": "test-group",
    "type": "G"
  }'
