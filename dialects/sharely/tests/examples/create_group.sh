#!/usr/bin/env bash
# Exchanges an API key for a token, then makes a group. Prints the answer.
set -euo pipefail

token=$(curl --silent --show-error --fail -X POST \
  "$SHARELY_URL/workspaces/$SHARELY_WORKSPACE/generate-access-key-token" \
  -H 'Content-Type: application/json' \
  -H "x-api-key: $SHARELY_API_KEY" \
  -d '{}' | sed -E 's/.*"token":"([^"]+)".*/\1/')

curl --silent --show-error --fail -X POST \
  "$SHARELY_URL/v1/workspaces/$SHARELY_WORKSPACE/spaces/$SHARELY_SPACE/group" \
  -H "Authorization: Bearer $token" \
  -H "organizationid: $SHARELY_ORGANIZATION" \
  -H 'Content-Type: application/json' \
  -d '{ "name": "Technical Support" }'
