//! Accepts HTTP connections. An answer that is to be lost ends its connection instead.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Longest time until a client has sent the head of a request.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Delay after a failed `accept`, for example with too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// Extension of an answer that does not arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LostAnswer;

#[derive(Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct LostAnswerError;

/// Serves a router until the task is dropped, with its connections.
pub(crate) async fn serve_http(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "the simulator has not accepted a connection");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let router = router.clone();
        let service = service_fn(move |request| {
            let router = router.clone();
            async move {
                let response = match router.oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                let is_lost = response.extensions().get::<LostAnswer>().is_some();
                if is_lost {
                    Err(LostAnswerError)
                } else {
                    Ok(response)
                }
            }
        });
        connections.spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_READ_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the simulator has ended early");
            }
        });
    }
}
