//! Counts over a workspace's conversations.

use super::gated;
use crate::statement::statements;

statements! {
    /// Number of conversations created per day since the epoch, without direct ones.
    tenant DAILY = concat!("select cast(c.created_at / 86400000000 as bigint), cast(count(*) as bigint) from conversation c
        where c.ws = $1 and c.kind <> 'direct' and c.created_at >= $2 and c.created_at < $3
          and (cast($4 as bigint) is null or exists (select 1 from participant p
            where p.ws = c.ws and p.conversation = c.number and p.member = $4 and p.state = 'joined'))",
        gated!("5"), " group by c.created_at / 86400000000 order by 1");
    /// Open conversations that need a response, longest waiting first. $2 is the acting member, to which alone direct
    /// ones are visible; $3 is null or a member that must participate.
    tenant WAITING = concat!("select c.number from conversation c
        where c.ws = $1 and c.needs_response = true and c.state = 'active'
          and (c.kind <> 'direct' or exists (select 1 from participant p where p.ws = c.ws and p.conversation = c.number
            and p.member = cast($2 as bigint) and p.state = 'joined'))
          and (cast($3 as bigint) is null or exists (select 1 from participant p
            where p.ws = c.ws and p.conversation = c.number and p.member = $3 and p.state = 'joined'))",
        gated!("5"), " order by c.last_message_at nulls first, c.number limit $4");
    /// Messages of a workspace in id order after one of them, including deleted ones.
    tenant MESSAGES_AFTER = "select id from message where ws = $1 and id > $2 and exists (
            select 1 from conversation c where c.ws = message.ws and c.number = message.conversation)
        order by id limit $3";
    /// Number of messages of a workspace in a range of ids, including deleted ones. Only the index is read.
    tenant MESSAGES_IN_RANGE = "select cast(count(*) as bigint) from message where ws = $1 and id >= $2 and id < $3";
    /// Conversations in id order after one of them, without direct ones.
    tenant CONVERSATIONS_AFTER = "select id from conversation where ws = $1 and id > $2 and kind <> 'direct' order by id limit $3";
    /// Number of messages of a conversation in a `seq` range and a time range.
    tenant MESSAGES_BETWEEN = "select cast(count(*) as bigint) from message where ws = $1 and conversation = $2 and seq > $3 and seq <= $4
        and deleted_at is null and created_at >= $5 and created_at < $6";
    /// Records a tool's name.
    tenant INSERT_TOOL = "insert into tool_name (ws, name) values ($1, $2) on conflict do nothing";
    /// Names of called tools.
    tenant TOOLS = "select name from tool_name where ws = $1 order by name limit $2";
}
