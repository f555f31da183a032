//! Calls every route with every scope but the documented one, and with the documented ones alone.
//!
//! Proves INV-22 (`docs/invariants.md`).

use parlor_kit::Auth;
use parlor_testkit::{TestResponse, TestServer, both};

use super::report::FailureReport;
use super::{all_scopes, all_scopes_except};
use crate::credentials::Credentials;
use crate::fixtures::{FixtureEntities, create_fixtures};
use crate::ids::FixtureIds;
use crate::responses::is_well_formed_refusal;
use crate::route_under_test::RouteUnderTest;

/// The kind of credential of a request.
#[derive(Debug, Clone, Copy)]
enum CredentialKind {
    /// An unbound key, and what is issued with it.
    Key,
    /// The owner's token, narrowed.
    Token,
}

async fn credentials(server: &TestServer, bearer: CredentialKind, scopes: &str) -> Credentials {
    let (key, member) = match bearer {
        CredentialKind::Key => {
            let key = server.a.create_key(scopes, None).await;
            (key.clone(), key)
        }
        CredentialKind::Token => {
            let hour = std::time::Duration::from_secs(3_600);
            let token = server
                .a
                .issue_token(&server.a.owner, Some(scopes), hour)
                .await;
            (server.a.key.clone(), token)
        }
    };
    Credentials::from_key_and_token(server, &server.a, &key, member).await
}

/// The kinds that a dialect accepts where a row names a scope.
fn credential_kinds(route: &RouteUnderTest) -> &'static [CredentialKind] {
    match route.dialect {
        "gravity-rail" => &[CredentialKind::Key, CredentialKind::Token],
        _ => &[CredentialKind::Key],
    }
}

fn is_scope_error(reply: &TestResponse) -> bool {
    [401, 403].contains(&reply.status)
}

/// Tries one route with one credential.
async fn try_route(
    server: &TestServer,
    route: &RouteUnderTest,
    own: &FixtureEntities,
    number: usize,
    credentials: &Credentials,
) -> TestResponse {
    let ids = FixtureIds::own(route.dialect, own);
    route
        .call(server, number, &ids, &route.headers(credentials))
        .await
}

both! {
    async fn documented_scope_alone_is_required(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        let mut rows = 0;
        let mut own = create_fixtures(server, &server.a).await;
        for route in RouteUnderTest::all() {
            let Some(scope) = route.route.scope else { continue };
            assert_ne!(route.route.auth, Auth::None, "{}", route.name());
            rows += 1;
            let mut enough = vec![scope.to_string()];
            enough.extend(route.route.conditional_scopes.iter().map(|also| also.scope.to_string()));
            let (without, only) = (all_scopes_except(scope), enough.join(","));
            for bearer in credential_kinds(&route) {
                let without = credentials(server, *bearer, &without).await;
                let by_only = credentials(server, *bearer, &only).await;
                let samples = route.samples(server, &FixtureIds::own(route.dialect, &own)).len();
                for number in 0..samples {
                    let reply = try_route(server, &route, &own, number, &without).await;
                    if !is_well_formed_refusal(&route, &reply) {
                        report.add_reply(&route, number, &format!("by {bearer:?} without {scope}"), &reply);
                        own = create_fixtures(server, &server.a).await;
                    }
                    let reply = try_route(server, &route, &own, number, &by_only).await;
                    if is_scope_error(&reply) {
                        report.add_reply(&route, number, &format!("by {bearer:?} with {only} alone"), &reply);
                    }
                    if route.route.method != http::Method::GET && !is_well_formed_refusal(&route, &reply) {
                        own = create_fixtures(server, &server.a).await;
                    }
                }
            }
        }
        assert!(rows > 100, "{rows} rows name a scope");
        assert!(!all_scopes().is_empty());
        report.assert_empty();
    }
}
