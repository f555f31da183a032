//! The provider `echo`: it repeats the user's message word by word. It needs no model and answers always alike, for
//! trying the product and for tests.
//!
//! Lines of the user's message that begin with these commands change the response:
//!
//! | line | effect |
//! |---|---|
//! | `/tool NAME JSON` | calls the tool `NAME` with these arguments. Several lines are several calls. The request with their results is answered with `The tool returned: …` |
//! | `/rounds NUMBER` | calls the tools in so many rounds, as long as tools are offered |
//! | `/slow MILLISECONDS` | waits so long before each word; text may follow on the line |
//! | `/fail CODE` | fails with this code of [`ProviderErrorKind`](super::ProviderErrorKind), such as `rate_limited`, instead of a response |
//! | `/fail CODE WORDS` | fails after so many words |
//! | `/context WORDS` | fails with `context_too_long` if the whole prompt has more words |
//!
//! Each word counts as a token, also for `max_tokens`. Model, temperature and stop texts are ignored.

mod script;
mod stream;

use std::future::ready;
use std::time::Duration;

use self::script::EchoScript;
use self::stream::EchoStream;
use super::request::CompletionRequest;
use super::{CompletionFuture, Provider};

/// Provider that repeats the user's message.
#[derive(Debug, Clone, Copy)]
pub struct EchoProvider {
    delay: Duration,
}

impl EchoProvider {
    /// Creates a provider that waits before each word.
    pub const fn new(delay: Duration) -> Self {
        Self { delay }
    }
}

impl Provider for EchoProvider {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        let script = EchoScript::from_request(request);
        let delay = script.delay.unwrap_or(self.delay);
        let stream = EchoStream::new(script, delay, request);
        Box::pin(ready(stream.map(|stream| Box::new(stream) as _)))
    }
}
