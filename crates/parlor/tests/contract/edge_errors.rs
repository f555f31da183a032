//! Errors of the middleware are rendered in the format of the dialect that has the route, also if two dialects share a
//! path prefix.

use std::num::NonZeroU32;

use parlor_kit::Auth;
use parlor_testkit::{TestBackend, TestServer, backend::block_on};
use serde_json::json;

use crate::responses::{is_well_formed_refusal, reply_excerpt};
use crate::route_under_test::RouteUnderTest;

/// Returns headers with an unknown credential of the route's kind.
fn unknown_credential(auth: Auth) -> Vec<(&'static str, String)> {
    let key = format!("prl_{:043}", 7);
    let bearer = format!("Bearer {key}");
    match auth {
        Auth::None => Vec::new(),
        Auth::Key(name) | Auth::KeyOrBearer(name) => vec![(name, key)],
        Auth::Bearer => vec![("authorization", bearer)],
        Auth::KeyAndToken(name, token) => vec![(name, key), (token, bearer)],
    }
}

/// Returns the routes that check a credential.
fn guarded() -> impl Iterator<Item = RouteUnderTest> {
    let all = RouteUnderTest::all().into_iter();
    all.filter(|route| route.route.auth != Auth::None)
}

#[test]
fn edge_refusal_uses_dialect_error_format() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.failed_credentials_per_minute = NonZeroU32::new(1);
        })
        .await;
        // From now on unknown credentials of this address are refused unchecked.
        for key in ["prl_a", "prl_b"] {
            let guess = server.get("/api/v1/space/list").bearer(key).send().await;
            assert_eq!(guess.status, 401);
        }
        let mut wrong = Vec::new();
        let mut shared = 0;
        for route in guarded() {
            let path: Vec<_> = route.route.path.split('/').collect();
            let path: Vec<_> = path
                .into_iter()
                .map(|part| {
                    if part.starts_with('{') {
                        "unknown"
                    } else {
                        part
                    }
                })
                .collect();
            let request = server.request(route.route.method.clone(), &path.join("/"));
            let headers = unknown_credential(route.route.auth);
            let request = headers.iter().fold(request, |request, (name, value)| {
                request.header(name, value)
            });
            let reply = request.json(&json!({})).send().await;
            let is_delayed = !reply.header("retry-after").is_empty();
            if !is_delayed || !is_well_formed_refusal(&route, &reply) {
                wrong.push(format!(
                    "{}: {} {}",
                    route.name(),
                    reply.status,
                    reply_excerpt(&reply)
                ));
            }
            let is_shared = route.route.path.starts_with("/api/v1/channel/");
            shared += usize::from(is_shared && route.dialect == "chatbotkit");
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(shared >= 2, "routes under a prefix of another dialect");
    });
}
