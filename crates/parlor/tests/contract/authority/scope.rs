//! Every route with every scope but the documented one, and with the documented ones alone.

use parlor_kit::Auth;
use parlor_testkit::{Reply, TestServer, both};

use super::report::Report;
use super::{all_but, all_scopes};
use crate::call::Place;
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::words::refused;
use crate::world::{Things, furnish};

/// Whose rights a request is made with.
#[derive(Debug, Clone, Copy)]
enum Bearer {
    /// A key that acts for nobody, and what is made of it.
    Key,
    /// The owner's token, narrowed.
    Token,
}

async fn credentials(server: &TestServer, bearer: Bearer, scopes: &str) -> Credentials {
    let (key, member) = match bearer {
        Bearer::Key => {
            let key = server.a.another_key(scopes, None).await;
            (key.clone(), key)
        }
        Bearer::Token => {
            let hour = std::time::Duration::from_secs(3_600);
            let token = server.a.token(&server.a.owner, Some(scopes), hour).await;
            (server.a.key.clone(), token)
        }
    };
    Credentials::made_of(server, &server.a, &key, member).await
}

/// Those that a dialect takes where a row names a scope.
fn bearers(place: &Place) -> &'static [Bearer] {
    match place.dialect {
        "gravity-rail" => &[Bearer::Key, Bearer::Token],
        _ => &[Bearer::Key],
    }
}

fn denied(reply: &Reply) -> bool {
    [401, 403].contains(&reply.status)
}

/// One route with one credential.
async fn tried(
    server: &TestServer,
    place: &Place,
    own: &Things,
    number: usize,
    credentials: &Credentials,
) -> Reply {
    let ids = Ids::own(place.dialect, own);
    place
        .call(server, number, &ids, &place.headers(credentials))
        .await
}

both! {
    async fn the_documented_scope_is_asked_for_and_no_other(server: TestServer) {
        let server = &server;
        let mut report = Report::default();
        let mut rows = 0;
        let mut own = furnish(server, &server.a).await;
        for place in Place::all() {
            let Some(scope) = place.route.scope else { continue };
            assert_ne!(place.route.auth, Auth::None, "{}", place.name());
            rows += 1;
            let mut enough = vec![scope.to_string()];
            enough.extend(place.route.also.iter().map(|also| also.scope.to_string()));
            let (without, only) = (all_but(scope), enough.join(","));
            for bearer in bearers(&place) {
                let without = credentials(server, *bearer, &without).await;
                let by_only = credentials(server, *bearer, &only).await;
                let samples = place.samples(server, &Ids::own(place.dialect, &own)).len();
                for number in 0..samples {
                    let reply = tried(server, &place, &own, number, &without).await;
                    if !refused(&place, &reply) {
                        report.note(&place, number, &format!("by {bearer:?} without {scope}"), &reply);
                        own = furnish(server, &server.a).await;
                    }
                    let reply = tried(server, &place, &own, number, &by_only).await;
                    if denied(&reply) {
                        report.note(&place, number, &format!("by {bearer:?} with {only} alone"), &reply);
                    }
                    if place.route.method != http::Method::GET && !refused(&place, &reply) {
                        own = furnish(server, &server.a).await;
                    }
                }
            }
        }
        assert!(rows > 100, "{rows} rows name a scope");
        assert!(!all_scopes().is_empty());
        report.assert_empty();
    }
}
