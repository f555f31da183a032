//! Headers of a mail.

use mail_parser::{Address, HeaderValue, Message};
use parlor_engine::chat::MailId;
use parlor_model::redacted::Redacted;

/// Addresses at most that are looked at.
const MAX_ADDRESSES: usize = 100;

/// Returns the values of a header as they stand there, first to last.
pub(super) fn raw_values(message: &Message<'_>, name: &str) -> Vec<String> {
    let headers = message.headers().iter();
    let named = headers.filter(|header| header.name.as_str().eq_ignore_ascii_case(name));
    let texts = named.map(|header| {
        let range = header.offset_start as usize..header.offset_end as usize;
        let bytes = message.raw_message.get(range).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_owned()
    });
    texts.collect()
}

/// Returns the addresses that a mail was sent to: `envelope` if the mail server has said it, otherwise what the headers tell.
pub(super) fn recipients(message: &Message<'_>, envelope: Option<&str>) -> Vec<Redacted<String>> {
    if let Some(address) = envelope {
        return vec![Redacted(strip_brackets(address).to_owned())];
    }
    let named = message.all_to().chain(message.all_cc());
    let mut found: Vec<String> = named.flat_map(addresses).collect();
    for name in ["Delivered-To", "X-Original-To"] {
        let values = raw_values(message, name);
        found.extend(values.iter().map(|text| strip_brackets(text).to_owned()));
    }
    found
        .into_iter()
        .take(MAX_ADDRESSES)
        .map(Redacted)
        .collect()
}

fn addresses(list: &Address<'_>) -> Vec<String> {
    let found = list.iter().filter_map(|one| one.address.as_deref());
    found.take(MAX_ADDRESSES).map(str::to_owned).collect()
}

/// Returns the address and the name of the sender.
pub(super) fn sender(message: &Message<'_>) -> Option<(String, Option<String>)> {
    let first = message.from()?.first()?;
    let address = first.address.as_deref()?.trim().to_owned();
    let name = first.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    Some((address, name.map(str::to_owned)))
}

/// Returns this server's mails that a mail answers, the newest first.
pub(super) fn references(message: &Message<'_>) -> Vec<MailId> {
    let answered = ids(message.in_reply_to());
    let mut thread = ids(message.references());
    thread.reverse();
    let all = answered.into_iter().chain(thread);
    all.filter_map(|id| own_id(&id)).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let texts = value.as_text_list().unwrap_or_default();
    texts.iter().map(|text| text.clone().into_owned()).collect()
}

/// Returns the id of a mail of this server.
pub(super) fn own_id(message_id: &str) -> Option<MailId> {
    let (local, _) = message_id.split_once('@')?;
    MailId::parse(local)
}

/// Returns the domain of an address.
pub(super) fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// Returns an address without the angle brackets of the envelope.
pub(super) fn strip_brackets(text: &str) -> &str {
    let text = text.trim();
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    inner.unwrap_or(text)
}
