//! Example request of a dialect that works on a fresh server.

use http::Method;

/// Request with placeholders for values of a running server. A placeholder is a name in braces: `key`, `workspace`,
/// `organization`, `owner` (the owner's id), `member` (a token by which the owner acts as itself), and values
/// captured from the responses of [`Self::setup`].
#[derive(Debug, Clone, Copy)]
pub struct ExampleRequest {
    /// Requests to send first, whose responses supply placeholders.
    pub setup: &'static [SetupRequest],
    /// Headers, one per line of the header file.
    pub headers: &'static [&'static str],
    /// Path.
    pub path: &'static str,
    /// JSON body.
    pub body: &'static str,
}

/// Request whose response supplies placeholders.
#[derive(Debug, Clone)]
pub struct SetupRequest {
    /// Method.
    pub method: Method,
    /// Path, with placeholders.
    pub path: &'static str,
    /// Names and values of headers, with placeholders.
    pub headers: &'static [(&'static str, &'static str)],
    /// JSON body, with placeholders.
    pub body: &'static str,
    /// Placeholders and the response fields that supply them.
    pub captures: &'static [(&'static str, &'static str)],
}
