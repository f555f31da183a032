//! Refuses requests of web pages: a page that is open in a browser on this machine reaches loopback addresses too.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;

use crate::control_error::ControlError;
use crate::state::SimulatorState;

/// Refuses a request with an origin, or for a host that a page could have given this machine as a name.
pub(crate) async fn refuse_pages(
    State(state): State<Arc<SimulatorState>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_local = state.options.allow_remote || names_this_machine(headers);
    if headers.contains_key(ORIGIN) || !is_local {
        return ControlError::forbidden("the simulator takes no requests of web pages")
            .into_response();
    }
    next.run(request).await
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(Ok(authority)) = host.map(str::parse::<Authority>) else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_this_machine() {
        let names = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            names_this_machine(&headers)
        };
        for host in ["127.0.0.1:8090", "localhost", "LocalHost:1", "[::1]:8090"] {
            assert!(names(host), "{host}");
        }
        for host in [
            "evil.example",
            "192.0.2.1:8090",
            "localhost.evil.example",
            "",
        ] {
            assert!(!names(host), "{host}");
        }
        assert!(!names_this_machine(&HeaderMap::new()));
    }
}
