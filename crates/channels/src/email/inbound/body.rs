//! The text of a mail.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::flowed::join_flowed;
use super::html;

/// Returns the text: the plain form, otherwise the HTML as text. Attachments and pictures are left out.
pub(super) fn body_text(message: &Message<'_>) -> String {
    let plain = join(message.text_bodies());
    if !plain.trim().is_empty() {
        return plain;
    }
    let html = join(message.html_bodies());
    if !html.trim().is_empty() {
        return html;
    }
    unparted_text(message).unwrap_or_default()
}

/// Returns the text of a mail that says that it has parts and has none.
fn unparted_text(message: &Message<'_>) -> Option<String> {
    let root = message.parts.first()?;
    let kind = root.content_type()?;
    let has_parts = kind.c_type.eq_ignore_ascii_case("multipart");
    part_text(root).filter(|_| has_parts)
}

fn join<'a>(parts: impl Iterator<Item = &'a MessagePart<'a>>) -> String {
    let texts: Vec<String> = parts.filter_map(part_text).collect();
    texts.join("\n\n")
}

fn part_text(part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Text(text) => Some(unflow(part, text)),
        PartType::Html(text) => Some(html::to_text(text)),
        _ => None,
    }
}

/// Joins the lines of a text that says that its program has broken them.
fn unflow(part: &MessagePart<'_>, text: &str) -> String {
    let parameter = |name: &str| part.content_type().and_then(|kind| kind.attribute(name));
    let is_flowed = parameter("format").is_some_and(|form| form.eq_ignore_ascii_case("flowed"));
    if !is_flowed {
        return text.to_owned();
    }
    let deletes = parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    join_flowed(text, deletes)
}
