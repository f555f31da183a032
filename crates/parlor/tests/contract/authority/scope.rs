//! Every route with every scope but the documented one, and with the documented one alone.

use parlor_kit::Auth;
use parlor_testkit::{Reply, TestServer, both};

use super::report::Report;
use super::{all_but, all_scopes};
use crate::call::Place;
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::words::refused;
use crate::world::{Things, furnish};

/// Requests that ask for more than their row says, as their dialect's page states: what is asked beside it.
fn beside(place: &Place) -> Option<&'static str> {
    match (place.dialect, place.route.method.as_str(), place.route.path) {
        // The sample changes scopes.
        ("gravity-rail", "PUT", "/api/v2/w/{workspace}/members/{member}") => Some("admin:write"),
        _ => None,
    }
}

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
        Bearer::Key => (server.a.another_key(scopes, None).await, String::new()),
        Bearer::Token => {
            let hour = std::time::Duration::from_secs(3_600);
            let token = server.a.token(&server.a.owner, Some(scopes), hour).await;
            (server.a.key.clone(), token)
        }
    };
    let made = Credentials::made_of(server, &server.a, &key, member).await;
    match bearer {
        Bearer::Key => made.by_key_alone(),
        Bearer::Token => made,
    }
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
            let (without, only) = (all_but(scope), match beside(&place) {
                Some(more) => format!("{scope},{more}"),
                None => scope.to_string(),
            });
            for bearer in bearers(&place) {
                let without = credentials(server, *bearer, &without).await;
                let only = credentials(server, *bearer, &only).await;
                let samples = place.samples(server, &Ids::own(place.dialect, &own)).len();
                for number in 0..samples {
                    let reply = tried(server, &place, &own, number, &without).await;
                    if !refused(&place, &reply) {
                        report.note(&place, number, &format!("by {bearer:?} without {scope}"), &reply);
                        own = furnish(server, &server.a).await;
                    }
                    let reply = tried(server, &place, &own, number, &only).await;
                    if denied(&reply) {
                        report.note(&place, number, &format!("by {bearer:?} with {scope} alone"), &reply);
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
