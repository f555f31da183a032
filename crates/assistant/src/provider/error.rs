//! Errors of a provider.

use std::fmt;
use std::time::Duration;

use parlor_model::redacted::Redacted;

/// Declares the kinds with code, description, whether another attempt may succeed, and remedy.
macro_rules! error_kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $description:literal, $transient:literal, $remedy:literal;)*) => {
        /// What went wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProviderErrorKind { $($(#[$doc])* $kind,)* }

        impl ProviderErrorKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];
            /// Returns the code, which does not change between versions.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }
            /// Returns the kind of a code.
            pub fn from_name(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$kind),)* _ => None }
            }
            /// Returns whether the same request may succeed a little later.
            pub const fn is_transient(self) -> bool {
                match self { $(Self::$kind => $transient,)* }
            }
            /// Returns a sentence for people.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$kind => $description,)* }
            }
            /// Returns a sentence that tells the operator what to do.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$kind => $remedy,)* }
            }
        }
    };
}

error_kinds! {
    /// The key is missing, wrong or revoked.
    Unauthorized = "unauthorized", "the provider refused the key", false,
        "Check api_key or api_key_file: the provider did not accept the key.";
    /// The key may not do this.
    Forbidden = "forbidden", "the provider does not allow this to the key", false,
        "Allow the model to this key in the provider's own settings, or use another key.";
    /// The account has no budget left.
    QuotaExhausted = "quota_exhausted", "the account with the provider has no budget left", false,
        "Raise the budget of the account with the provider, or use another key.";
    /// Too many requests or tokens in a short time.
    RateLimited = "rate_limited", "the provider limits the rate of requests", true,
        "Wait a little, or ask the provider for a higher rate limit.";
    /// The provider has no capacity now, or its model is being loaded.
    Overloaded = "overloaded", "the provider is overloaded", true,
        "Wait until the provider has capacity, or until its model is loaded, and try again.";
    /// The provider failed.
    ServerError = "server_error", "the provider failed", true,
        "Look into the log of the provider: it answered with an error of its own.";
    /// The messages are longer than the model can read.
    ContextTooLong = "context_too_long", "the messages are longer than the model can read", false,
        "Use a model with a longer context, or start the model server with a longer one.";
    /// The provider refuses the content.
    ContentFiltered = "content_filtered", "the provider refuses the content", false,
        "Change the instructions, or the content filter in the provider's own settings.";
    /// The provider does not understand the request.
    BadRequest = "bad_request", "the provider refused the request", false,
        "Check model, max_tokens_field and the tools: the provider refused a part of the request.";
    /// The model or the path does not exist.
    NotFound = "not_found", "the model or the address does not exist", false,
        "Check model and base_url: the provider knows no such model, or the path lacks its end, often /v1.";
    /// The response is none of this protocol: a redirect or a web page.
    UnexpectedResponse = "unexpected_response", "the address does not answer like a provider", false,
        "Check base_url: what answers there is not a server of chat completions.";
    /// The response breaks the rules of the protocol.
    Malformed = "malformed", "the response of the provider is malformed", true,
        "Try again; if it happens again, look for a newer version of the model server.";
    /// The response is larger than allowed.
    TooLarge = "too_large", "the response of the provider is too large", false,
        "Set max_tokens lower, or raise max_response_bytes or max_event_bytes.";
    /// No connection.
    Unreachable = "unreachable", "the provider cannot be reached", true,
        "Start the model server, or correct base_url: nothing accepts connections there.";
    /// The address is in a network that may not be called.
    AddressForbidden = "address_forbidden", "the address of the provider may not be called", false,
        "Use a public address, or let the operator of the server allow this network.";
    /// The provider did not answer in time.
    TimedOut = "timed_out", "the provider did not answer in time", true,
        "Raise the time-out that has passed, or use a faster model.";
    /// The response ended before its end.
    Interrupted = "interrupted", "the response of the provider was interrupted", true,
        "Try again; if it happens again, look into the log of the provider or of the proxy before it.";
    /// The circuit breaker is open: the provider failed several times, and is not called for a while.
    CircuitOpen = "circuit_open", "the provider failed several times and is not called for a while", false,
        "Wait until the provider is called again, and look for the errors before this one.";
    /// The file of the key cannot be read.
    KeyUnreadable = "key_unreadable", "the file of the key cannot be read", false,
        "Check api_key_file: it must exist, contain the key alone and be readable by the server.";
}

/// An error of a provider. `Display` and `Debug` show nothing that the provider or the caller wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// What went wrong.
    pub kind: ProviderErrorKind,
    /// Status of the HTTP response.
    pub status: Option<u16>,
    /// Time that the provider asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// What this server was doing or waiting for.
    pub context: Option<&'static str>,
    /// The provider's own words. They may quote the prompt: for the operator, never for the log.
    pub message: Redacted<String>,
}

impl ProviderError {
    /// Creates an error without details.
    pub const fn new(kind: ProviderErrorKind) -> Self {
        Self {
            kind,
            status: None,
            retry_after: None,
            context: None,
            message: Redacted(String::new()),
        }
    }

    /// Adds what this server was doing or waiting for.
    #[must_use]
    pub const fn with_context(mut self, context: &'static str) -> Self {
        self.context = Some(context);
        self
    }

    /// Adds the provider's own words.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Redacted(message.into());
        self
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.kind.description(), self.kind.as_str())?;
        if let Some(status) = self.status {
            write!(f, ", HTTP {status}")?;
        }
        f.write_str(")")?;
        match self.context {
            Some(context) => write!(f, ": {context}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ProviderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_names_its_kind() {
        for kind in ProviderErrorKind::ALL {
            assert_eq!(ProviderErrorKind::from_name(kind.as_str()), Some(*kind));
            assert!(kind.remedy().ends_with('.'), "{kind:?}");
        }
        assert_eq!(ProviderErrorKind::from_name("unknown"), None);
    }

    #[test]
    fn error_text_hides_words_of_provider() {
        let error = ProviderError {
            status: Some(400),
            ..ProviderError::new(ProviderErrorKind::BadRequest)
        };
        let error = error
            .with_message("secret prompt")
            .with_context("reading the response");
        let text = format!("{error} {error:?}");
        assert!(!text.contains("secret"), "{text}");
        assert!(text.starts_with(
            "the provider refused the request (bad_request, HTTP 400): reading the response"
        ));
    }
}
