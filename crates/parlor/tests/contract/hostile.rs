//! What no client sends by accident: refused in the dialect's own words, and never written to the log.

use parlor_testkit::{Reply, both};
use serde_json::{Value, json};

use crate::call::Place;
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::samples::Sample;
use crate::words::{granted, refused, shown};
use crate::world::furnish;

/// Stands in everything that is sent here.
const MARK: &str = "hostile-content-4711";

/// How the program's own language describes what it could not read. Nobody who calls an API knows these words.
const PHRASES: &[&str] = &[
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
fn speaks_plainly(place: &Place, reply: &Reply, what: &str) {
    let text = reply.text();
    // The report of an import says with 200 which lines were refused, and why.
    let is_report = text.contains("\"failedCount\"");
    if !(200..300).contains(&reply.status) || place.dialect == "relation" || is_report {
        for phrase in PHRASES {
            assert!(
                !text.contains(phrase),
                "{} with {what}: {text}",
                place.name()
            );
        }
    }
}

/// A refusal, or where the text is harmless to the route, a grant; never a fault of the server's.
#[track_caller]
fn survives(place: &Place, reply: &Reply, what: &str) {
    speaks_plainly(place, reply, what);
    assert!(
        refused(place, reply) || granted(place, reply),
        "{} with {what}: {} {}",
        place.name(),
        reply.status,
        shown(reply)
    );
}

#[track_caller]
fn refuses(place: &Place, reply: &Reply, what: &str) {
    speaks_plainly(place, reply, what);
    assert!(
        refused(place, reply),
        "{} with {what}: {} {}",
        place.name(),
        reply.status,
        shown(reply)
    );
}

/// The body once for each of its texts, with that text replaced.
fn with_each_text(body: &Value, text: &str) -> Vec<Value> {
    let mut pointers = Vec::new();
    collect(body, String::new(), &mut pointers);
    let replaced = pointers.into_iter().map(|pointer| {
        let mut body = body.clone();
        *body.pointer_mut(&pointer).unwrap() = json!(text);
        body
    });
    replaced.collect()
}

fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::String(_) => into.push(at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{at}/{index}"), into);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                collect(item, format!("{at}/{key}"), into);
            }
        }
        _ => {}
    }
}

/// Routes whose body may be a mere text.
const TEXTS: &[(&str, &str)] = &[
    (
        "gravity-rail",
        "/api/v2/w/{workspace}/chats/{conversation}/messages",
    ),
    ("gravity-rail", "/api/v2/w/{workspace}/dms/{dm}/messages"),
];

/// Bodies that are no JSON object of reasonable size, and what is wrong with them.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!(
        "{{\"{MARK}\":{}1{}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let large = format!("{{\"a\":\"{}{MARK}\"}}", "x".repeat(2 << 20));
    vec![
        ("an oversized body", large.into_bytes()),
        ("deep JSON", deep.into_bytes()),
        (
            "invalid UTF-8",
            [b"{\"a\":\"", MARK.as_bytes(), b"\xff\"}"].concat(),
        ),
        (
            "a lone surrogate",
            format!("{{\"a\":\"{MARK}\\ud800\"}}").into_bytes(),
        ),
        ("half an object", format!("{{\"a\":\"{MARK}").into_bytes()),
        ("a list", format!("[\"{MARK}\"]").into_bytes()),
        ("a text", format!("\"{MARK}\"").into_bytes()),
    ]
}

both! {
    async fn every_route_that_reads_a_body(server: TestServer) {
        let credentials = Credentials::of(&server, &server.a).await;
        for place in Place::all() {
            let things = furnish(&server, &server.a).await;
            let ids = Ids::own(place.dialect, &things);
            let headers = place.headers(&credentials);
            for sample in place.samples(&server, &ids) {
                let Some(body) = &sample.body else { continue };
                let path = place.path(&ids);
                let request = || place.request(&server, &path, &sample, &headers);
                for (what, bytes) in broken() {
                    let reply = request().header("content-type", "application/json").body(bytes).send().await;
                    if what == "a text" && TEXTS.contains(&(place.dialect, place.route.path)) {
                        survives(&place, &reply, what);
                    } else {
                        refuses(&place, &reply, what);
                    }
                }
                for text in [format!("{MARK}\u{0}"), format!("{MARK}{}", "y".repeat(100_000)), "\u{202e}\u{feff}".to_owned()] {
                    for body in with_each_text(body, &text) {
                        let reply = request().json(&body).send().await;
                        survives(&place, &reply, &format!("{} characters of text in {:.300}", text.len(), body.to_string()));
                    }
                }
                for wrong in [json!(7), json!([MARK]), json!({ MARK: MARK }), json!(null), json!(true), json!(1e300)] {
                    let Value::Object(map) = body else { continue };
                    for key in map.keys() {
                        let mut body = body.clone();
                        body[key] = wrong.clone();
                        let reply = request().json(&body).send().await;
                        survives(&place, &reply, &format!("{key} = {wrong}"));
                    }
                }
            }
        }
        assert!(!server.logs().contains(MARK), "content was logged");
    }

    async fn every_route_that_has_ids(server: TestServer) {
        let credentials = Credentials::of(&server, &server.a).await;
        for place in Place::all() {
            let things = furnish(&server, &server.a).await;
            let ids = Ids::own(place.dialect, &things);
            let headers = place.headers(&credentials);
            let sample = place.samples(&server, &ids).swap_remove(0);
            let long = format!("{MARK}{}", "x".repeat(10_000));
            for bad in [&long, "%00", "%ff", "%F0%9F%98%80", "..%2f..", "-1", "9223372036854775808", "null", "'%20or%201=1"] {
                for (index, _) in place.route.path.match_indices('{') {
                    let end = index + place.route.path[index..].find('}').unwrap();
                    let odd = format!("{}{bad}{}", &place.route.path[..index], &place.route.path[end + 1..]);
                    let path = Place { route: parlor_kit::route::Summary { path: odd.leak(), ..place.route.clone() }, ..place.clone() }.path(&ids);
                    let request = place.request(&server, &path, &sample, &headers);
                    let reply = match &sample.body {
                        Some(body) => request.json(body).send().await,
                        None => request.send().await,
                    };
                    survives(&place, &reply, &format!("{bad:.20} in its path"));
                }
            }
            for query in ["limit=%00", "limit=99999999999999999999", "offset=-1", "cursor=%ff%00", "order=%00", "take=x", "meta.a=%00", "channelUuid=%00", "contactId=%00", "&&==&", "search=%00"] {
                let mut odd = sample.clone();
                odd.query = format!("{}&{query}&mark={MARK}", sample.query).trim_start_matches('&').to_owned();
                if place.route.method == http::Method::GET {
                    let reply = place.request(&server, &place.path(&ids), &odd, &headers).send().await;
                    survives(&place, &reply, query);
                    // The first value of a name counts: the same before the good one.
                    odd.query = format!("{query}&{}", sample.query);
                    let reply = place.request(&server, &place.path(&ids), &odd, &headers).send().await;
                    survives(&place, &reply, query);
                }
            }
        }
        assert!(!server.logs().contains(MARK), "content was logged");
    }

    async fn who_sends_much_without_credentials_learns_why(server: TestServer) {
        let large = format!("{{\"a\":\"{}{MARK}\"}}", "x".repeat(6 << 20)).into_bytes();
        for place in Place::all() {
            let things = furnish(&server, &server.a).await;
            let ids = Ids::own(place.dialect, &things);
            let sample = place.samples(&server, &ids).swap_remove(0);
            if sample.body.is_some() && place.route.auth != parlor_kit::Auth::None {
                let request = place.request(&server, &place.path(&ids), &Sample::default(), &[]);
                let reply = request.header("content-type", "application/json").body(large.clone()).send().await;
                refuses(&place, &reply, "a long body and no credentials");
            }
        }
        assert!(!server.logs().contains(MARK), "content was logged");
    }
}
