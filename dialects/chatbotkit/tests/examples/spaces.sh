#!/usr/bin/env bash
# The life of a space with nothing but curl. Wants TARGET, the server's address, and TOKEN, an API key.
set -euo pipefail

call() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body --request "$method" \
    --header "Authorization: Bearer $TOKEN" "$@" "$TARGET$path"
}
post() { call POST "$1" --header 'Content-Type: application/json' --data "$2"; }
id_of() { sed -E 's/^\{"id":"([^"]+)"\}$/\1/'; }
expect() { # text, part
  case $1 in *"$2"*) ;; *) printf 'expected %s in\n%s\n' "$2" "$1" >&2; exit 1 ;; esac
}

contact=$(post /api/v1/contact/ensure '{"fingerprint":"acme"}' | id_of)
space=$(post /api/v1/space/create '{
  "name": "Customer Support - ACME Corp",
  "description": "Where ACME is supported",
  "contactId": "'"$contact"'",
  "meta": { "department": "support", "priority": "high" }
}' | id_of)

found=$(call GET "/api/v1/space/$space/fetch")
expect "$found" '"name":"Customer Support - ACME Corp"'
expect "$found" "\"contactId\":\"$contact\""

expect "$(post "/api/v1/space/$space/update" '{ "name": "Premium Support", "meta": { "tier": "premium", "priority": null } }')" "$space"
expect "$(post "/api/v1/space/$space/update" '{ "description": "Upgraded" }')" "$space"
expect "$(call GET "/api/v1/space/$space/fetch")" '"meta":{"department":"support","tier":"premium"}'

page=$(call GET '/api/v1/space/list?order=desc&take=20')
expect "$page" "$space"
cursor=$(printf '%s' "$page" | sed -E 's/.*"cursor":"([^"]*)"\}$/\1/')
expect "$(call GET "/api/v1/space/list?cursor=$cursor&order=desc&take=20")" '"items":[]'
expect "$(call GET "/api/v1/space/list?contactId=$contact")" "$space"
expect "$(call GET '/api/v1/space/list?cursor=eyJpZCI6InNwYWNlXzEyMyJ9&order=desc&take=20')" '"items":['

expect "$(call GET /api/v1/space/export --header 'Accept: application/json')" "{\"items\":[{\"id\":\"$space\""
expect "$(call GET /api/v1/space/export --header 'Accept: application/jsonl')" "{\"id\":\"$space\""
expect "$(call GET /api/v1/space/export --header 'Accept: text/csv')" 'id,name,description,blueprintId,contactId,createdAt,updatedAt,meta'
expect "$(call GET '/api/v1/space/export?order=desc&take=100')" "$space"

expect "$(post "/api/v1/space/$space/delete" '{}')" "{\"id\":\"$space\"}"
gone=$(call GET "/api/v1/space/$space/fetch" || true)
expect "$gone" '"code":"NOT_FOUND"'

conversation=$(post /api/v1/conversation/create '{"name":"Hello"}' | id_of)
expect "$(call GET "/api/v1/conversation/$conversation/fetch")" '"name":"Hello"'
echo ok
