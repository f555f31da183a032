//! Limited rates of sending.

use crate::statement::statements;

statements! {
    /// Takes the next place in the rate of a medium, unless it is after $5. Parameters: workspace, medium, now, the time that
    /// a place takes, the last place that is taken. Returns the time of the place.
    tenant TAKE_PLACE = "insert into sending_rate (ws, medium, next_at) values ($1, $2, cast($3 as bigint) + cast($4 as bigint))
        on conflict (ws, medium) do update set
            next_at = case when sending_rate.next_at > cast($3 as bigint) then sending_rate.next_at else cast($3 as bigint) end + cast($4 as bigint)
            where sending_rate.next_at <= $5
        returning next_at - cast($4 as bigint)";
    /// Forgets what was sent.
    tenant DELETE = "delete from sending_rate where ws = $1";
}
