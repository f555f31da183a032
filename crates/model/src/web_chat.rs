//! Web chat of a workspace: what visitors see on its web pages, and the agent server that answers.

use std::net::Ipv6Addr;

use crate::error::{Error, Result};
use crate::limit;
use crate::metadata::Metadata;
use crate::text;

/// Maximum number of suggested questions.
pub const MAX_QUESTIONS: usize = 20;

/// Web chat configuration. Everything but the agent server is public.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WebChat {
    /// Description of the workspace.
    pub description: Option<String>,
    /// URL of its picture.
    pub photo: Option<String>,
    /// Display name of a visitor's space.
    pub space_name: Option<String>,
    /// First message of a new conversation.
    pub greeting: Option<String>,
    /// Suggested questions.
    pub questions: Vec<String>,
    /// Start mode, interpreted by the web page.
    pub start_mode: Option<String>,
    /// Styling, interpreted by the web page; empty if not set.
    pub styling: Metadata,
    /// URL of the customer's agent server; without one there are no answers.
    pub agent_server: Option<String>,
}

/// Changes to a [`WebChat`]. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateWebChat {
    /// New description.
    pub description: Option<Option<String>>,
    /// New picture URL.
    pub photo: Option<Option<String>>,
    /// New display name of visitors' spaces.
    pub space_name: Option<Option<String>>,
    /// New first message.
    pub greeting: Option<Option<String>>,
    /// New suggested questions, replacing the old ones.
    pub questions: Option<Vec<String>>,
    /// New start mode.
    pub start_mode: Option<Option<String>>,
    /// New styling, replacing the old one.
    pub styling: Option<Metadata>,
    /// New URL of the agent server.
    pub agent_server: Option<Option<String>>,
}

impl UpdateWebChat {
    /// Validates the lengths of texts and the form of URLs.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate(&self) -> Result<()> {
        limit::DESCRIPTION.validate_change(&self.description, "description")?;
        limit::ADDRESS.validate_change(&self.photo, "photo")?;
        limit::NAME.validate_change(&self.space_name, "space name")?;
        limit::MESSAGE.validate_change(&self.greeting, "greeting")?;
        limit::SUBTYPE.validate_change(&self.start_mode, "start mode")?;
        let questions = self.questions.as_deref().unwrap_or_default();
        if questions.len() > MAX_QUESTIONS {
            return Err(Error::invalid(
                "questions",
                format!("must be at most {MAX_QUESTIONS}"),
            ));
        }
        for question in questions {
            text::normalize_required(question, "questions", limit::NAME.max_chars)?;
        }
        limit::ADDRESS.validate_change(&self.agent_server, "agent server")?;
        match &self.agent_server {
            Some(Some(address)) if !is_web_address(address) => Err(Error::invalid(
                "agent server",
                "must be an address that begins with http:// or https://, without a user, a query or a fragment",
            )),
            _ => Ok(()),
        }
    }

    /// Returns the web chat with the changes applied.
    #[must_use]
    pub fn apply(&self, old: &WebChat) -> WebChat {
        fn changed(new: &Option<Option<String>>, old: &Option<String>) -> Option<String> {
            new.clone().unwrap_or_else(|| old.clone())
        }
        WebChat {
            description: changed(&self.description, &old.description),
            photo: changed(&self.photo, &old.photo),
            space_name: changed(&self.space_name, &old.space_name),
            greeting: changed(&self.greeting, &old.greeting),
            questions: self
                .questions
                .clone()
                .unwrap_or_else(|| old.questions.clone()),
            start_mode: changed(&self.start_mode, &old.start_mode),
            styling: self.styling.clone().unwrap_or_else(|| old.styling.clone()),
            agent_server: changed(&self.agent_server, &old.agent_server),
        }
    }
}

/// Returns whether the text is the URL of a server to which a path can be appended: a scheme, a host with or without a
/// port, and an optional path.
pub fn is_web_address(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let Some(rest) = rest else {
        return false;
    };
    let is_plain = |letter: u8| letter.is_ascii_graphic() && !matches!(letter, b'?' | b'#' | b'\\');
    let authority = rest.split('/').next().unwrap_or_default();
    is_authority(authority) && rest.bytes().all(is_plain)
}

/// Returns whether a text is a host name, an IPv4 address or a bracketed IPv6 address, with or without a port. Other
/// programs do not parse URLs with any other host.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host.parse::<Ipv6Addr>().is_ok(), port),
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let is_of_names =
                |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'-' | b'_');
            (!host.is_empty() && host.bytes().all(is_of_names), port)
        }
    };
    let is_port = |port: &str| {
        port.bytes().all(|digit| digit.is_ascii_digit())
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agent_server_must_be_plain_web_address() {
        for good in [
            "http://localhost:3000",
            "https://agents.example.org/talk/",
            "http://[::1]:80",
            "http://[::ffff:127.0.0.1]/talk",
            "http://127.1:65535",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "http://",
            "http:///path",
            "ftp://example.org",
            "example.org",
            "https://user:secret@example.org",
            "https://example.org/?a",
            "https://example.org/#a",
            "https://exa mple.org",
            "https://example.org\r\nHost: other",
            "http://[",
            "http://[::1",
            "http://[a]",
            "http://[::1]80",
            "http://\u{9d}s",
            "http://:80",
            "http://example.org:",
            "http://example.org:0",
            "http://example.org:+80",
            "http://example.org:65536",
        ] {
            assert!(!is_web_address(bad), "{bad:?}");
        }
    }

    #[test]
    fn update_keeps_absent_fields() {
        let first = UpdateWebChat {
            greeting: Some(Some("Good day".to_owned())),
            photo: Some(Some("https://example.org/a.png".to_owned())),
            questions: Some(vec!["Why?".to_owned()]),
            ..UpdateWebChat::default()
        };
        let made = first.apply(&WebChat::default());
        let second = UpdateWebChat {
            photo: Some(None),
            ..UpdateWebChat::default()
        };
        let changed = second.apply(&made);
        assert_eq!(changed.greeting.as_deref(), Some("Good day"));
        assert_eq!((changed.photo, changed.questions.len()), (None, 1));
        let many = UpdateWebChat {
            questions: Some(vec!["Why?".to_owned(); MAX_QUESTIONS + 1]),
            ..UpdateWebChat::default()
        };
        assert!(many.validate().is_err());
    }
}
