//! Files of messages that are still at a carrier.

use crate::statement::statements;

statements! {
    /// Inserts a file.
    tenant INSERT = "insert into remote_file (ws, conversation, message, url, media_type, created_at)
        values ($1, $2, $3, $4, $5, $6) returning number";
    /// A file by number.
    tenant FIND = "select conversation, message, url, media_type from remote_file where ws = $1 and number = $2";
    /// Deletes a file.
    tenant DELETE = "delete from remote_file where ws = $1 and number = $2";
    /// Deletes the files of a message.
    tenant DELETE_OF_MESSAGE = "delete from remote_file where ws = $1 and message = $2";
    /// Deletes the files of a conversation.
    tenant DELETE_OF_CONVERSATION = "delete from remote_file where ws = $1 and conversation = $2";
}
