//! Files of a mail: attachments, pictures in its text, mails that were sent on.

use bytes::Bytes;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders};
use parlor_engine::file::InboundFile;
use parlor_model::redacted::Redacted;

/// Media type of a mail, and what `limit_structure` replaces it by.
pub(super) const MAIL_MEDIA_TYPE: &str = "message/rfc822";
const LIMITED_MAIL_MEDIA_TYPE: &str = "message/x-mail";

/// Names of files whose senders have given them none, by the beginning of their media type.
const FALLBACK_NAMES: [(&str, &str); 4] = [
    (MAIL_MEDIA_TYPE, "message.eml"),
    ("text/calendar", "invitation.ics"),
    ("image/", "picture"),
    ("", "attachment"),
];

/// Returns every part of a mail that is not its text, in their order. None is opened: a mail that was sent on is one file, and so
/// are an archive and what a mail program has packed. `raw` is the mail before its structure was limited.
pub(super) fn files(message: &Message<'_>, raw: &[u8]) -> Vec<InboundFile> {
    let parts = message.attachments();
    parts.map(|part| file(part, raw)).collect()
}

fn file(part: &MessagePart<'_>, raw: &[u8]) -> InboundFile {
    let media_type = part.content_type().map(|kind| {
        let subtype = kind.c_subtype.as_deref().unwrap_or_default();
        format!("{}/{subtype}", kind.c_type).to_ascii_lowercase()
    });
    let media_type = match media_type {
        Some(text) if text == LIMITED_MAIL_MEDIA_TYPE => Some(MAIL_MEDIA_TYPE.to_owned()),
        other => other,
    };
    let type_name = media_type.as_deref().unwrap_or_default();
    let mut fallbacks = FALLBACK_NAMES.iter();
    let fallback = fallbacks.find(|(start, _)| type_name.starts_with(start));
    let name = part.attachment_name();
    InboundFile {
        name: name.map(|name| Redacted(name.to_owned())),
        fallback_name: fallback.map_or("attachment", |(_, name)| name),
        bytes: Redacted(contents(part, raw)),
        media_type,
        is_original: false,
    }
}

/// Returns the bytes of a part. Those that are not encoded are taken as they came: the parser converts texts, and sees mails with
/// other media types in them.
fn contents(part: &MessagePart<'_>, raw: &[u8]) -> Bytes {
    let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let unencoded = raw.get(range).filter(|_| part.encoding == Encoding::None);
    Bytes::copy_from_slice(unencoded.unwrap_or_else(|| part.contents()))
}
