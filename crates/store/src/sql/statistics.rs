//! What is counted over a workspace's conversations.

use super::gated;
use crate::statement::statements;

statements! {
    /// How many conversations were made per day since the epoch; direct ones apart.
    tenant DAILY = concat!("select cast(c.created_at / 86400000000 as bigint), cast(count(*) as bigint) from conversation c
        where c.ws = $1 and c.kind <> 'direct' and c.created_at >= $2 and c.created_at < $3
          and (cast($4 as bigint) is null or exists (select 1 from participant p
            where p.ws = c.ws and p.conversation = c.number and p.member = $4 and p.state = 'joined'))",
        gated!("5"), " group by c.created_at / 86400000000 order by 1");
    /// The open conversations a person has to answer, longest waiting first. $2 is the acting member, who alone sees
    /// direct ones; $3 null, or whom they must involve.
    tenant WAITING = concat!("select c.number from conversation c
        where c.ws = $1 and c.needs_response = true and c.state = 'active'
          and (c.kind <> 'direct' or exists (select 1 from participant p where p.ws = c.ws and p.conversation = c.number
            and p.member = cast($2 as bigint) and p.state = 'joined'))
          and (cast($3 as bigint) is null or exists (select 1 from participant p
            where p.ws = c.ws and p.conversation = c.number and p.member = $3 and p.state = 'joined'))",
        gated!("5"), " order by c.last_message_at nulls first, c.number limit $4");
    /// Messages of a workspace, deleted or not, in the order of their ids, after one of them.
    tenant MESSAGES_AFTER = "select id from message where ws = $1 and id > $2 order by id limit $3";
    /// Conversations but for direct ones in the order of their ids, after one of them.
    tenant CONVERSATIONS_AFTER = "select id from conversation where ws = $1 and id > $2 and kind <> 'direct' order by id limit $3";
    /// How many messages of a conversation stand between two positions and were made between two times.
    tenant MESSAGES_BETWEEN = "select cast(count(*) as bigint) from message where ws = $1 and conversation = $2 and seq > $3 and seq <= $4
        and deleted_at is null and created_at >= $5 and created_at < $6";
    /// Remembers a tool's name.
    tenant INSERT_TOOL = "insert into tool_name (ws, name) values ($1, $2) on conflict do nothing";
    /// The names of the tools that were called.
    tenant TOOLS = "select name from tool_name where ws = $1 order by name limit $2";
}
