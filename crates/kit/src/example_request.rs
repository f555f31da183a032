//! One request of a dialect that works on a fresh server: what a newcomer pastes first.

use http::Method;

/// A request with places for what only a running server knows. A place is a name in braces: `key`, `workspace`,
/// `organization`, `owner` (the owner's id), `member` (a token with which the owner acts for itself), and whatever
/// the requests before it bring.
#[derive(Debug, Clone, Copy)]
pub struct ExampleRequest {
    /// Requests to send first, for what their answers hold.
    pub setup: &'static [SetupRequest],
    /// Headers, one a line of the header file.
    pub headers: &'static [&'static str],
    /// The path.
    pub path: &'static str,
    /// The JSON body.
    pub body: &'static str,
}

/// A request that is sent for what its answer holds.
#[derive(Debug, Clone)]
pub struct SetupRequest {
    /// The method.
    pub method: Method,
    /// The path, with places.
    pub path: &'static str,
    /// Name and value of each header, with places.
    pub headers: &'static [(&'static str, &'static str)],
    /// The JSON body, with places.
    pub body: &'static str,
    /// The places it fills, each with the answer's field that fills it.
    pub captures: &'static [(&'static str, &'static str)],
}
