//! What others send, and what is signed, of all kinds: forms and signatures of carriers, what is said in calls, and the
//! headers of webhooks.
//!
//! `PROPTEST_CASES=10000000` runs ten million inputs of each kind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

use std::borrow::Cow;

use parlor_channels::webhook::sign;
use parlor_channels::{CarrierForm, CarrierWebhookVerifier, VoiceResponse, is_answered_by_machine};
use parlor_model::redacted::Redacted;
use proptest::prelude::*;
use quick_xml::events::Event;

/// Bytes of a form, with the characters that have a meaning in one more often than others.
fn form_bytes() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(b"=&%+;0aF\0\xff".to_vec());
    let field = prop::sample::select(vec![
        "MessageSid=SM1",
        "From=%2B15005550123",
        "To=+1",
        "Body=%FF%",
        "CallSid=",
        "MessageStatus=sent",
        "SpeechResult=a&SpeechResult=b",
        "NumMedia=99999999999999999999",
    ]);
    let piece = prop_oneof![
        special.prop_map(|byte| vec![byte]),
        field.prop_map(|text| [b"&", text.as_bytes()].concat()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn verifier() -> CarrierWebhookVerifier {
    let settings = "kind = 'twilio'\naccount_sid = 'AC1'\nauth_token = 'secret'";
    CarrierWebhookVerifier::new(&toml::from_str(settings).unwrap()).unwrap()
}

fn verifies(url: &str, form: &CarrierForm, signature: &str) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(verifier().verifies(url, form, signature))
}

/// Returns the texts of an XML document, which must be well formed.
fn read_xml(document: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut texts, mut depth) = (Vec::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(text) => texts.push(text.decode().map(Cow::into_owned).unwrap()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{document}");
    texts
}

proptest! {
    #[test]
    fn form_of_any_bytes_is_read_or_refused(body in form_bytes(), signature in "\\PC{0,80}") {
        let Some(form) = CarrierForm::parse(&body) else { return Ok(()) };
        let _ = (form.report(), form.call_id(), form.field("AnsweredBy").map(is_answered_by_machine));
        prop_assert!(!verifies("https://chat.example/x", &form, &signature), "a made up signature");
        if let Some(message) = form.into_message() {
            prop_assert!((1..=64).contains(&message.id.len()));
        }
    }

    #[test]
    fn whatever_is_said_is_one_well_formed_document(texts in prop::collection::vec("(\\PC|[<>&'\"\\]\0\u{1}\u{fffe}\n`*_#]){0,200}", 0..5)) {
        let response = VoiceResponse::default().gather("https://chat.example/a?b=c&d=<e>", texts.iter().map(String::as_str));
        let document = response.pause_and_redirect("https://chat.example/\"'").into_xml();
        let read = read_xml(&document);
        prop_assert!(read.iter().all(|text| !text.contains("</")), "{document}");
    }

    #[test]
    fn headers_of_a_webhook_are_whole_or_absent(
        id in "\\PC{0,40}",
        seconds in any::<i64>(),
        body in prop::collection::vec(any::<u8>(), 0..200),
        secrets in prop::collection::vec("(whsec_)?[A-Za-z0-9+/=]{0,40}|\\PC{0,10}", 0..4),
    ) {
        let secrets: Vec<_> = secrets.into_iter().map(Redacted).collect();
        if let Some(headers) = sign(&id, seconds, &body, &secrets) {
            for name in ["webhook-id", "webhook-timestamp", "webhook-signature", "x-webhook-signature"] {
                prop_assert!(headers.contains_key(name), "{name}");
            }
            let signatures = headers["webhook-signature"].to_str().unwrap();
            prop_assert_eq!(signatures.split(' ').count(), secrets.len());
        }
    }
}
