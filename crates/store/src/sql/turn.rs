//! Turns of assistants.

use crate::SqlStatement;
use crate::statement::statements;

macro_rules! columns {
    () => {
        "select number, conversation, message_id, state, answered_seq, attempts, text, cancel_requested, error, created_at,
            kind, assistant, tool_rounds, input_tokens, output_tokens
        from turn"
    };
}

/// Marks the turn under way instead of a second one, and returns its number and its message's id.
macro_rules! mark_under_way {
    () => {
        " on conflict (ws, conversation) where state in ('queued', 'running') do update set
            pending = turn.pending or excluded.assistant is null,
            pending_for = case when turn.pending_for like '%' || cast($7 as text) || '%' then turn.pending_for
                else turn.pending_for || cast($7 as text) end
        returning number, message_id"
    };
}

statements! {
    /// Inserts a turn, or marks the one under way in the conversation; returns its number and its message's id. $7 is the
    /// assistant's number between commas, or empty.
    tenant REQUEST = concat!("insert into turn (ws, conversation, message_id, state, created_at, kind, assistant)
        values ($1, $2, $3, 'queued', $4, $5, $6)", mark_under_way!());
    /// Requests a turn like `REQUEST`, if the conversation's assistant may answer now.
    tenant REQUEST_IF_SERVED = concat!("insert into turn (ws, conversation, message_id, state, created_at, kind, assistant)
        select cast($1 as bigint), number, $3, 'queued', $4, $5, $6 from conversation
            where ws = $1 and number = $2 and assistant_enabled and not paused", mark_under_way!());
    /// Begins a queued turn, or one whose worker is gone: it answers what the log holds now. An opening message answers
    /// nothing. What was said after somebody asked to cancel it is answered.
    tenant BEGIN = "update turn set state = 'running', pending = pending and kind = 'opening', attempts = attempts + 1, text = '',
            cancel_requested = cancel_requested and not pending,
            pending_for = case when assistant is null then pending_for
                else replace(pending_for, ',' || cast(assistant as text) || ',', '') end,
            started_at = coalesce(started_at, $3), answered_seq = case when kind = 'opening' then 0 else
                (select c.last_seq from conversation c where c.ws = $1 and c.number = turn.conversation) end
        where ws = $1 and number = $2 and state in ('queued', 'running')";
    /// A turn by number.
    tenant BY_NUMBER = concat!(columns!(), " where ws = $1 and number = $2");
    /// A turn by its message's id, of which only the newest ones of a conversation are asked for.
    tenant BY_MESSAGE = concat!(columns!(), " where ws = $1 and conversation = $2 and message_id = $3
        order by number desc limit 1");
    /// The turn under way in a conversation.
    tenant UNDER_WAY = concat!(columns!(), " where ws = $1 and conversation = $2 and state in ('queued', 'running')");
    /// The newest turn of a conversation.
    tenant NEWEST = concat!(columns!(), " where ws = $1 and conversation = $2 order by number desc limit 1");
    /// Saves text that was generated, and returns whether somebody asked to cancel the turn.
    tenant SAVE_TEXT = "update turn set text = text || $3 where ws = $1 and number = $2 and state = 'running'
        returning cancel_requested";
    /// Counts a recorded round of tool calls with its tokens: the answer goes on as the message with the id $3. Returns
    /// whether somebody asked to cancel the turn.
    tenant RECORD_ROUND = "update turn set tool_rounds = tool_rounds + 1, message_id = $3, text = '',
            input_tokens = input_tokens + $4, output_tokens = output_tokens + $5
        where ws = $1 and number = $2 and state = 'running' returning cancel_requested";
    /// Takes back the attempt that `BEGIN` has counted.
    tenant UNCOUNT_ATTEMPT = "update turn set attempts = attempts - 1
        where ws = $1 and number = $2 and state = 'running' and attempts > 0";
    /// Ends a turn; returns whether people said something that it does not answer, and to which other assistants, and
    /// its kind.
    tenant END = "update turn set state = $3, error = $4, input_tokens = input_tokens + $5, output_tokens = output_tokens + $6,
            ended_at = $7, text = ''
        where ws = $1 and number = $2 and state in ('queued', 'running')
        returning pending, pending_for, kind";
    /// Asks to cancel the turn under way in a conversation. One that has not begun is cancelled with all that was said.
    tenant REQUEST_CANCEL = "update turn set cancel_requested = true, pending = pending and state = 'running'
        where ws = $1 and conversation = $2 and state in ('queued', 'running') returning message_id";
    /// Ends the turn under way in a conversation without an answer.
    tenant WITHDRAW = "update turn set state = 'cancelled', ended_at = $3, text = ''
        where ws = $1 and conversation = $2 and state in ('queued', 'running') returning number, message_id";
    /// Removes the job of a turn, whoever holds it.
    tenant DELETE_JOB = "delete from job where ws = $1 and subject = $2 and kind = 'turn'";
    /// Whether a job is still held under a fence; the row is locked until the transaction ends.
    global LOCK_JOB = "select 1 from job where number = $1 and fence = $2 for update";
    /// Adds requests and tokens to those of a day.
    tenant ADD_USAGE = "insert into assistant_usage (ws, day, requests, input_tokens, output_tokens)
        values ($1, $2, $3, $4, $5)
        on conflict (ws, day) do update set requests = assistant_usage.requests + excluded.requests,
            input_tokens = assistant_usage.input_tokens + excluded.input_tokens,
            output_tokens = assistant_usage.output_tokens + excluded.output_tokens";
    /// Tokens of the turns of a conversation that have ended from a time on and before another.
    tenant TOKENS = "select cast(coalesce(sum(input_tokens), 0) as bigint), cast(coalesce(sum(output_tokens), 0) as bigint)
        from turn where ws = $1 and conversation = $2 and ended_at >= $3 and ended_at < $4";
    /// Removes the turns of an assistant that is deleted.
    tenant DELETE_OF_ASSISTANT = "delete from turn where ws = $1 and assistant = $2";
    /// Requests and tokens of all days.
    tenant TOTAL_USAGE = "select cast(coalesce(sum(requests), 0) as bigint), cast(coalesce(sum(input_tokens), 0) as bigint),
            cast(coalesce(sum(output_tokens), 0) as bigint)
        from assistant_usage where ws = $1";
    /// Days with requests and tokens, from one day on and before another, in order.
    tenant DAILY_USAGE = "select requests, input_tokens, output_tokens, day from assistant_usage
        where ws = $1 and day >= $2 and day < $3 order by day";
    /// Requests and tokens of a day.
    tenant USAGE = "select requests, input_tokens, output_tokens from assistant_usage where ws = $1 and day = $2";
}

/// Texts that SQLite runs in place of the shared ones.
pub(crate) static SQLITE: &[(&SqlStatement, &str)] = &[(
    &LOCK_JOB,
    "select 1 from job where number = $1 and fence = $2",
)];
