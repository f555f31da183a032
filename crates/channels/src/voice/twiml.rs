//! Writes TwiML: XML that tells a carrier what to do with a call.

use parlor_model::call_language::CallLanguage;

use super::spoken_text::to_spoken_text;

/// Longest text of a `Say`, which is the carrier's own limit. A longer one is divided.
const MAX_SAY_CHARS: usize = 4_000;
/// Characters that are said at once at most: more than a quarter of an hour, and well below the longest document.
const MAX_CHARS: usize = 12_000;

/// A document under construction.
#[derive(Debug, Clone)]
pub struct VoiceResponse {
    xml: String,
    language: Option<CallLanguage>,
}

impl Default for VoiceResponse {
    fn default() -> Self {
        Self::new(None)
    }
}

impl VoiceResponse {
    /// Creates a document that tells nothing. Whatever is said and understood is in this language, without it in the carrier's
    /// own.
    pub fn new(language: Option<CallLanguage>) -> Self {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>".to_owned();
        Self { xml, language }
    }

    /// Says a text, which may be Markdown.
    #[must_use]
    pub fn say(mut self, text: &str) -> Self {
        self.push_say(text);
        self
    }

    /// Says texts and listens meanwhile and after them. What was heard is posted to a URL; if nothing was, the document goes
    /// on.
    #[must_use]
    pub fn gather<'a>(mut self, action: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        self.xml.push_str("<Gather");
        self.push_language();
        self.xml.push_str(
            " input=\"speech\" method=\"POST\" speechTimeout=\"auto\" bargeIn=\"true\" action=\"",
        );
        self.push_escaped(action);
        self.xml.push_str("\">");
        for text in texts {
            self.push_say(text);
        }
        self.xml.push_str("</Gather>");
        self
    }

    /// Waits a second, and goes on with the document of a URL.
    #[must_use]
    pub fn pause_and_redirect(mut self, url: &str) -> Self {
        self.xml.push_str("<Pause length=\"1\"/>");
        self.redirect(url)
    }

    /// Goes on with the document of a URL.
    #[must_use]
    pub fn redirect(mut self, url: &str) -> Self {
        self.xml.push_str("<Redirect method=\"POST\">");
        self.push_escaped(url);
        self.xml.push_str("</Redirect>");
        self
    }

    /// Ends the call.
    #[must_use]
    pub fn hang_up(mut self) -> Self {
        self.xml.push_str("<Hangup/>");
        self
    }

    /// Returns the document.
    pub fn into_xml(self) -> String {
        self.xml + "</Response>"
    }

    fn push_say(&mut self, text: &str) {
        let spoken = to_spoken_text(text);
        let mut rest = end_at(&spoken, MAX_CHARS);
        while !rest.is_empty() {
            let (part, left) = split_at_space(rest);
            self.xml.push_str("<Say");
            self.push_language();
            self.xml.push('>');
            self.push_escaped(part);
            self.xml.push_str("</Say>");
            rest = left.trim_start();
        }
    }

    fn push_language(&mut self) {
        if let Some(language) = &self.language {
            // Letters, digits and hyphens.
            let attribute = format!(" language=\"{language}\"");
            self.xml.push_str(&attribute);
        }
    }

    /// Appends a text as it may stand in an element or an attribute. Characters that XML 1.0 does not have are left out.
    fn push_escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.xml.push_str("&amp;"),
                '<' => self.xml.push_str("&lt;"),
                '>' => self.xml.push_str("&gt;"),
                '"' => self.xml.push_str("&quot;"),
                '\'' => self.xml.push_str("&apos;"),
                '\t' | '\n' => self.xml.push(character),
                '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
                other => self.xml.push(other),
            }
        }
    }
}

/// Returns the beginning of a text with so many characters at most.
fn end_at(text: &str, chars: usize) -> &str {
    let end = text.char_indices().nth(chars);
    end.map_or(text, |(index, _)| &text[..index])
}

/// Splits a text that is too long to be said in one, at a space if there is one.
fn split_at_space(text: &str) -> (&str, &str) {
    let head = end_at(text, MAX_SAY_CHARS);
    if head.len() == text.len() {
        return (text, "");
    }
    let cut = head.rfind(char::is_whitespace).filter(|cut| *cut > 0);
    text.split_at(cut.unwrap_or(head.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>";

    fn said(text: &str) -> String {
        let xml = VoiceResponse::default().say(text).into_xml();
        let inner = xml.strip_prefix(BEGIN).unwrap();
        inner.strip_suffix("</Response>").unwrap().to_owned()
    }

    #[test]
    fn hostile_text_stays_text() {
        for (text, xml) in [
            (
                "1 < 2 & \"3\" > '2'",
                "<Say>1 &lt; 2 &amp; &quot;3&quot; &gt; &apos;2&apos;</Say>",
            ),
            (
                "a</Say><Hangup/> ]]> &amp;lt;",
                "<Say>a ]]&gt; &amp;lt;</Say>",
            ),
            ("a\u{0}\u{1b}\u{fffe}\u{85}b", "<Say>ab</Say>"),
            ("", ""),
        ] {
            assert_eq!(said(text), xml, "{text}");
        }
    }

    #[test]
    fn long_text_is_divided_at_spaces_and_bounded() {
        let xml = said(&"eight an ".repeat(1_000));
        let parts: Vec<&str> = xml.split("</Say><Say>").collect();
        assert_eq!(parts.len(), 3);
        assert!(
            parts
                .iter()
                .all(|part| !part.contains("eigh ") && part.len() < 4_020)
        );
        let bounded = said(&"ä".repeat(20_000));
        assert_eq!(bounded.matches('ä').count(), MAX_CHARS);
        assert_eq!(bounded.matches("<Say>").count(), 3);
    }

    #[test]
    fn conversation_is_gathered_and_continued() {
        let xml = VoiceResponse::default()
            .gather("https://h/t?a=1&b=2", ["One", "Two"])
            .redirect("https://h/t?a=1&b=3")
            .into_xml();
        let gather = "<Gather input=\"speech\" method=\"POST\" speechTimeout=\"auto\" bargeIn=\"true\" action=\"https://h/t?a=1&amp;b=2\">";
        let texts = "<Say>One</Say><Say>Two</Say></Gather>";
        let redirect = "<Redirect method=\"POST\">https://h/t?a=1&amp;b=3</Redirect>";
        assert_eq!(xml, format!("{BEGIN}{gather}{texts}{redirect}</Response>"));
        let over = VoiceResponse::default().hang_up().into_xml();
        assert_eq!(over, format!("{BEGIN}<Hangup/></Response>"));
    }
}
