//! A mail with a text, as plain text and as HTML, and with files.

use lettre::Message;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0,
};
use lettre::message::{Attachment, Body, Mailbox, MultiPart};
use parlor_engine::chat::MailId;
use parlor_engine::file::UNKNOWN_MEDIA_TYPE;
use parlor_engine::outbound::{OutboundFile, OutboundFileSource};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Subject of a mail of a conversation without a title.
const DEFAULT_SUBJECT: &str = "New message";

/// A mail of a conversation.
pub(crate) struct Mail<'a> {
    /// Its own id.
    pub(crate) id: MailId,
    /// Address of the sender.
    pub(crate) from: &'a str,
    /// Address of the recipient.
    pub(crate) to: &'a str,
    /// Subject, if the conversation has a title.
    pub(crate) subject: Option<&'a str>,
    /// Text, which may be Markdown.
    pub(crate) text: &'a str,
    /// `Message-ID` of the mail that it answers, without brackets.
    pub(crate) in_reply_to: Option<&'a str>,
    /// No person has sent it: programs that answer by themselves must not answer it.
    pub(crate) is_automatic: bool,
    /// Files that are attached.
    pub(crate) files: &'a [OutboundFile],
}

/// Composes a mail. `None` if an address cannot be one.
pub(super) fn compose(mail: &Mail<'_>) -> Option<Message> {
    let from: Mailbox = mail.from.parse().ok()?;
    // The library would take the name of this machine as the id's domain.
    let domain = from.email.domain();
    let id = format!("<{}@{domain}>", mail.id);
    // Mail programs show mails with a reference in common as one conversation, also if nobody has the mail it names.
    let thread = format!("<{}@{domain}>", mail.id.conversation.uuid().hyphenated());
    let answered = mail.in_reply_to.map(|id| format!("<{id}>"));
    let references = match &answered {
        Some(answered) => format!("{thread} {answered}"),
        None => thread,
    };
    let from_address = from.email.to_string();
    let subject = mail.subject.map(str::trim);
    let subject = subject.filter(|subject| !subject.is_empty());
    let (content_type, body) = separate(&parts(mail))?;
    let mut builder = Message::builder();
    if let Some(answered) = answered {
        builder = builder.in_reply_to(answered);
    }
    let mut message = builder
        .from(from)
        .to(mail.to.parse().ok()?)
        .subject(subject.unwrap_or(DEFAULT_SUBJECT))
        .message_id(Some(id))
        .references(references)
        .header(MIME_VERSION_1_0)
        .header(content_type)
        .body(body)
        .ok()?;
    let headers = message.headers_mut();
    // By this the mail is known if it comes back under another id.
    let mark = HeaderName::new_from_ascii_str("X-Loop");
    headers.insert_raw(HeaderValue::new(mark, from_address));
    if mail.is_automatic {
        let mark = HeaderName::new_from_ascii_str("Auto-Submitted");
        headers.insert_raw(HeaderValue::new(mark, "auto-replied".to_owned()));
    }
    Some(message)
}

/// Returns a body with parts, and its media type. The library signs the headers of a mail, but not the media type while that
/// belongs to a body with parts; so the mail gets both separately.
fn separate(parts: &MultiPart) -> Option<(ContentType, Body)> {
    let content_type = parts.headers().get::<ContentType>()?;
    let formatted = parts.formatted();
    let head = formatted.windows(4).position(|end| end == b"\r\n\r\n")?;
    // Each part has an encoding of its own.
    let encoding = ContentTransferEncoding::SevenBit;
    let body = Body::dangerous_pre_encoded(formatted[head + 4..].to_vec(), encoding);
    Some((content_type, body))
}

/// Returns the text in both forms, and the files behind it.
fn parts(mail: &Mail<'_>) -> MultiPart {
    let text = MultiPart::alternative_plain_html(mail.text.to_owned(), to_html(mail.text));
    if mail.files.is_empty() {
        return text;
    }
    let mixed = MultiPart::mixed().multipart(text);
    mail.files.iter().fold(mixed, |mixed, file| {
        let OutboundFileSource::Bytes(bytes) = &file.source else {
            return mixed;
        };
        let kind = ContentType::parse(&file.media_type);
        let kind = kind.or_else(|_| ContentType::parse(UNKNOWN_MEDIA_TYPE));
        match kind {
            Ok(kind) => mixed.singlepart(
                Attachment::new(file.name.as_str().to_owned()).body(bytes.to_vec(), kind),
            ),
            Err(_) => mixed,
        }
    })
}

/// Converts Markdown. HTML in it becomes text, images become their descriptions, and links lead to the web, a mail
/// address or a phone number only, so that a text cannot run or load anything at its reader.
fn to_html(text: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut link_is_kept = Vec::new();
    let events = Parser::new_ext(text, options).filter_map(move |event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. })
        | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => None,
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            link_is_kept.push(is_safe_link(dest_url));
            link_is_kept.last()?.then_some(event)
        }
        Event::End(TagEnd::Link) => link_is_kept.pop()?.then_some(event),
        other => Some(other),
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    format!("<!DOCTYPE html>\n<html><body>\n{body}</body></html>\n")
}

fn is_safe_link(url: &CowStr<'_>) -> bool {
    let url = url.to_ascii_lowercase();
    ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use parlor_model::id::ConversationId;
    use uuid::Uuid;

    use super::*;

    const fn mail<'a>(to: &'a str, subject: Option<&'a str>) -> Mail<'a> {
        Mail {
            id: MailId {
                conversation: ConversationId::new(Uuid::from_u128(5)),
                mail: Uuid::from_u128(7),
            },
            from: "care@clinic.example",
            to,
            subject,
            text: "Grüße",
            in_reply_to: None,
            is_automatic: false,
            files: &[],
        }
    }

    #[test]
    fn html_of_a_text_runs_and_loads_nothing() {
        for (text, expected) in [
            ("Hello\nAda", "<p>Hello<br />\nAda</p>"),
            (
                "**now** & <b>",
                "<p><strong>now</strong> &amp; &lt;b&gt;</p>",
            ),
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
            ("![a cat](https://h/c.png)", "<p>a cat</p>"),
            (
                "[a](javascript:x) [b](https://h/)",
                "<p>a <a href=\"https://h/\">b</a></p>",
            ),
            ("[a](data:text/html,x)", "<p>a</p>"),
        ] {
            let html = to_html(text);
            assert!(html.contains(expected), "{text}: {html}");
        }
    }

    #[test]
    fn mail_has_its_headers_and_both_forms() {
        let composed = compose(&mail("ada@home.example", None)).unwrap();
        let text = String::from_utf8(composed.formatted()).unwrap();
        for part in [
            "From: care@clinic.example\r\n",
            "To: ada@home.example\r\n",
            "Subject: New message\r\n",
            "Message-ID: <00000000-0000-0000-0000-000000000005.00000000-0000-0000-0000-000000000007@clinic.example>\r\n",
            "References: <00000000-0000-0000-0000-000000000005@clinic.example>\r\n",
            "X-Loop: care@clinic.example\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let mark = "Auto-Submitted: auto-replied\r\n";
        assert!(!text.contains(mark), "{text}");
        assert!(!text.contains("In-Reply-To:"), "{text}");
        let automatic = Mail {
            in_reply_to: Some("1@home.example"),
            is_automatic: true,
            ..mail("ada@home.example", None)
        };
        let text = String::from_utf8(compose(&automatic).unwrap().formatted()).unwrap();
        assert!(text.contains(mark), "{text}");
        for part in [
            "In-Reply-To: <1@home.example>\r\n",
            "References: <00000000-0000-0000-0000-000000000005@clinic.example>\r\n <1@home.example>\r\n",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn headers_cannot_be_added_by_a_title() {
        let subject = "Hello\r\nBcc: other@home.example";
        let composed = compose(&mail("ada@home.example", Some(subject))).unwrap();
        let text = String::from_utf8(composed.formatted()).unwrap();
        assert!(
            !text.contains("\r\nBcc:") && !text.contains("\nBcc:"),
            "{text}"
        );
        for address in [
            "",
            "ada",
            "ada@home.example\r\nBcc: b@home.example",
            "a@b@c",
        ] {
            assert!(compose(&mail(address, None)).is_none(), "{address:?}");
        }
    }
}
