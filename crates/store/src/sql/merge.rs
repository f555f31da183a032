//! Merging one member into another: references to the one ($2) are moved to the other ($3).
//!
//! Keeps INV-9 (`docs/invariants.md`).

use crate::statement::statements;

/// Moves messages. A client id that the other member used in the same conversation is cleared, so that a repeat of it
/// matches the other's message.
macro_rules! messages {
    () => {
        "update message set author = $3, client_id = case when client_id is not null and exists (
            select 1 from message o where o.ws = message.ws and o.conversation = message.conversation
                and o.client_id = message.client_id and o.author = $3) then null else client_id end
        where ws = $1 and author = $2"
    };
}

statements! {
    /// Authors of messages in id order.
    tenant AUTHORS = "select id, author from message where ws = $1 and id > $2 order by id limit $3";
    /// Moves its messages in a range of ids.
    tenant MESSAGES_IN = concat!(messages!(), " and id > $4 and id <= $5");
    /// Moves its newest messages.
    tenant MESSAGES = concat!(messages!(), " and number > $4 and number < 9223372036854775807");
    /// Actors of log entries in key order.
    tenant ACTORS = "select conversation, seq, actor from log_entry
        where ws = $1 and (conversation, seq) > ($2, $3) order by conversation, seq limit $4";
    /// Moves its log entries in a range of keys.
    tenant ENTRIES_IN = "update log_entry set actor = $3
        where ws = $1 and actor = $2 and (conversation, seq) > ($4, $5) and (conversation, seq) <= ($6, $7)";
    /// Moves its log entries of conversations in which it participates.
    tenant ENTRIES = "update log_entry set actor = $3 where ws = $1 and actor = $2
        and conversation in (select conversation from participant where ws = $1 and member = $2)";
    /// Copies its mentions.
    tenant MENTIONS = "insert into mention (ws, member, conversation, seq)
        select cast($1 as bigint), cast($3 as bigint), conversation, seq from mention where ws = $1 and member = $2 on conflict do nothing";
    /// Copies its labels.
    tenant LABELS = "insert into member_label (ws, member, label)
        select cast($1 as bigint), cast($3 as bigint), label from member_label where ws = $1 and member = $2 on conflict do nothing";
    /// Copies whom it follows.
    tenant FOLLOWED = "insert into follow (ws, follower, followee, followed_at)
        select cast($1 as bigint), cast($3 as bigint), followee, followed_at from follow
        where ws = $1 and follower = $2 and followee <> $3 on conflict do nothing";
    /// Copies its followers.
    tenant FOLLOWERS = "insert into follow (ws, follower, followee, followed_at)
        select cast($1 as bigint), follower, cast($3 as bigint), followed_at from follow
        where ws = $1 and followee = $2 and follower <> $3 on conflict do nothing";
    /// Moves its ratings of messages that the other member has not rated.
    tenant RATINGS = "update message_rating set member = $3 where ws = $1 and member = $2 and not exists (
            select 1 from message_rating o where o.ws = message_rating.ws and o.conversation = message_rating.conversation
                and o.message = message_rating.message and o.member = $3)";
    /// Moves its votes on conversations on which the other member has none.
    tenant VOTES = "update conversation_vote set member = $3 where ws = $1 and member = $2 and not exists (
            select 1 from conversation_vote o where o.ws = conversation_vote.ws
                and o.conversation = conversation_vote.conversation and o.member = $3)";
    /// Moves its saved filters whose names the other member does not use.
    tenant FILTERS = "update saved_filter set owner = $3 where ws = $1 and owner = $2 and not exists (
            select 1 from saved_filter o where o.ws = saved_filter.ws and o.owner = $3 and o.name = saved_filter.name)";
    /// Moves spaces of this contact.
    tenant CONTACT_SPACES = "update space set contact = $3, updated_at = $4 where ws = $1 and contact = $2";
    /// Moves its personal space, if the other member has none.
    tenant OWN_SPACE = "update space set owner = $3, updated_at = $4 where ws = $1 and owner = $2
        and not exists (select 1 from space o where o.ws = space.ws and o.owner = $3)";
    /// Turns a second personal space into a space of the other member as contact.
    tenant SECOND_SPACE = "update space set owner = null, contact = coalesce(contact, $3), updated_at = $4
        where ws = $1 and owner = $2";
    /// Moves conversations of which it is owner, subject or assistant.
    tenant CONVERSATIONS = "update conversation set owner = case when owner = $2 then $3 else owner end,
            subject = case when subject = $2 then $3 else subject end,
            assistant = case when assistant = $2 then $3 else assistant end,
            updated_at = case when updated_at > $4 then updated_at else $4 end
        where ws = $1 and (owner = $2 or subject = $2 or assistant = $2)";
    /// Moves the stored user ids of threads.
    tenant THREADS = "update thread_subject set member = $3 where ws = $1 and member = $2";
    /// Moves its message drafts.
    tenant DRAFTS = "update draft set author = $3 where ws = $1 and author = $2";
    /// Moves the turns of an assistant.
    tenant TURNS = "update turn set assistant = $3 where ws = $1 and assistant = $2";
    /// Moves workflow versions.
    tenant VERSIONS = "update workflow_version set author = $3 where ws = $1 and author = $2";
    /// Moves its assignments.
    tenant ASSIGNMENTS = "update assignment set member = $3, updated_at = $4 where ws = $1 and member = $2";
    /// Conversations in which it has a participation of any state.
    tenant PLACES = "select conversation from participant where ws = $1 and member = $2 order by conversation";
    /// Moves a participation with its settings.
    tenant PLACE = "update participant set member = $3 where ws = $1 and member = $2 and conversation = $4";
    /// Writes the merged participation.
    tenant JOIN_PLACES = "update participant set role = $4, state = $5, joined_at = $6, read_seq = $7, read_at = $8,
            pinned_at = $9, muted = $10, hidden_seq = $11
        where ws = $1 and conversation = $2 and member = $3";
    /// Deletes a participation.
    tenant DELETE_PLACE = "delete from participant where ws = $1 and conversation = $2 and member = $3";
    /// The other member and the conversation of each direct conversation.
    tenant OTHER_OF_PAIR = "select case when low = $2 then high else low end, conversation from direct_pair
        where ws = $1 and (low = $2 or high = $2) order by conversation";
    /// Sets the picture of a member that has none.
    tenant PHOTO = "update member set photo = $3 where ws = $1 and number = $2 and photo is null";
}
