//! Responses of all routes, errors included, forbid caching and content sniffing.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use parlor_testkit::{TestBackend, TestRequest, TestResponse, TestServer, backend};
use serde_json::Value;

use crate::credentials::Credentials;
use crate::fixtures::{FixtureEntities, create_fixtures, unknown_fixtures};
use crate::ids::FixtureIds;
use crate::responses::is_success;
use crate::route_under_test::RouteUnderTest;
use crate::samples::SampleRequest;

/// Body limit of the server, and a body above the limit.
const BODY_LIMIT: u64 = 1 << 16;
const TOO_MUCH: usize = 1 << 17;
/// Statuses that every dialect with HTTP statuses must have returned.
const STATUSES: [u16; 6] = [401, 404, 405, 413, 415, 429];

/// Statuses seen per dialect, and failures.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<&'static str, BTreeSet<u16>>,
    wrong: BTreeSet<String>,
}

impl Seen {
    fn note(&mut self, route: &RouteUnderTest, what: &str, reply: &TestResponse) {
        let seen = self.statuses.entry(route.dialect).or_default();
        seen.insert(reply.status);
        let cache = reply.header("cache-control");
        let is_kept_private = cache
            .split(',')
            .any(|word| ["no-store", "private"].contains(&word.trim()));
        let sniffing = reply.header("x-content-type-options");
        if !is_kept_private || sniffing != "nosniff" {
            let name = route.name();
            let status = reply.status;
            self.wrong
                .insert(format!("{name} {what}: {status} {cache:?} {sniffing:?}"));
        }
    }
}

/// Sends a sample request unchanged.
fn sample_request(
    server: &TestServer,
    route: &RouteUnderTest,
    path: &str,
    sample: &SampleRequest,
    headers: &[(&'static str, String)],
) -> TestRequest {
    let request = route.request(server, path, sample, headers);
    match &sample.body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Provokes every response of a route. Returns whether the last request succeeded.
async fn try_place(
    server: &TestServer,
    seen: &mut Seen,
    route: &RouteUnderTest,
    good: &Credentials,
    (own, nobodys): (&FixtureEntities, &FixtureEntities),
) -> bool {
    let headers = route.headers(good);
    let ids = FixtureIds::own(route.dialect, own);
    let path = route.path(&ids);
    let sample = route.samples(server, &ids).swap_remove(0);
    let unknown = FixtureIds::own(route.dialect, nobodys);
    let elsewhere = (
        route.path(&unknown),
        route.samples(server, &unknown).swap_remove(0),
    );
    let reply = sample_request(server, route, &elsewhere.0, &elsewhere.1, &headers)
        .send()
        .await;
    seen.note(route, "of nobody's", &reply);
    let reply = sample_request(server, route, &path, &sample, &[])
        .send()
        .await;
    seen.note(route, "by nobody", &reply);
    let stray = Method::from_bytes(b"BREW").unwrap();
    let reply = server.request(stray, &path).send().await;
    seen.note(route, "by no method", &reply);
    let reply = server.get(&format!("{path}/no/such/path")).send().await;
    seen.note(route, "beside it", &reply);
    if sample.body.is_some() {
        let plain = || {
            route
                .request(server, &path, &sample, &headers)
                .header("content-type", "application/json")
        };
        let compressed = plain().header("content-encoding", "br").body("x");
        seen.note(route, "compressed", &compressed.send().await);
        let long = Value::String("x".repeat(TOO_MUCH)).to_string();
        seen.note(route, "too long", &plain().body(long).send().await);
        seen.note(route, "broken", &plain().body("{").send().await);
    }
    let reply = sample_request(server, route, &path, &sample, &headers)
        .send()
        .await;
    seen.note(route, "granted", &reply);
    is_success(route, &reply)
}

fn run(of: TestBackend) {
    backend::block_on(async {
        let mut seen = Seen::default();
        let server = TestServer::start_with(of, |options| options.body_limit = BODY_LIMIT).await;
        let good = Credentials::create(&server, &server.a).await;
        let (mut own, nobodys) = (
            create_fixtures(&server, &server.a).await,
            unknown_fixtures(),
        );
        for route in RouteUnderTest::all() {
            if !try_place(&server, &mut seen, &route, &good, (&own, &nobodys)).await {
                // Another request used up what it names.
                own = create_fixtures(&server, &server.a).await;
                try_place(&server, &mut seen, &route, &good, (&own, &nobodys)).await;
            }
        }
        // Second server, with a limit of one request per minute.
        let server = TestServer::start_with(of, |options| {
            options.requests_per_minute = std::num::NonZero::new(1);
        })
        .await;
        let good = Credentials::create(&server, &server.a).await;
        let own = create_fixtures(&server, &server.a).await;
        for route in RouteUnderTest::all() {
            let ids = FixtureIds::own(route.dialect, &own);
            let sample = route.samples(&server, &ids).swap_remove(0);
            let headers = route.headers(&good);
            for _ in 0..2 {
                let reply = sample_request(&server, &route, &route.path(&ids), &sample, &headers)
                    .send()
                    .await;
                seen.note(&route, "too often", &reply);
            }
        }
        let wrong: Vec<_> = seen.wrong.iter().take(20).collect();
        assert!(wrong.is_empty(), "{} in all: {wrong:#?}", seen.wrong.len());
        // A dialect with its own error codes uses one status for most errors.
        for (dialect, statuses) in seen
            .statuses
            .iter()
            .filter(|(dialect, _)| **dialect != "relation")
        {
            for status in STATUSES {
                assert!(
                    statuses.contains(&status),
                    "{dialect} never answered {status}: {statuses:?}"
                );
            }
        }
        assert_eq!(seen.statuses.len(), parlor::dialects::all().len());
    });
}

mod every_answer_is_private_and_says_what_it_is {
    use super::{TestBackend, run};

    #[test]
    fn sqlite() {
        run(TestBackend::Sqlite);
    }

    #[test]
    fn postgres() {
        run(TestBackend::Postgres);
    }
}
