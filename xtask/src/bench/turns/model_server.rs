//! A model server that says what its script says, with the time of sending in each token.

use std::convert::Infallible;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::plan::ModelScript;
use crate::bench::fanout::timestamp_mark;

const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":20,\"total_tokens\":40}}\n\n\
    data: [DONE]\n\n";

/// Starts serving the model in the background.
pub(super) async fn start(address: &str, script: ModelScript) -> Result<()> {
    let listener = TcpListener::bind(address).await?.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    let router = Router::new()
        .route("/v1/chat/completions", post(complete))
        .with_state(script);
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(())
}

/// Streams the answer. The first token has two marks: the time at which the question came, and its own.
async fn complete(State(script): State<ModelScript>, _question: Bytes) -> Response {
    let asked = (timestamp_mark::new_mark(), Instant::now());
    let events = stream::unfold((asked, 0), move |((mark, began), token)| async move {
        if token > script.tokens {
            return None;
        }
        let event = if token == script.tokens {
            END.to_owned()
        } else {
            tokio::time::sleep_until(began + script.due_after(token)).await;
            let arrival = if token == 0 { mark.as_str() } else { "" };
            format!(
                "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1735689600,\
                 \"model\":\"scripted\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{arrival}{}\"}},\
                 \"finish_reason\":null}}]}}\n\n",
                timestamp_mark::new_mark()
            )
        };
        Some((Ok::<_, Infallible>(event), ((mark, began), token + 1)))
    });
    let body = Body::from_stream(events);
    ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
}
