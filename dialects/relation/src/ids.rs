//! Text forms of ids: 32 hex digits for channels, handles for members, decimal numbers for messages.

use parlor_kit::{QueryParams, ids};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::{Error, Result, principal};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::wallet::Address;

/// How a body names a member, as the document has it.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^([a-z0-9-]{1,64}|0x[0-9a-fA-F]{40})$")]
#[expect(dead_code, reason = "the document's view of what is read as text")]
pub(crate) struct RelationId(String);

/// OpenAPI schema of a message's id in a body: digits, or an integer of any size.
pub(crate) struct MessageId;

impl PartialSchema for MessageId {
    fn schema() -> RefOr<Schema> {
        let digits = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[1-9][0-9]{0,19}$"));
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0));
        OneOfBuilder::new().item(digits).item(number).into()
    }
}

impl ToSchema for MessageId {}

/// OpenAPI schema of a quoted message's id: that of [`MessageId`], or 0 or an empty text for none.
pub(crate) struct QuoteId;

impl PartialSchema for QuoteId {
    fn schema() -> RefOr<Schema> {
        let digits = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(0|[1-9][0-9]{0,19})?$"));
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0));
        OneOfBuilder::new().item(digits).item(number).into()
    }
}

impl ToSchema for QuoteId {}

/// Formats a channel's id as 32 hex digits.
pub(crate) fn format_channel_id(id: ConversationId) -> String {
    ids::format_hex(id)
}

/// Parses the channel of the query parameter `channelUuid`.
///
/// # Errors
/// `Invalid` without 32 hex digits.
pub(crate) fn channel_key_from_query(query: &QueryParams) -> Result<ConversationKey> {
    parse_channel_key(query.get("channelUuid").unwrap_or_default())
}

/// Parses a channel's 32 hex digits.
///
/// # Errors
/// `Invalid` for any other text.
pub(crate) fn parse_channel_key(text: &str) -> Result<ConversationKey> {
    ids::parse_hex(text)
        .map(ConversationKey::Id)
        .ok_or_else(|| Error::invalid("channelUuid", "must be a channel's 32 hex digits"))
}

/// Parses a message's number: a string of decimal digits, or an integer. Returns `None` for a number that no message can
/// have.
///
/// # Errors
/// `Invalid` for any other value.
pub(crate) fn parse_message_number(value: &Value, field: &'static str) -> Result<Option<i64>> {
    let text = match value {
        Value::String(text) if !text.starts_with('0') => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    if !(1..=20).contains(&text.len()) || text.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(Error::invalid(field, "must be a message's id"));
    }
    Ok(text.parse().ok().filter(|number| *number > 0))
}

/// First of the message numbers that stand for log entries, which have no numbers of their own. All have 19 digits;
/// messages are numbered from 1.
const ENTRY_NUMBER_BASE: i64 = 1 << 62;
/// Bits of the entry's seq in such a number.
const SEQ_BITS: u32 = 31;

/// Combines a conversation's number and a seq, 31 bits each, into the number of a log entry.
pub(crate) fn entry_number(conversation: i64, seq: i64) -> i64 {
    ENTRY_NUMBER_BASE | (conversation << SEQ_BITS) | seq
}

/// Splits the number of a log entry into conversation and seq. Returns `None` for a message's number.
pub(crate) fn parse_entry_number(number: i64) -> Option<(i64, i64)> {
    let offset = number - ENTRY_NUMBER_BASE;
    (offset >= 0).then_some((offset >> SEQ_BITS, offset & ((1 << SEQ_BITS) - 1)))
}

/// Parses a member's handle: 1 to 64 lower-case letters, digits and dashes, with a valid checksum if `strict`. A wallet
/// address is converted to the handle derived from it. Returns `None` for any other text.
pub(crate) fn parse_handle(text: &str, strict: bool) -> Option<String> {
    if let Some(address) = Address::parse(text) {
        return Some(address.handle());
    }
    let has_handle_form = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let is_valid = has_handle_form && (!strict || principal::decode(text).is_some());
    is_valid.then(|| text.to_owned())
}

/// Parses the member's handle in `field` as [`parse_handle`] does.
///
/// # Errors
/// `Invalid` with the field's name.
pub(crate) fn parse_handle_field(field: &'static str, text: &str, strict: bool) -> Result<String> {
    parse_handle(text, strict).ok_or_else(|| Error::invalid(field, "must be a relationId"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn message_numbers_are_parsed_exactly() {
        let exact = 1_579_047_130_798_100_481;
        for same in [json!(exact), json!("1579047130798100481")] {
            assert_eq!(parse_message_number(&same, "id").unwrap(), Some(exact));
        }
        for unused in [json!(0), json!("18446744073709551615"), json!(u64::MAX)] {
            assert_eq!(parse_message_number(&unused, "id").unwrap(), None);
        }
        for bad in [
            json!("070000000012"),
            json!(""),
            json!("-1"),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!(null),
        ] {
            assert!(parse_message_number(&bad, "id").is_err(), "{bad}");
        }
    }

    #[test]
    fn entry_numbers_differ_from_message_numbers() {
        for entry in [(1, 1), (7, 12), ((1 << 31) - 1, (1 << 31) - 1)] {
            let number = entry_number(entry.0, entry.1);
            assert_eq!(number.to_string().len(), 19);
            assert_eq!(parse_entry_number(number), Some(entry));
        }
        for message in [1, 1_000_000_000_000, ENTRY_NUMBER_BASE - 1] {
            assert_eq!(parse_entry_number(message), None);
        }
    }

    #[test]
    fn handles_and_addresses_are_parsed() {
        for good in ["dhkyq-sqaaa-aaaaj-sgz3q-cai", "2vxsx-fae", "aaaaa-aa"] {
            assert_eq!(parse_handle(good, true).unwrap(), good);
        }
        // The vendor's samples contain ids with wrong checksums, which only strict parsing refuses.
        let damaged = "1u4dp-6qaaa-aaaaj-aag4q-cai";
        assert!(parse_handle(damaged, false).is_some() && parse_handle(damaged, true).is_none());
        let long = "a".repeat(65);
        for bad in ["", "A", "a b", "ä", "a_b", "a\0", &long] {
            assert!(parse_handle(bad, false).is_none(), "{bad:?}");
        }
        assert_eq!(
            parse_handle("0x877F26D597C2AE0EDEC4411F7C3C59B718676ED1", true).unwrap(),
            "dy6jn-qbqqt-a2luo-l6dxq-cai"
        );
    }
}
