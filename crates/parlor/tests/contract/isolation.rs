//! No tenant can read or change another tenant's data, or learn whether it exists.
//!
//! Proves INV-20 (`docs/invariants.md`).

use parlor_kit::Auth;
use parlor_testkit::{TestResponse, TestServer, everywhere};

use crate::credentials::Credentials;
use crate::fixtures::{FixtureEntities, create_fixtures, tenant_marker, unknown_fixtures};
use crate::ids::{FixtureIds, identifying_texts};
use crate::responses::{is_success, is_well_formed_refusal, normalized_reply, reply_excerpt};
use crate::route_under_test::RouteUnderTest;

/// Routes whose answer differs from call to call for every caller.
const VARYING_ROUTES: &[&str] = &[
    "/api/v1/verify/nonce",
    // URLs are signed for each request.
    "/api/v1/space/{space}/storage/download/{path}",
    "/v1/space/{space}/storage/download/{path}",
    "/api/v1/conversation/{conversation}/attachment/{attachment}/download",
    "/v1/conversation/{conversation}/attachment/{attachment}/download",
    "/api/v2/w/{workspace}/chats/{conversation}/attachments/{attachment}",
];

/// The text before a key's time of last use.
const LAST_USED_FIELD: &str = r#""lastUsedAt":""#;

/// The answer without a stream's random `retry` value and without a key's time of last use, which is now.
fn without_hints(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("retry: "));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut parts = text.split(LAST_USED_FIELD);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let (_, behind) = part.split_once('"').unwrap_or_default();
        kept + behind
    })
}

/// The two tenants of a trial.
struct IsolationTrial {
    server: TestServer,
    caller: Credentials,
    victim: Credentials,
    /// The victim's entities.
    victim_fixtures: FixtureEntities,
    /// Ids that no tenant has.
    unknown_fixtures: FixtureEntities,
}

/// Kinds of entities by whose ids a customer may name a user of its own.
const CUSTOMER_NAMED: [&str; 4] = ["user", "member", "contact", "agent"];

impl IsolationTrial {
    async fn new(server: TestServer) -> Self {
        Self {
            caller: Credentials::create(&server, &server.a).await,
            victim: Credentials::create(&server, &server.b).await,
            victim_fixtures: create_fixtures(&server, &server.b).await,
            unknown_fixtures: unknown_fixtures(),
            server,
        }
    }

    /// Finds the victim's mark, or an id of the victim's that the caller did not send.
    fn check_for_leaks(
        &self,
        route: &RouteUnderTest,
        reply: &TestResponse,
        sent: &[(&'static str, String)],
    ) {
        let mut text = reply.text();
        for (_, id) in sent {
            text = text.replace(id.as_str(), "");
        }
        // A customer may name a user of its own by any text, and sees that name again.
        let people = self
            .victim_fixtures
            .iter()
            .filter(|(noun, _)| CUSTOMER_NAMED.contains(noun));
        for own in people.flat_map(|(_, entity)| identifying_texts(entity)) {
            text = text.replace(&own, "");
        }
        let mark = tenant_marker(&self.server.b);
        let secrets = self.victim_fixtures.values().flat_map(identifying_texts);
        for secret in secrets.chain([mark]) {
            assert!(
                !text.contains(&secret),
                "{} gives away {secret:?}: {text:.500}",
                route.name()
            );
        }
    }

    /// The answers of every route that reads the victim's own data.
    async fn victim_view(&self) -> Vec<(String, String)> {
        let mut view = Vec::new();
        for route in RouteUnderTest::all() {
            let reads = route.route.method == http::Method::GET && route.route.auth != Auth::None;
            if !reads || VARYING_ROUTES.contains(&route.route.path) {
                continue;
            }
            let ids = FixtureIds::own(route.dialect, &self.victim_fixtures);
            for number in 0..route.samples(&self.server, &ids).len() {
                let headers = route.headers(&self.victim);
                let reply = route.call(&self.server, number, &ids, &headers).await;
                assert!(
                    is_success(&route, &reply),
                    "{}: {} {}",
                    route.name(),
                    reply.status,
                    reply_excerpt(&reply)
                );
                let text = without_hints(&reply.text());
                view.push((format!("{} ({number})", route.name()), text));
            }
        }
        view
    }

    /// Tries one sample request with every exchange of ids.
    async fn attempt(&self, route: &RouteUnderTest, number: usize, own: &FixtureEntities) {
        let server = &self.server;
        // The kinds of ids that this request contains.
        let open = {
            let probe = FixtureIds::own(route.dialect, own);
            route.samples(server, &probe)[number].open
        };
        let nouns: Vec<&'static str> = self.referenced_parameters(route, number, own);
        let headers = route.headers(&self.caller);
        let mut exchanges: Vec<Vec<&'static str>> = nouns.iter().map(|noun| vec![*noun]).collect();
        if nouns.len() > 1 {
            exchanges.push(nouns);
        }
        for exchanged in exchanges {
            let what = format!(
                "{} with another tenant's {}",
                route.name(),
                exchanged.join(", ")
            );
            let is_open = exchanged.iter().all(|noun| open.contains(noun));
            let mut answers = Vec::new();
            for others in [&self.victim_fixtures, &self.unknown_fixtures] {
                let ids = FixtureIds::mixed(route.dialect, own, others, exchanged.clone());
                let reply = route.call(server, number, &ids, &headers).await;
                let sent: Vec<_> = ids.used_ids().into_iter().collect();
                self.check_for_leaks(route, &reply, &sent);
                let is_granted = is_success(route, &reply);
                assert!(
                    is_open || is_well_formed_refusal(route, &reply),
                    "{what}: {} {}",
                    reply.status,
                    reply_excerpt(&reply)
                );
                answers.push(normalized_reply(&reply, &sent, is_granted));
            }
            assert_eq!(
                answers[0], answers[1],
                "{what} differs from what nobody has"
            );
        }
    }

    /// The kinds of entities that a sample request names in its path, query, headers or body.
    fn referenced_parameters(
        &self,
        route: &RouteUnderTest,
        number: usize,
        own: &FixtureEntities,
    ) -> Vec<&'static str> {
        let text = |ids: &FixtureIds<'_>| {
            let path = route.path(ids);
            let sample = route.samples(&self.server, ids).swap_remove(number);
            format!(
                "{path} {} {:?} {:?}",
                sample.query, sample.headers, sample.body
            )
        };
        let ids = FixtureIds::own(route.dialect, own);
        let plain = text(&ids);
        let used = ids.used_ids().into_keys();
        used.filter(|noun| {
            // An id that is the same for every tenant, such as a first version, belongs to neither.
            [&self.victim_fixtures, &self.unknown_fixtures]
                .into_iter()
                .all(|others| {
                    let other = FixtureIds::mixed(route.dialect, own, others, vec![*noun]);
                    text(&other) != plain
                })
        })
        .collect()
    }
}

everywhere! {
    async fn every_route_keeps_tenants_apart(server: TestServer) {
        let trial = IsolationTrial::new(server).await;
        let server = &trial.server;
        let before = trial.victim_view().await;
        for route in RouteUnderTest::all() {
            // Whose ids they are makes no difference to the number of samples.
            let any_ids = FixtureIds::own(route.dialect, &trial.victim_fixtures);
            for number in 0..route.samples(server, &any_ids).len() {
                let own = create_fixtures(server, &server.a).await;
                let ids = FixtureIds::own(route.dialect, &own);
                if route.route.auth == Auth::None {
                    // The route is public and shows no tenant's data.
                    let reply = route.call(server, number, &ids, &[]).await;
                    trial.check_for_leaks(&route, &reply, &[]);
                    assert!(reply.status < 500, "{}: {}", route.name(), reply_excerpt(&reply));
                    continue;
                }
                trial.attempt(&route, number, &own).await;
                trial.without_credentials(&route, number, &own).await;
                // The same request with the caller's own ids succeeds: refusals were due to the ids.
                let reply = route.call(server, number, &ids, &route.headers(&trial.caller)).await;
                assert!(is_success(&route, &reply), "{}: {} {}", route.name(), reply.status, reply_excerpt(&reply));
                trial.check_for_leaks(&route, &reply, &[]);
            }
        }
        let after = trial.victim_view().await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "the victim's view has changed");
        }
        assert!(before.len() > 20 && before.iter().any(|(_, text)| text.contains(&tenant_marker(&server.b))));
    }
}

impl IsolationTrial {
    /// Missing credentials, damaged ones, and two that do not belong together.
    async fn without_credentials(
        &self,
        route: &RouteUnderTest,
        number: usize,
        own: &FixtureEntities,
    ) {
        let right = route.headers(&self.caller);
        let foreign = route.headers(&self.victim);
        let mut wrong: Vec<Vec<(&'static str, String)>> = vec![Vec::new()];
        for (name, value) in &right {
            let damaged = format!("{}x", &value[..value.len() - 4]);
            wrong.push(vec![(*name, damaged)]);
        }
        if right.len() == 2 {
            wrong.push(vec![right[0].clone()]);
            wrong.push(vec![right[1].clone()]);
            wrong.push(vec![right[0].clone(), foreign[1].clone()]);
            wrong.push(vec![foreign[0].clone(), right[1].clone()]);
        }
        for headers in wrong {
            let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
            for entities in [own, &self.victim_fixtures, &self.unknown_fixtures] {
                let ids = FixtureIds::own(route.dialect, entities);
                let reply = route.call(&self.server, number, &ids, &headers).await;
                let what = format!("{} with wrong {names:?}", route.name());
                assert!(
                    is_well_formed_refusal(route, &reply),
                    "{what}: {} {}",
                    reply.status,
                    reply_excerpt(&reply)
                );
                let sent: Vec<_> = ids.used_ids().into_iter().collect();
                self.check_for_leaks(route, &reply, &sent);
            }
        }
    }
}
