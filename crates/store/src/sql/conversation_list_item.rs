//! A member's own conversation list.

use super::{gated, member_ref};
use crate::statement::statements;

/// Restricts the list by the credential: one parameter tells whether direct conversations are visible, another the only
/// role whose threads are.
macro_rules! shown {
    ($direct:literal, $gate:literal) => {
        concat!(
            " and (c.kind <> 'direct' or cast($",
            $direct,
            " as boolean))",
            gated!($gate)
        )
    };
}

/// Conversations in which a member ($2) participates or participated and that satisfy a condition, without hidden ones.
/// Counts are computed for these rows only, in the same statement. For a conversation that the member has left, the row
/// shows the state at that time: `read_seq` and `read_at` hold where and when it left.
macro_rules! list_items {
    ($direct:literal, $gate:literal, $condition:literal, $stretch:literal) => {
        concat!(
            "with page as (
            select p.ws, p.conversation, p.member, p.state, p.muted, p.read_seq, p.pinned_at,
                case when p.state = 'joined' then coalesce(c.last_message_at, c.created_at)
                    else coalesce(p.read_at, p.joined_at) end as active_at
            from participant p join conversation c on c.ws = p.ws and c.number = p.conversation
            where p.ws = $1 and p.member = $2
              and (p.hidden_seq is null or (p.state = 'joined' and coalesce(c.last_message_seq, 0) > p.hidden_seq))",
            shown!($direct, $gate),
            " and ",
            $condition,
            " ",
            $stretch,
            ")
        select c.number, c.id, c.kind, c.state, c.title, c.icon, q.state, q.muted, q.pinned_at, q.active_at,
            case when q.state = 'joined' then (select cast(count(*) as bigint) from message t
                where t.ws = q.ws and t.conversation = q.conversation and t.seq > q.read_seq and t.deleted_at is null
                  and t.role in ('user', 'assistant') and coalesce(t.author, 0) <> q.member) else 0 end,
            case when q.state = 'joined' then (select cast(count(*) as bigint) from mention n
                where n.ws = q.ws and n.member = q.member and n.conversation = q.conversation and n.seq > q.read_seq)
                else 0 end,
            l.role, l.form, l.text, l.created_at, ",
            member_ref!("m"),
            ", c.last_seq, c.created_at
        from page q join conversation c on c.ws = q.ws and c.number = q.conversation
            left join message l on l.ws = q.ws and l.conversation = q.conversation and l.deleted_at is null
                and l.seq = case when q.state = 'joined' then c.last_message_seq else (select max(t.seq) from message t
                    where t.ws = q.ws and t.conversation = q.conversation and t.seq <= q.read_seq
                      and t.deleted_at is null and t.role in ('user', 'assistant')) end
            left join participant r on c.kind = 'direct' and r.ws = q.ws and r.conversation = q.conversation
                and r.member <> q.member
            left join member m on m.ws = r.ws and m.number = r.member
        where q.ws = $1
        order by coalesce(q.pinned_at, 0) desc, q.active_at desc, q.conversation desc"
        )
    };
}

statements! {
    /// One page. $3: null or a part of a name; $4: null or a conversation; $5 to $7: null or the position after which
    /// to continue.
    tenant PAGE = list_items!("9", "10", "(cast($4 as bigint) is null or p.conversation = $4)
              and (cast($3 as text) is null
                or (c.kind <> 'direct' and fold(c.title) like $3 escape '\\')
                or (c.kind = 'direct' and exists (select 1 from participant r
                    join member w on w.ws = r.ws and w.number = r.member
                    where r.ws = p.ws and r.conversation = p.conversation and r.member <> p.member
                      and fold(coalesce(w.name, w.handle)) like $3 escape '\\')))
              and (cast($5 as bigint) is null
                or (coalesce(p.pinned_at, 0), case when p.state = 'joined' then coalesce(c.last_message_at, c.created_at)
                    else coalesce(p.read_at, p.joined_at) end, p.conversation) < ($5, $6, $7))",
        "order by coalesce(p.pinned_at, 0) desc, active_at desc, p.conversation desc
            limit $8");
    /// Rows of the given conversation numbers.
    tenant SOME = list_items!("4", "5", "p.conversation in (select value from json_each(cast($3 as text)))", "");
    /// Time of the last change of each conversation in the member's list, in number order; after leaving, the time of
    /// leaving.
    tenant STIRRED = concat!("select p.conversation, c.id, p.state,
            (p.state = 'joined' and (p.hidden_seq is null or coalesce(c.last_message_seq, 0) > p.hidden_seq)),
            case when p.state = 'joined' then c.updated_at else p.joined_at end, p.joined_at, p.read_at
        from participant p join conversation c on c.ws = p.ws and c.number = p.conversation
        where p.ws = $1 and p.member = $2 and p.conversation > $3",
        shown!("5", "6"), " order by p.conversation limit $4");
    /// Pairs of the given conversations and members in which the member participates or participated.
    tenant CONCERNED = "select p.conversation, p.member from participant p
        where p.ws = $1 and p.conversation in (select value from json_each(cast($2 as text)))
          and p.member in (select value from json_each(cast($3 as text)))";
    /// First participants of a conversation except the member, in the order of joining.
    tenant OTHERS = concat!("select ", member_ref!("m"), " from participant p
        join member m on m.ws = p.ws and m.number = p.member
        where p.ws = $1 and p.conversation = $2 and p.member <> $3 and p.state = 'joined'
        order by p.joined_at, p.member limit $4");
    /// Unread messages, and those that mention the member, over its open conversations.
    tenant TOTALS = concat!("select
            (select cast(count(*) as bigint) from participant p
                join conversation c on c.ws = p.ws and c.number = p.conversation
                join message t on t.ws = p.ws and t.conversation = p.conversation and t.seq > p.read_seq
                where p.ws = $1 and p.member = $2 and p.state = 'joined' and c.state <> 'closed'
                  and c.last_message_seq > p.read_seq and t.deleted_at is null and t.role in ('user', 'assistant')
                  and coalesce(t.author, 0) <> p.member", shown!("3", "4"), "),
            (select cast(count(*) as bigint) from participant p
                join conversation c on c.ws = p.ws and c.number = p.conversation
                join mention n on n.ws = p.ws and n.member = p.member and n.conversation = p.conversation
                  and n.seq > p.read_seq
                where p.ws = $1 and p.member = $2 and p.state = 'joined' and c.state <> 'closed'", shown!("3", "4"), ")");
}
