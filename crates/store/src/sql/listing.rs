//! Conversation lists.

use super::conversation::{columns, joins};
use super::{gated, undeparted};
use crate::statement::statements;

/// Filters of a list. $2 is the acting member, or null for an unbound key; the others are null if they do not restrict.
/// $15 lists numbers, $16 is a label, $17 the only role whose threads are visible.
macro_rules! filtered {
    () => {
        concat!(" where c.ws = $1
            and (c.kind <> 'direct' or exists (select 1 from participant p where p.ws = c.ws and p.conversation = c.number
                and p.member = cast($2 as bigint) and p.state = 'joined'))
            and (cast($3 as bigint) is null or exists (select 1 from participant p
                where p.ws = c.ws and p.conversation = c.number and p.member = $3 and p.state = 'joined'))
            and (cast($4 as bigint) is null or c.subject = $4)
            and (cast($5 as bigint) is null or c.assistant = $5)
            and (cast($6 as boolean) is null or (c.state <> 'active') = $6)
            and (cast($7 as boolean) is null or c.needs_response = $7)
            and (cast($8 as boolean) is null or c.paused = $8)
            and (cast($9 as boolean) is null or c.is_test = $9)
            and (cast($10 as text) is null or c.medium = $10)
            and (cast($11 as text) is null or c.kind = $11)
            and (cast($12 as text) is null or (c.kind <> 'direct' and
                coalesce(c.category, case when c.workflow is null then 'simple' else 'assignment' end) = $12))
            and (cast($13 as bigint) is null or c.created_at >= $13)
            and (cast($14 as bigint) is null or c.created_at < $14)
            and (cast($15 as text) is null or c.number in (select value from json_each(cast($15 as text))))
            and (cast($16 as bigint) is null or exists (select 1 from conversation_label b
                where b.ws = c.ws and b.conversation = c.number and b.label = $16))", gated!("17"))
    };
}
macro_rules! page {
    ($sort:literal) => {
        concat!(
            "select ",
            columns!(),
            " from conversation c",
            joins!(),
            filtered!(),
            " order by ",
            $sort,
            " limit $18 offset $19"
        )
    };
}

/// Sort keys of a list.
macro_rules! keys {
    () => {
        "select c.number, c.created_at, c.updated_at, c.last_message_at, c.title from "
    };
}
/// Filters covered by an index: $2 to $4, null if they do not restrict.
macro_rules! indexed_filters {
    () => {
        " and (cast($2 as boolean) is null or (c.state <> 'active') = $2)
            and (cast($3 as boolean) is null or c.is_test = $3)
            and (cast($4 as text) is null or c.kind = $4)"
    };
}

statements! {
    /// Number of conversations that match the filters.
    tenant COUNT = concat!("select cast(count(*) as bigint) from conversation c", filtered!());
    /// Number of conversations without direct ones.
    tenant COUNT_PLAIN = concat!("select cast(count(*) as bigint) from conversation c
        where c.ws = $1 and c.kind <> 'direct'", indexed_filters!());
    /// Number of direct conversations in which a member participates.
    tenant COUNT_DIRECT = concat!("select cast(count(*) as bigint) from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation
        where p.ws = $1 and p.member = $5 and p.state = 'joined' and c.kind = 'direct'", indexed_filters!());
    /// Sort keys of the conversations in which a member participates or participated and that match the filters.
    tenant KEYS_OF_MEMBER = concat!(keys!(), "participant d join conversation c on c.ws = d.ws and c.number = d.conversation",
        filtered!(), " and d.ws = $1 and d.member = $18");
    /// Sort keys of the listed conversations that match the filters.
    tenant KEYS_OF_FOUND = concat!(keys!(), "json_each(cast($15 as text)) f join conversation c on c.ws = $1 and c.number = f.value",
        filtered!());
    /// Conversations with all columns, in no particular order.
    tenant WHOLE = concat!("select ", columns!(), " from conversation c", joins!(),
        " where c.ws = $1 and c.number in (select value from json_each(cast($2 as text)))");
    /// By creation, newest first.
    tenant CREATED_DESC = page!("c.created_at desc, c.number desc");
    /// By creation, oldest first.
    tenant CREATED_ASC = page!("c.created_at, c.number");
    /// By last change, newest first.
    tenant UPDATED_DESC = page!("c.updated_at desc, c.number desc");
    /// By last change, oldest first.
    tenant UPDATED_ASC = page!("c.updated_at, c.number");
    /// By newest message, newest first; those without one last.
    tenant SPOKEN_DESC = page!("c.last_message_at desc nulls last, c.number desc");
    /// By newest message, oldest first; those without one last.
    tenant SPOKEN_ASC = page!("c.last_message_at nulls last, c.number");
    /// By title, descending; untitled ones last.
    tenant TITLE_DESC = page!("c.title desc nulls last, c.number desc");
    /// By title; untitled ones last.
    tenant TITLE_ASC = page!("c.title nulls last, c.number");
    /// Conversations before a number, newest first.
    tenant BEFORE = concat!("select ", columns!(), " from conversation c", joins!(), filtered!(),
        " and c.number < $18 order by c.number desc limit $19");
    /// Sort keys of the conversations of a space, in no particular order, without direct ones.
    tenant KEYS_OF_SPACE = concat!("select c.number, c.id, c.kind, c.created_at, c.last_message_at from conversation c
        where c.ws = $1 and c.space = $2 and c.kind <> 'direct'", gated!("3"), undeparted!("4"));
    /// Columns that a space's list shows of the given conversations, in no particular order.
    tenant OF_SPACE = concat!("select c.number, c.space, c.id, c.title, c.kind, c.created_at, c.updated_at, c.last_message_at,
            exists (select 1 from message t where t.ws = c.ws and t.conversation = c.number and t.deleted_at is null
                and t.role in ('user', 'assistant') limit 1 offset 1)
        from conversation c where c.ws = $1 and c.number in (select value from json_each(cast($2 as text)))
            and c.kind <> 'direct'", gated!("3"), undeparted!("4"));
    /// Conversations in which a member participates or whose subject it is, newest first, without direct ones.
    tenant OF_MEMBER_DESC = concat!("select ", columns!(), " from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation", joins!(),
        " where p.ws = $1 and p.member = $2 and (p.state = 'joined' or c.subject = p.member) and c.kind <> 'direct'",
        gated!("5"), " order by p.conversation desc limit $3 offset $4");
    /// Conversations in which a member participates or whose subject it is, oldest first, without direct ones.
    tenant OF_MEMBER_ASC = concat!("select ", columns!(), " from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation", joins!(),
        " where p.ws = $1 and p.member = $2 and (p.state = 'joined' or c.subject = p.member) and c.kind <> 'direct'",
        gated!("5"), " order by p.conversation limit $3 offset $4");
    /// Total number of rows.
    tenant COUNT_OF_MEMBER = concat!("select cast(count(*) as bigint) from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation
        where p.ws = $1 and p.member = $2 and (p.state = 'joined' or c.subject = p.member) and c.kind <> 'direct'",
        gated!("3"));
}
