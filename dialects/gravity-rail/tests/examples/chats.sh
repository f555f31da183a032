#!/usr/bin/env bash
# Texts a member by a workflow, learns that the text did not leave, finds the chat, renames and archives it, and opens
# a DM with an agent. Prints the chat's id.
set -euo pipefail

call() { # METHOD PATH [BODY]
  curl --silent --show-error --fail-with-body --request "$1" \
    "$PARLOR_URL/api/v2/w/$PARLOR_WORKSPACE$2" \
    --header "Authorization: Bearer $PARLOR_TOKEN" \
    --header "Content-Type: application/json" ${3:+--data "$3"}
}
field() { sed --quiet "s/^{.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }

made=$(call POST /chats "{\"channel\":\"phone-sms\",\"workflowId\":$PARLOR_WORKFLOW,\"memberId\":$PARLOR_MEMBER,
  \"assistantEnabled\":false,\"initialMessage\":\"Your plan renews on Friday.\",\"title\":\"Renewal\"}" | tr --delete '\n')
id=$(sed --quiet 's/^{"id":\([0-9]*\),.*/\1/p' <<<"$made")
why=$(field initialMessageError <<<"$made")
[ "$why" = sms_dispatch_failed ] || { echo "$made" >&2; exit 1; }

call GET "/chats/$id" | grep --quiet '"title":"Renewal"'
call GET "/chats?mine=true&channel=phone-sms&sortBy=createdAt" | grep --quiet "\"id\":$id,"
call PUT "/chats/$id" '{"title":"Renewal, done","archived":true}' | grep --quiet '"archived":true'

first=$(call POST /chats/dm "{\"memberId\":$PARLOR_AGENT}")
again=$(call POST /chats/dm "{\"memberId\":$PARLOR_AGENT}")
[ "$first" = "$again" ] || { echo "$first $again" >&2; exit 1; }
echo "$id"
