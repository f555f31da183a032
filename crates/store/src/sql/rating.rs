//! Ratings of messages.

use super::member_ref;
use crate::statement::statements;

statements! {
    /// Inserts or replaces one reader's rating; $5 is null for an unbound key.
    tenant PUT = "insert into message_rating (ws, id, conversation, message, member, rating, comment, rated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (ws, conversation, message, coalesce(member, 0)) do update set rating = excluded.rating,
            comment = excluded.comment, rated_at = excluded.rated_at";
    /// Deletes one reader's rating.
    tenant DELETE = "delete from message_rating where ws = $1 and conversation = $2 and message = $3
        and coalesce(member, 0) = coalesce(cast($4 as bigint), 0)";
    /// Copies the newest rating into the message.
    tenant REPEAT_NEWEST = "update message set
            rating = (select r.rating from message_rating r
                where r.ws = message.ws and r.conversation = message.conversation and r.message = message.number
                order by r.rated_at desc, r.id desc limit 1),
            rating_comment = (select r.comment from message_rating r
                where r.ws = message.ws and r.conversation = message.conversation and r.message = message.number
                order by r.rated_at desc, r.id desc limit 1)
        where ws = $1 and number = $2";
    /// Ratings of the given messages, oldest first within each: the member's own ($4, or that of unbound keys) and the
    /// newest of others, at most $5 per message.
    tenant LIST = concat!("select r.id, r.message, r.rating, r.comment, r.rated_at, ", member_ref!("m"), "
        from (select a.ws, a.id, a.message, a.member, a.rating, a.comment, a.rated_at,
                row_number() over (partition by a.message order by
                    case when coalesce(a.member, 0) = coalesce(cast($4 as bigint), 0) then 0 else 1 end, a.rated_at desc, a.id desc)
                    as place
            from message_rating a
            where a.ws = $1 and a.conversation = $2 and a.message in (select value from json_each(cast($3 as text)))) r
        left join member m on m.ws = r.ws and m.number = r.member
        where r.ws = $1 and r.place <= $5
        order by r.message, r.rated_at, r.id");
    /// One rating for each of the given messages: the member's own ($4, or that of unbound keys), otherwise the newest
    /// of all if $5, otherwise the newest of unbound keys.
    tenant SHOWN = concat!("select r.id, r.message, r.rating, r.comment, r.rated_at, ", member_ref!("m"), "
        from (select a.ws, a.id, a.message, a.member, a.rating, a.comment, a.rated_at,
                row_number() over (partition by a.message order by
                    case when coalesce(a.member, 0) = coalesce(cast($4 as bigint), 0) then 0 else 1 end, a.rated_at desc, a.id desc)
                    as place
            from message_rating a
            where a.ws = $1 and a.conversation = $2 and a.message in (select value from json_each(cast($3 as text)))
                and (cast($5 as boolean) or a.member is null or a.member = cast($4 as bigint))) r
        left join member m on m.ws = r.ws and m.number = r.member
        where r.ws = $1 and r.place = 1
        order by r.message");
    /// Deletes the ratings of a message.
    tenant DELETE_OF_MESSAGE = "delete from message_rating where ws = $1 and conversation = $2 and message = $3";
    /// Messages that a member has rated.
    tenant MESSAGES_OF_MEMBER = "select message from message_rating where ws = $1 and member = $2";
    /// Deletes the ratings of a member.
    tenant DELETE_OF_MEMBER = "delete from message_rating where ws = $1 and member = $2";
}
