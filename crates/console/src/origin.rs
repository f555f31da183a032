//! Where a request comes from: a page of this server, or one of another site.

use http::header::{HOST, ORIGIN};
use http::uri::Uri;
use http::{HeaderMap, HeaderValue};

use crate::settings::ConsoleSettings;

/// Header in which browsers say how the page that sends a request is related to the server (Fetch Metadata).
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Returns whether a page of this server sends the request. A request that says nothing of its origin does not count as
/// one: browsers say it with every form and every socket.
pub(crate) fn is_same_origin(headers: &HeaderMap, settings: &ConsoleSettings) -> bool {
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    match (site, headers.get(ORIGIN)) {
        (Some(site), _) if site != b"same-origin" => false,
        (Some(_), None) => true,
        (_, Some(origin)) => origin
            .to_str()
            .is_ok_and(|origin| names_this_server(origin, headers, settings)),
        (None, None) => false,
    }
}

fn names_this_server(origin: &str, headers: &HeaderMap, settings: &ConsoleSettings) -> bool {
    let uri = origin.parse::<Uri>().ok();
    let Some(authority) = uri.as_ref().and_then(Uri::authority) else {
        // `null`, the origin of sandboxed and local pages.
        return false;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority.as_str()))
        || settings.is_public_authority(authority.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_server_are_of_the_same_origin() {
        let settings = ConsoleSettings::new("https://chat.example", false);
        let check = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            map.insert(HOST, "inside:8080".parse().unwrap());
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            is_same_origin(&map, &settings)
        };
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(check(&[("origin", "http://inside:8080")]));
        assert!(check(&[("origin", "https://chat.example")]));
        assert!(!check(&[]));
        assert!(!check(&[("origin", "null")]));
        assert!(!check(&[("origin", "http://evil.example")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!check(&[
                ("sec-fetch-site", site),
                ("origin", "http://inside:8080")
            ]));
        }
        assert!(!check(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://evil.example")
        ]));
    }
}
