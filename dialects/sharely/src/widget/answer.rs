//! Answers of the workspace's assistant as the plain text that the widget reads.

use axum::response::Response;
use parlor_engine::turn::{RequestedTurn, TurnFollower, TurnFollowerEvent};
use parlor_kit::AppState;
use parlor_kit::body_stream::{self, BodySender};
use parlor_kit::ids::format_uuid;

/// Media type of the answer.
pub(super) const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// Returns the answer of a requested turn as a stream: a line with the id of its message, then its text. A failure ends
/// it: the widget reads the stored messages every few seconds.
pub(super) fn stream_answer(
    app: &AppState,
    follower: TurnFollower,
    requested: RequestedTurn,
) -> Response {
    let (chunks, body) = body_stream::channel();
    tokio::spawn(send_text(app.clone(), follower, requested, chunks));
    parlor_kit::response::stream(PLAIN_TEXT, body)
}

async fn send_text(
    app: AppState,
    mut follower: TurnFollower,
    requested: RequestedTurn,
    chunks: BodySender,
) {
    loop {
        let chunk = match follower.next_event(&app.engine, &requested).await {
            Ok(TurnFollowerEvent::Started(message)) => {
                format!("[{{\"id\":\"{}\"}}]\n", format_uuid(message)).into_bytes()
            }
            Ok(TurnFollowerEvent::Text(text)) => text.as_bytes().to_vec(),
            // Tools are nothing for visitors; what is said after them is a paragraph of its own.
            Ok(TurnFollowerEvent::RoundRecorded(round)) if round.next.is_some() => b"\n\n".to_vec(),
            Ok(TurnFollowerEvent::RoundRecorded(_)) => continue,
            Ok(TurnFollowerEvent::Waiting) if !chunks.is_closed() => continue,
            // What was sent is void after a new beginning.
            Ok(
                TurnFollowerEvent::Waiting
                | TurnFollowerEvent::Restarted(_)
                | TurnFollowerEvent::Ended(_),
            ) => return,
            Err(error) => {
                tracing::error!(target: "parlor::stream", ?error, "an answer was not followed");
                return;
            }
        };
        if chunks.send(chunk).await.is_err() {
            return;
        }
    }
}
