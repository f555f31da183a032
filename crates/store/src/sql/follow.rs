//! Following between members.

use super::member_ref;
use crate::statement::statements;

/// Columns of a discovered member as seen by the member $2.
macro_rules! discovered {
    () => {
        concat!(
            "select ",
            member_ref!("m"),
            ", m.photo, exists (select 1 from follow f where f.ws = m.ws and f.follower = $2 and f.followee = m.number)
            from member m where m.ws = $1 and m.id < $3 and m.number <> $2 and m.archived_at is null"
        )
    };
}

statements! {
    /// Makes a member follow another; a no-op if it already does.
    tenant INSERT = "insert into follow (ws, follower, followee, followed_at) values ($1, $2, $3, $4) on conflict do nothing";
    /// Makes a member stop following another.
    tenant DELETE = "delete from follow where ws = $1 and follower = $2 and followee = $3";
    /// Returns a row if a member follows another.
    tenant FIND = "select followed_at from follow where ws = $1 and follower = $2 and followee = $3";
    /// Returns a row if a member follows more than $3 members.
    tenant BEYOND = "select followee from follow where ws = $1 and follower = $2 limit 1 offset $3";
    /// Members that a member follows, newest first, after a position.
    tenant LIST = concat!("select ", member_ref!("m"), ", m.photo, f.followed_at
        from follow f join member m on m.ws = f.ws and m.number = f.followee
        where f.ws = $1 and f.follower = $2 and (f.followed_at, f.followee) < ($3, $4) and m.archived_at is null
        order by f.followed_at desc, f.followee desc limit $5");
    /// Members before an id, newest first.
    tenant MEMBERS = concat!(discovered!(), " order by m.id desc limit $4");
    /// Members with a wallet before an id, newest first.
    tenant WALLET_HOLDERS = concat!(discovered!(), " and m.wallet is not null order by m.id desc limit $4");
    /// The given members before an id, newest first; $6 tells whether members without a wallet are included.
    tenant SOME = concat!(discovered!(), " and m.number in (select value from json_each(cast($5 as text)))
        and (cast($6 as boolean) or m.wallet is not null) order by m.id desc limit $4");
    /// Deletes a member's follows.
    tenant DELETE_OF_FOLLOWER = "delete from follow where ws = $1 and follower = $2";
    /// Deletes a member's followers.
    tenant DELETE_OF_FOLLOWEE = "delete from follow where ws = $1 and followee = $2";
}
