//! Requests for messages and the log.

use reqwest::Method;
use serde::Deserialize;

use super::chat::{PageQuery, random_id};
use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;
use crate::log::{ChatLogEntry, ListLogResponse};
use crate::message::{CreateMessageRequest, MessageResponse};

/// Stored message.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SendMessageResult {
    /// Message as stored.
    pub message: MessageResponse,
    /// Whether the message was stored by an earlier request.
    pub duplicate: bool,
}

/// Page of messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListMessagesResponse {
    /// Messages.
    pub messages: Vec<MessageResponse>,
    /// Total number of messages in the chat.
    pub total: i64,
    /// Whether there are more pages.
    pub has_more: bool,
}

/// Range of a chat's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListMessagesQuery {
    /// Only messages after this seq. Excludes an offset.
    pub after_seq: Option<i64>,
    /// Only messages before this seq. Excludes an offset.
    pub before_seq: Option<i64>,
    /// Number and order.
    pub page: PageQuery,
}

/// Maximum entries of a log page.
const MAX_PAGE_ENTRIES: i64 = 100;

impl Client {
    /// Sends a message. It is stored once, however often the request is retried.
    pub async fn send_message(
        &self,
        chat: &str,
        message: impl Into<CreateMessageRequest>,
    ) -> Result<SendMessageResult, Error> {
        let mut message = message.into();
        message.client_message_id.get_or_insert_with(random_id);
        let url = self.chat_url(chat, &["messages"])?;
        let request = ApiRequest::new(Method::POST, url).body(&message)?;
        let response = request.send(self).await?;
        Ok(SendMessageResult {
            message: response.body,
            duplicate: response.replayed,
        })
    }

    /// Lists a page of a chat's messages.
    pub async fn list_messages(
        &self,
        chat: &str,
        query: ListMessagesQuery,
    ) -> Result<ListMessagesResponse, Error> {
        let request = ApiRequest::new(Method::GET, self.chat_url(chat, &["messages"])?);
        let request = query.page.apply_to(request);
        let request = request
            .query_opt("after_seq", query.after_seq)
            .query_opt("before_seq", query.before_seq);
        Ok(request.send(self).await?.body)
    }

    /// Returns up to `limit` entries of a chat's log after a seq; at most 100.
    pub async fn read_log(
        &self,
        chat: &str,
        after: i64,
        limit: i64,
    ) -> Result<ListLogResponse, Error> {
        let request = ApiRequest::new(Method::GET, self.chat_url(chat, &["log"])?);
        let request = request
            .query_opt("after_seq", Some(after))
            .query_opt("limit", Some(limit));
        Ok(request.send(self).await?.body)
    }

    /// Returns all entries of a chat's log after a seq.
    pub async fn read_log_to_end(
        &self,
        chat: &str,
        after: i64,
    ) -> Result<Vec<ChatLogEntry>, Error> {
        let mut entries: Vec<ChatLogEntry> = Vec::new();
        loop {
            let last_seq = entries.last().map_or(after, |entry| entry.seq);
            let page = self.read_log(chat, last_seq, MAX_PAGE_ENTRIES).await?;
            let is_last = page.entries.is_empty() || !page.has_more;
            entries.extend(page.entries);
            if is_last {
                return Ok(entries);
            }
        }
    }
}
