//! A reader without correction: it records every entry as it arrived on the wire, so that anything a client would
//! repair shows too.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::checker::{ReceivedLog, RecordedEntry, RecordedMessage};
use crate::clients::{IndexedChat, LogHeads};

/// Delay between connection attempts while the server is down.
const RETRY_DELAY: Duration = Duration::from_millis(50);

/// Reads a conversation to the end of its log, by the address of its socket.
pub(crate) async fn read_raw(url: String, chat: IndexedChat, mut heads: LogHeads) -> ReceivedLog {
    let mut held = ReceivedLog::new("witness", chat.0);
    let mut epoch = None;
    loop {
        let has = held.entries.last().map_or(0, |last| last.seq);
        let url = match &epoch {
            Some(epoch) => format!("{url}&last_seq={has}&epoch={epoch}"),
            None => url.clone(),
        };
        let Ok((mut socket, _)) = connect_async(url).await else {
            if has_reached_head(&held, &mut heads) {
                return held;
            }
            // Waits until the server is up again.
            match tokio::time::timeout(RETRY_DELAY, heads.changed()).await {
                Ok(Err(_)) => return held,
                Ok(Ok(())) | Err(_) => continue,
            }
        };
        let is_first = epoch.is_none();
        loop {
            if has_reached_head(&held, &mut heads) {
                return held;
            }
            let next = tokio::select! {
                next = socket.next() => next,
                changed = heads.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return held,
                },
            };
            let text = match next {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                _ => break,
            };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["event_type"] == "connection_established" {
                epoch = frame["epoch"].as_str().map(str::to_owned);
                if is_first {
                    break;
                }
                assert_eq!(frame["resumed"], true, "{frame}");
            } else if frame["event_type"] == "error" {
                assert_eq!(frame["error_code"], "SERVER_SHUTDOWN", "{frame}");
            } else if let Some(entry) = parse_entry(&frame) {
                held.entries.push(entry);
            }
        }
    }
}

fn has_reached_head(held: &ReceivedLog, heads: &mut LogHeads) -> bool {
    let head = heads.borrow_and_update();
    let head = head.as_ref().map(|heads| heads[held.conversation]);
    let has = held.entries.last().map_or(0, |last| last.seq);
    head.is_some_and(|head| has >= head)
}

fn parse_entry(frame: &Value) -> Option<RecordedEntry> {
    let seq = frame["seq"]
        .as_i64()
        .filter(|_| frame["event_type"] != "read")?;
    let text = |field: &str| frame["message"][field].as_str().map(str::to_owned);
    let words = (frame["event_type"] == "message_created").then(|| RecordedMessage {
        id: text("id").unwrap(),
        content: text("content").unwrap(),
        client_id: text("client_message_id"),
    });
    Some(RecordedEntry {
        seq,
        message: words,
    })
}
