//! Every text that a document lets into a body has a limit, and the limit is what the document says.

use std::collections::BTreeSet;

use parlor_model::limit;
use parlor_testkit::{Reply, TestServer, both};
use serde_json::{Map, Value};

use crate::call::Place;
use crate::conformance::{Documents, with_body};
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::words::{granted, refused, shown};
use crate::world::{Things, furnish};

/// Fields whose limit the document does not say, by dialect and the end of the path; an empty end is any.
const UNSAID: &[(&str, &str, &[&str], usize)] = &[
    (
        "chatbotkit",
        "/contact/create",
        &["name", "nick"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/contact/ensure",
        &["name", "nick"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/contact/upsert",
        &["name", "nick"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/contact/{contact}/update",
        &["name", "nick"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "",
        &["description", "preferences"],
        limit::DESCRIPTION.max_chars,
    ),
    (
        "chatbotkit",
        "/space/create",
        &["name"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/space/{space}/update",
        &["name"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/message/create",
        &["name"],
        limit::NAME.max_chars,
    ),
    (
        "chatbotkit",
        "/message/{message}/update",
        &["name"],
        limit::NAME.max_chars,
    ),
    ("chatbotkit", "", &["backstory"], limit::BACKSTORY.max_chars),
    (
        "chatbotkit",
        "",
        &[
            "botId",
            "datasetId",
            "skillsetId",
            "taskId",
            "model",
            "blueprintId",
        ],
        limit::REFERENCE.max_chars,
    ),
];

/// Texts that are none to be measured: dialect, field and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("sharely", "metadata", "JSON, whose bytes are measured"),
    ("sharely", "sources", "JSON, whose bytes are measured"),
    ("sharely", "thinkingSteps", "JSON, whose bytes are measured"),
    ("sharely", "tokenUsage", "JSON, whose bytes are measured"),
    ("sharely", "toolCalls", "JSON, whose bytes are measured"),
    (
        "chatbotkit",
        "contactId",
        "an id, or a contact whose fields have rows of their own",
    ),
    ("chatbotkit", "spaceId", "an id"),
    (
        "chatbotkit",
        "destinationPath",
        "a path, measured in bytes, segment by segment",
    ),
    (
        "chatbotkit",
        "email",
        "measured in bytes, by the rules of addresses",
    ),
    ("gravity-rail", "locale", "a language tag"),
    (
        "gravity-rail",
        "notifyEmail",
        "measured in bytes, by the rules of addresses",
    ),
    (
        "gravity-rail",
        "email",
        "measured in bytes, by the rules of addresses",
    ),
    ("sharely", "type", "one of the widget's own words"),
    ("relation", "inviteCode", "passed over"),
    ("relation", "algorithm", "one of the signer's words"),
    ("relation", "decoded_signature", "a signature"),
    ("relation", "message", "the text that was signed"),
    ("relation", "pk", "an address"),
    ("relation", "toRelationId", "an id"),
];

/// A text of so many characters that no other call sends, made of what the field takes.
fn text(field: &str, chars: usize, serial: usize) -> String {
    let start = match field {
        "channelIcon" | "avatar" | "media_url" | "agentServerUrl" => {
            format!("https://example.org/{serial}")
        }
        _ => serial.to_string(),
    };
    // A letter of two bytes and one of four, so that bytes and UTF-16 units are not taken for characters.
    let letters = match field {
        "slug" | "channelIcon" | "avatar" | "media_url" | "agentServerUrl" => ['a', 'b'],
        _ => ['ß', '𝔸'],
    };
    let rest = (start.len()..chars).map(|at| letters[at % 2]);
    start.chars().chain(rest).collect()
}

/// A field of a row's body, and how long its text may be.
struct Road {
    field: String,
    chars: usize,
}

/// The texts of a row's body; what is neither measured nor excepted is noted.
fn roads(documents: &Documents, place: &Place, unknown: &mut BTreeSet<String>) -> Vec<Road> {
    // Of bodies of which one is sent, the first: the names of the others are aliases.
    let schema = documents.bodies(place)[0];
    let properties = schema["properties"].as_object();
    let mut roads = Vec::new();
    for (field, property) in properties.into_iter().flatten() {
        let Some(kind) = string(documents, place, property) else {
            continue;
        };
        let is = |name: &str| name == field;
        if EXCEPTIONS
            .iter()
            .any(|(dialect, name, _)| *dialect == place.dialect && is(name))
        {
            continue;
        }
        // Forms say how long a text can be, unless a length stands beside a pattern.
        let has = |word: &str| kind.contains_key(word);
        if has("enum") || has("format") || (has("pattern") && !has("maxLength")) {
            continue;
        }
        let unsaid = UNSAID.iter().find(|(dialect, end, names, _)| {
            *dialect == place.dialect
                && place.route.path.ends_with(end)
                && names.contains(&field.as_str())
        });
        let said = kind.get("maxLength").and_then(Value::as_u64);
        let chars = match (said, unsaid) {
            (Some(chars), _) => usize::try_from(chars).unwrap(),
            (None, Some((.., chars))) => *chars,
            (None, None) => {
                unknown.insert(format!("{}: {field}", place.name()));
                continue;
            }
        };
        roads.push(Road {
            field: field.clone(),
            chars,
        });
    }
    roads
}

/// The schema of a text, where a property may be one.
fn string<'d>(
    documents: &'d Documents,
    place: &Place,
    property: &'d Value,
) -> Option<&'d Map<String, Value>> {
    let schema = documents.follow(place, property);
    // What may be anything is measured as JSON, and not by its characters.
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.as_slice(),
        kind => std::slice::from_ref(kind),
    };
    let is_text = kinds.iter().any(|kind| kind == "string")
        && kinds.iter().all(|kind| kind == "string" || kind == "null");
    if is_text {
        return schema.as_object();
    }
    let choices = ["oneOf", "anyOf", "allOf"]
        .iter()
        .filter_map(|word| schema[*word].as_array());
    choices
        .flatten()
        .find_map(|choice| string(documents, place, choice))
}

/// The answer to a request with so long a text in the field: to the first of the row's requests that is granted, or to
/// the one of this number.
async fn call(
    caller: (&TestServer, &Credentials),
    place: &Place,
    things: &Things,
    (field, text): (&str, String),
    only: Option<usize>,
) -> (Reply, Option<usize>) {
    let (server, credentials) = caller;
    let ids = Ids::own(place.dialect, things);
    let mut last = None;
    for (number, mut sample) in place.samples(server, &ids).into_iter().enumerate() {
        let Some(Value::Object(mut body)) = sample.body.take() else {
            continue;
        };
        if only.is_some_and(|only| only != number) {
            continue;
        }
        // Somebody who is there already is not written again.
        if body.contains_key("fingerprint") {
            let fresh: String = text.chars().take(5).collect();
            body.insert(
                "fingerprint".to_owned(),
                format!("fresh {field} {fresh}").into(),
            );
        }
        body.insert(field.to_owned(), text.clone().into());
        let headers = place.headers(credentials);
        let request = place.request(server, &place.path(&ids), &sample, &headers);
        let reply = request.json(&Value::Object(body)).send().await;
        let is_granted = granted(place, &reply);
        last = Some((reply, is_granted.then_some(number)));
        if is_granted {
            break;
        }
    }
    last.unwrap_or_else(|| panic!("{} has no request with a body", place.name()))
}

both! {
    async fn documented_text_is_taken_to_its_limit_and_no_further(server: TestServer) {
        let documents = Documents::read(&server).await;
        let credentials = Credentials::of(&server, &server.a).await;
        let mut unknown = BTreeSet::new();
        let mut wrong = Vec::new();
        let mut measured = BTreeSet::new();
        let mut serial = 10_000;
        let caller = (&server, &credentials);
        let mut things = furnish(&server, &server.a).await;
        for place in with_body() {
            for road in roads(&documents, &place, &mut unknown) {
                let what = format!("{} {}", place.name(), road.field);
                let mut fresh = |chars: usize| {
                    serial += 1;
                    (road.field.as_str(), text(&road.field, chars, serial))
                };
                let (mut reply, mut number) = call(caller, &place, &things, fresh(road.chars), None).await;
                if number.is_none() {
                    // What it is about may have been spent by another call.
                    things = furnish(&server, &server.a).await;
                    (reply, number) = call(caller, &place, &things, fresh(road.chars), None).await;
                }
                if number.is_none() {
                    wrong.push(format!("{what} of {}: {} {:.200}", road.chars, reply.status, shown(&reply)));
                }
                let (reply, _) = call(caller, &place, &things, fresh(road.chars + 1), number).await;
                if !refused(&place, &reply) {
                    wrong.push(format!("{what} of {}: {} {:.200}", road.chars + 1, reply.status, shown(&reply)));
                }
                measured.insert(road.chars);
            }
        }
        wrong.extend(unknown.into_iter().map(|field| format!("{field} has no limit, and is not among the exceptions")));
        assert!(wrong.is_empty(), "{wrong:#?}");
        // Types of messages stand in bodies of no schema's own: see `roads.rs`.
        for limit in limit::ALL.iter().filter(|limit| **limit != limit::FORM) {
            assert!(measured.contains(&limit.max_chars), "no road into {}", limit.subject);
        }
    }
}
