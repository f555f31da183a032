//! Every text in a documented body has a limit, and the limit is the documented one.
//!
//! Proves INV-31 (`docs/invariants.md`).

use std::collections::BTreeSet;

use parlor_model::limit;
use parlor_testkit::{TestResponse, TestServer, both};
use serde_json::{Map, Value};

use crate::conformance::{Documents, routes_with_body};
use crate::credentials::Credentials;
use crate::fixtures::{FixtureEntities, create_fixtures};
use crate::ids::FixtureIds;
use crate::responses::{is_success, is_well_formed_refusal, reply_excerpt};
use crate::route_under_test::RouteUnderTest;

/// Fields without a documented limit, by dialect and the end of their path; an empty end matches any path.
const UNDOCUMENTED_LIMITS: &[(&str, &str, &[&str], usize)] = &[
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

/// Texts that are not measured: dialect, field and reason.
const EXCLUDED_FIELDS: &[(&str, &str, &str)] = &[
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

/// A text of this many characters that no other call sends, valid for the field.
fn text_of_chars(field: &str, chars: usize, serial: usize) -> String {
    let start = match field {
        "channelIcon" | "avatar" | "media_url" | "agentServerUrl" => {
            format!("https://example.org/{serial}")
        }
        _ => serial.to_string(),
    };
    // Letters of two and four bytes, so that bytes and UTF-16 units are not counted as characters.
    let letters = match field {
        "slug" | "channelIcon" | "avatar" | "media_url" | "agentServerUrl" => ['a', 'b'],
        _ => ['ß', '𝔸'],
    };
    let rest = (start.len()..chars).map(|at| letters[at % 2]);
    start.chars().chain(rest).collect()
}

/// A text field of a row's body, and its limit.
struct TextField {
    field: String,
    chars: usize,
}

/// The text fields of a row's body. Fields that are neither measured nor excepted are noted.
fn text_fields(
    documents: &Documents,
    route: &RouteUnderTest,
    unknown: &mut BTreeSet<String>,
) -> Vec<TextField> {
    // Of alternative bodies the first one: the others use aliases of its names.
    let schema = documents.bodies(route)[0];
    let properties = schema["properties"].as_object();
    let mut fields = Vec::new();
    for (field, property) in properties.into_iter().flatten() {
        let Some(kind) = text_schema(documents, route, property) else {
            continue;
        };
        let is = |name: &str| name == field;
        if EXCLUDED_FIELDS
            .iter()
            .any(|(dialect, name, _)| *dialect == route.dialect && is(name))
        {
            continue;
        }
        // A format bounds the length of a text, unless a length is given beside a pattern.
        let has = |word: &str| kind.contains_key(word);
        if has("enum") || has("format") || (has("pattern") && !has("maxLength")) {
            continue;
        }
        let undocumented = UNDOCUMENTED_LIMITS.iter().find(|(dialect, end, names, _)| {
            *dialect == route.dialect
                && route.route.path.ends_with(end)
                && names.contains(&field.as_str())
        });
        let documented = kind.get("maxLength").and_then(Value::as_u64);
        let chars = match (documented, undocumented) {
            (Some(chars), _) => usize::try_from(chars).unwrap(),
            (None, Some((.., chars))) => *chars,
            (None, None) => {
                unknown.insert(format!("{}: {field}", route.name()));
                continue;
            }
        };
        fields.push(TextField {
            field: field.clone(),
            chars,
        });
    }
    fields
}

/// The text schema of a property, if the property may be a text.
fn text_schema<'d>(
    documents: &'d Documents,
    route: &RouteUnderTest,
    property: &'d Value,
) -> Option<&'d Map<String, Value>> {
    let schema = documents.resolve_reference(route, property);
    // Free-form values are measured as JSON and not by their characters.
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
        .find_map(|choice| text_schema(documents, route, choice))
}

/// Sends a request with a text of this length in the field: the row's first request that is granted, or the one with
/// this index.
async fn send_with_text(
    caller: (&TestServer, &Credentials),
    route: &RouteUnderTest,
    entities: &FixtureEntities,
    (field, text): (&str, String),
    only: Option<usize>,
) -> (TestResponse, Option<usize>) {
    let (server, credentials) = caller;
    let ids = FixtureIds::own(route.dialect, entities);
    let mut last = None;
    for (number, mut sample) in route.samples(server, &ids).into_iter().enumerate() {
        let Some(Value::Object(mut body)) = sample.body.take() else {
            continue;
        };
        if only.is_some_and(|only| only != number) {
            continue;
        }
        // An existing member is not written again.
        if body.contains_key("fingerprint") {
            let fresh: String = text.chars().take(5).collect();
            body.insert(
                "fingerprint".to_owned(),
                format!("fresh {field} {fresh}").into(),
            );
        }
        body.insert(field.to_owned(), text.clone().into());
        let headers = route.headers(credentials);
        let request = route.request(server, &route.path(&ids), &sample, &headers);
        let reply = request.json(&Value::Object(body)).send().await;
        let is_granted = is_success(route, &reply);
        last = Some((reply, is_granted.then_some(number)));
        if is_granted {
            break;
        }
    }
    last.unwrap_or_else(|| panic!("{} has no request with a body", route.name()))
}

both! {
    async fn documented_text_is_taken_to_its_limit_and_no_further(server: TestServer) {
        let documents = Documents::read(&server).await;
        let credentials = Credentials::create(&server, &server.a).await;
        let mut unknown = BTreeSet::new();
        let mut wrong = Vec::new();
        let mut measured = BTreeSet::new();
        let mut serial = 10_000;
        let caller = (&server, &credentials);
        let mut entities = create_fixtures(&server, &server.a).await;
        for route in routes_with_body() {
            for text_field in text_fields(&documents, &route, &mut unknown) {
                let what = format!("{} {}", route.name(), text_field.field);
                let mut fresh = |chars: usize| {
                    serial += 1;
                    (text_field.field.as_str(), text_of_chars(&text_field.field, chars, serial))
                };
                let (mut reply, mut number) = send_with_text(caller, &route, &entities, fresh(text_field.chars), None).await;
                if number.is_none() {
                    // Another call may have used up what it refers to.
                    entities = create_fixtures(&server, &server.a).await;
                    (reply, number) = send_with_text(caller, &route, &entities, fresh(text_field.chars), None).await;
                }
                if number.is_none() {
                    wrong.push(format!("{what} of {}: {} {:.200}", text_field.chars, reply.status, reply_excerpt(&reply)));
                }
                let (reply, _) = send_with_text(caller, &route, &entities, fresh(text_field.chars + 1), number).await;
                if !is_well_formed_refusal(&route, &reply) {
                    wrong.push(format!("{what} of {}: {} {:.200}", text_field.chars + 1, reply.status, reply_excerpt(&reply)));
                }
                measured.insert(text_field.chars);
            }
        }
        wrong.extend(unknown.into_iter().map(|field| format!("{field} has no limit, and is not among the exceptions")));
        assert!(wrong.is_empty(), "{wrong:#?}");
        // Message types are in bodies without a schema of their own: see `text_inputs.rs`.
        for limit in limit::ALL.iter().filter(|limit| **limit != limit::SUBTYPE) {
            assert!(measured.contains(&limit.max_chars), "no road into {}", limit.subject);
        }
    }
}
