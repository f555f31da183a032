//! Malformed and malicious input is refused in the dialect's error format and never written to the log.

use parlor_testkit::{TestResponse, both};
use serde_json::{Value, json};

use crate::credentials::Credentials;
use crate::fixtures::create_fixtures;
use crate::ids::FixtureIds;
use crate::responses::{is_success, is_well_formed_refusal, reply_excerpt};
use crate::route_under_test::RouteUnderTest;
use crate::samples::SampleRequest;

/// A marker in every request sent here.
const MARKER: &str = "hostile-content-4711";

/// Phrases of Rust's parsers, which must not appear in error messages to API clients.
const INTERNAL_PHRASES: &[&str] = &[
    ", expected ",
    "invalid type",
    "invalid value",
    "invalid length",
    "unknown variant",
    "unknown field",
    "missing field",
    "untagged enum",
    "struct ",
    "a map",
    "a sequence",
    " i64",
    " u64",
    " u32",
    " u16",
    " f64",
    "at line ",
];

#[track_caller]
fn assert_plain_language(route: &RouteUnderTest, reply: &TestResponse, what: &str) {
    let text = reply.text();
    // An import answers 200 and reports which lines were refused, and why.
    let is_report = text.contains("\"failedCount\"");
    if !(200..300).contains(&reply.status) || route.dialect == "relation" || is_report {
        for phrase in INTERNAL_PHRASES {
            assert!(
                !text.contains(phrase),
                "{} with {what}: {text}",
                route.name()
            );
        }
    }
}

/// Checks for a refusal or, where the text is harmless to the route, a grant; never for a server error.
#[track_caller]
fn assert_no_server_error(route: &RouteUnderTest, reply: &TestResponse, what: &str) {
    assert_plain_language(route, reply, what);
    assert!(
        is_well_formed_refusal(route, reply) || is_success(route, reply),
        "{} with {what}: {} {}",
        route.name(),
        reply.status,
        reply_excerpt(reply)
    );
}

#[track_caller]
fn assert_refused(route: &RouteUnderTest, reply: &TestResponse, what: &str) {
    assert_plain_language(route, reply, what);
    assert!(
        is_well_formed_refusal(route, reply),
        "{} with {what}: {} {}",
        route.name(),
        reply.status,
        reply_excerpt(reply)
    );
}

/// The body once for each of its texts, with that text replaced.
fn replace_each_text(body: &Value, text: &str) -> Vec<Value> {
    let mut pointers = Vec::new();
    collect_text_pointers(body, String::new(), &mut pointers);
    let replaced = pointers.into_iter().map(|pointer| {
        let mut body = body.clone();
        *body.pointer_mut(&pointer).unwrap() = json!(text);
        body
    });
    replaced.collect()
}

fn collect_text_pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::String(_) => into.push(at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_text_pointers(item, format!("{at}/{index}"), into);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                collect_text_pointers(item, format!("{at}/{key}"), into);
            }
        }
        _ => {}
    }
}

/// Routes whose body may be a plain text.
const TEXT_BODY_ROUTES: &[(&str, &str)] = &[
    (
        "gravity-rail",
        "/api/v2/w/{workspace}/chats/{conversation}/messages",
    ),
    ("gravity-rail", "/api/v2/w/{workspace}/dms/{dm}/messages"),
];

/// Routes whose body is a file: any bytes.
const FILE_BODY_ROUTES: &[(&str, &str)] = &[(
    "gravity-rail",
    "/api/v2/w/{workspace}/chats/{conversation}/attachments",
)];

/// Bodies that are not a JSON object of reasonable size, with a description.
fn malformed_bodies() -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!(
        "{{\"{MARKER}\":{}1{}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let large = format!("{{\"a\":\"{}{MARKER}\"}}", "x".repeat(2 << 20));
    vec![
        ("an oversized body", large.into_bytes()),
        ("deep JSON", deep.into_bytes()),
        (
            "invalid UTF-8",
            [b"{\"a\":\"", MARKER.as_bytes(), b"\xff\"}"].concat(),
        ),
        (
            "a lone surrogate",
            format!("{{\"a\":\"{MARKER}\\ud800\"}}").into_bytes(),
        ),
        ("half an object", format!("{{\"a\":\"{MARKER}").into_bytes()),
        ("a list", format!("[\"{MARKER}\"]").into_bytes()),
        ("a text", format!("\"{MARKER}\"").into_bytes()),
    ]
}

both! {
    async fn every_route_that_reads_a_body(server: TestServer) {
        let credentials = Credentials::create(&server, &server.a).await;
        let probe = create_fixtures(&server, &server.a).await;
        for route in RouteUnderTest::all() {
            let samples = route.samples(&server, &FixtureIds::own(route.dialect, &probe));
            if samples.iter().all(|sample| sample.body.is_none()) {
                continue;
            }
            let entities = create_fixtures(&server, &server.a).await;
            let ids = FixtureIds::own(route.dialect, &entities);
            let headers = route.headers(&credentials);
            for sample in route.samples(&server, &ids) {
                let Some(body) = &sample.body else { continue };
                let path = route.path(&ids);
                let request = || route.request(&server, &path, &sample, &headers);
                for (what, bytes) in malformed_bodies() {
                    let reply = request().header("content-type", "application/json").body(bytes).send().await;
                    let place = (route.dialect, route.route.path);
                    let is_text = what == "a text" && TEXT_BODY_ROUTES.contains(&place);
                    if is_text || FILE_BODY_ROUTES.contains(&place) {
                        assert_no_server_error(&route, &reply, what);
                    } else {
                        assert_refused(&route, &reply, what);
                    }
                }
                for text in [format!("{MARKER}\u{0}"), format!("{MARKER}{}", "y".repeat(100_000)), "\u{202e}\u{feff}".to_owned()] {
                    for body in replace_each_text(body, &text) {
                        let reply = request().json(&body).send().await;
                        assert_no_server_error(&route, &reply, &format!("{} characters of text in {:.300}", text.len(), body.to_string()));
                    }
                }
                for wrong in [json!(7), json!([MARKER]), json!({ MARKER: MARKER }), json!(null), json!(true), json!(1e300)] {
                    let Value::Object(map) = body else { continue };
                    for key in map.keys() {
                        let mut body = body.clone();
                        body[key] = wrong.clone();
                        let reply = request().json(&body).send().await;
                        assert_no_server_error(&route, &reply, &format!("{key} = {wrong}"));
                    }
                }
            }
        }
        assert!(!server.logs().contains(MARKER), "content was logged");
    }

    async fn every_route_that_has_ids(server: TestServer) {
        let credentials = Credentials::create(&server, &server.a).await;
        for route in RouteUnderTest::all() {
            let entities = create_fixtures(&server, &server.a).await;
            let ids = FixtureIds::own(route.dialect, &entities);
            let headers = route.headers(&credentials);
            let sample = route.samples(&server, &ids).swap_remove(0);
            let long = format!("{MARKER}{}", "x".repeat(10_000));
            for bad in [&long, "%00", "%ff", "%F0%9F%98%80", "..%2f..", "-1", "9223372036854775808", "null", "'%20or%201=1"] {
                for (index, _) in route.route.path.match_indices('{') {
                    let end = index + route.route.path[index..].find('}').unwrap();
                    let odd = format!("{}{bad}{}", &route.route.path[..index], &route.route.path[end + 1..]);
                    let path = RouteUnderTest { route: parlor_kit::route::RouteSummary { path: odd.leak(), ..route.route.clone() }, ..route.clone() }.path(&ids);
                    let request = route.request(&server, &path, &sample, &headers);
                    let reply = match &sample.body {
                        Some(body) => request.json(body).send().await,
                        None => request.send().await,
                    };
                    assert_no_server_error(&route, &reply, &format!("{bad:.20} in its path"));
                }
            }
            for query in ["limit=%00", "limit=99999999999999999999", "offset=-1", "cursor=%ff%00", "order=%00", "take=x", "meta.a=%00", "channelUuid=%00", "contactId=%00", "&&==&", "search=%00"] {
                let mut odd = sample.clone();
                odd.query = format!("{}&{query}&mark={MARKER}", sample.query).trim_start_matches('&').to_owned();
                if route.route.method == http::Method::GET {
                    let reply = route.request(&server, &route.path(&ids), &odd, &headers).send().await;
                    assert_no_server_error(&route, &reply, query);
                    // The first value of a name counts: the bad value before the good one.
                    odd.query = format!("{query}&{}", sample.query);
                    let reply = route.request(&server, &route.path(&ids), &odd, &headers).send().await;
                    assert_no_server_error(&route, &reply, query);
                }
            }
        }
        assert!(!server.logs().contains(MARKER), "content was logged");
    }

    async fn anonymous_request_limit_explains_refusal(server: TestServer) {
        let large = format!("{{\"a\":\"{}{MARKER}\"}}", "x".repeat(6 << 20)).into_bytes();
        // Nothing of them changes: whoever is nobody is refused.
        let entities = create_fixtures(&server, &server.a).await;
        for route in RouteUnderTest::all() {
            let ids = FixtureIds::own(route.dialect, &entities);
            let sample = route.samples(&server, &ids).swap_remove(0);
            if sample.body.is_some() && route.route.auth != parlor_kit::Auth::None {
                let request = route.request(&server, &route.path(&ids), &SampleRequest::default(), &[]);
                let reply = request.header("content-type", "application/json").body(large.clone()).send().await;
                assert_refused(&route, &reply, "a long body and no credentials");
            }
        }
        assert!(!server.logs().contains(MARKER), "content was logged");
    }
}
