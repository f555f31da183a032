//! Recognizes each dialect's grants and refusals.

use parlor_testkit::TestResponse;
use serde_json::Value;

use crate::route_under_test::RouteUnderTest;

/// Whether the answer grants the request.
pub(crate) fn is_success(route: &RouteUnderTest, reply: &TestResponse) -> bool {
    // Without an assistant there is no answer: everything else was right with the request.
    let plain = (200..300).contains(&reply.status) || reply.status == 501;
    plain && (!has_codes(route) || reply.json()["code"] == "0")
}

/// Whether the answer is a refusal in the dialect's error format.
pub(crate) fn is_well_formed_refusal(route: &RouteUnderTest, reply: &TestResponse) -> bool {
    if has_codes(route) {
        let body = reply.json();
        return body["code"].is_string()
            && body["code"] != "0"
            && body["desc"].is_string()
            && body["data"].is_null();
    }
    if !(400..500).contains(&reply.status) {
        return false;
    }
    let fields = match route.dialect {
        "sharely" => ["error", "message"],
        "gravity-rail" => ["detail", "code"],
        "chatbotkit" => ["message", "code"],
        "tenant-chats" => ["detail", "error_code"],
        // The signer's own paths answer without a body.
        "relation" => return true,
        other => panic!("the error fields of the dialect {other} are missing here"),
    };
    reply.header("content-type").starts_with("application/json")
        && fields.iter().all(|field| reply.json()[field].is_string())
}

/// The dialect that answers with codes under status 200, except on its signer's two paths.
fn has_codes(route: &RouteUnderTest) -> bool {
    route.dialect == "relation" && route.route.path.starts_with("/api/")
}

/// The answer without what differs from call to call: request ids, the ids that were sent and, in a grant, new ids and
/// times.
pub(crate) fn normalized_reply(
    reply: &TestResponse,
    sent: &[(&'static str, String)],
    is_granted: bool,
) -> String {
    let mut text = reply.text();
    for (noun, id) in sent {
        text = replace_id(&text, id, &format!("<{noun}>"));
    }
    if is_granted && let Ok(mut value) = serde_json::from_str(&text) {
        mask_volatile(&mut value);
        text = serde_json::to_string(&value).unwrap();
    }
    let kind = reply.header("content-type");
    let challenge = reply.header("www-authenticate");
    format!("{} {kind} {challenge}\n{text}", reply.status)
}

/// Replaces ids in a text by a placeholder. A short number is an id only where it stands alone.
fn replace_id(text: &str, id: &str, word: &str) -> String {
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let is_number = digit(id.chars().next()) && digit(id.chars().last());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(id) {
        let (before, after) = (&text[..at], &text[at + id.len()..]);
        let within = digit(before.chars().next_back()) || digit(after.chars().next());
        if !(is_number && within) {
            out.push_str(&text[from..at]);
            out.push_str(word);
            from = at + id.len();
        }
    }
    out.push_str(&text[from..]);
    out
}

/// New ids, tokens and times are long texts or numbers, possibly within a longer text.
fn mask_volatile(value: &mut Value) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match value {
        Value::String(text) if text.len() >= 20 || is_number(text) => "<fresh>".clone_into(text),
        Value::Number(number) => *number = 0.into(),
        Value::Array(items) => items.iter_mut().for_each(mask_volatile),
        Value::Object(map) => map.values_mut().for_each(mask_volatile),
        _ => {}
    }
}

/// The part of an answer that a failure message prints.
pub(crate) fn reply_excerpt(reply: &TestResponse) -> String {
    format!("{:.400}", reply.text())
}
