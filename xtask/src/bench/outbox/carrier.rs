//! A carrier that accepts every message at once and keeps the time at which it came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

/// What has come so far.
#[derive(Clone, Default)]
pub(super) struct Arrivals {
    inner: Arc<Mutex<ArrivalTimes>>,
}

#[derive(Default)]
struct ArrivalTimes {
    count: u64,
    by_number: HashMap<u64, Instant>,
}

impl Arrivals {
    pub(super) fn count(&self) -> u64 {
        self.with(|times| times.count)
    }

    /// Returns when the message of a number came.
    pub(super) fn time_of(&self, number: u64) -> Option<Instant> {
        self.with(|times| times.by_number.get(&number).copied())
    }

    fn with<T>(&self, look: impl FnOnce(&mut ArrivalTimes) -> T) -> T {
        look(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Starts serving the carrier in the background.
pub(super) async fn start(address: &str) -> Result<Arrivals> {
    let arrivals = Arrivals::default();
    let listener = TcpListener::bind(address).await?.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    let router = Router::new().fallback(accept).with_state(arrivals.clone());
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(arrivals)
}

async fn accept(State(arrivals): State<Arrivals>, form: Bytes) -> (StatusCode, &'static str) {
    let came = Instant::now();
    let number = number_of(&form);
    arrivals.with(|times| {
        times.count += 1;
        if let Some(number) = number {
            times.by_number.insert(number, came);
        }
    });
    (StatusCode::CREATED, r#"{"sid":"SM1","status":"queued"}"#)
}

/// Returns the number that is the text of a message.
fn number_of(form: &[u8]) -> Option<u64> {
    let start = memchr::memmem::find(form, b"Body=")? + b"Body=".len();
    let digits: Vec<u8> = form[start..]
        .iter()
        .copied()
        .take_while(u8::is_ascii_digit)
        .collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}
