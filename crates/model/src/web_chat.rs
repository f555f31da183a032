//! What a workspace shows to the visitors of the web pages that talk with it, and who answers them.

use std::net::Ipv6Addr;

use crate::error::{Error, Result};
use crate::limit;
use crate::metadata::Metadata;
use crate::text;

/// Questions that a visitor is offered at the most.
pub const MAX_QUESTIONS: usize = 20;

/// A workspace as a web page shows it. All of it is public but the agent server.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WebChat {
    /// A text about the workspace.
    pub description: Option<String>,
    /// The address of its picture.
    pub photo: Option<String>,
    /// What a visitor's space is called.
    pub space_name: Option<String>,
    /// What is said first in a new conversation.
    pub greeting: Option<String>,
    /// What a visitor is offered to ask.
    pub questions: Vec<String>,
    /// How the page begins, in the page's own word.
    pub start_mode: Option<String>,
    /// How the page looks, in the page's own terms. Empty where nothing was said.
    pub styling: Metadata,
    /// The address of the customer's server that answers. Without one nobody answers.
    pub agent_server: Option<String>,
}

/// What to change of it. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateWebChat {
    /// New text about the workspace.
    pub description: Option<Option<String>>,
    /// New address of its picture.
    pub photo: Option<Option<String>>,
    /// New name of visitors' spaces.
    pub space_name: Option<Option<String>>,
    /// New first words.
    pub greeting: Option<Option<String>>,
    /// New questions, in place of the old ones.
    pub questions: Option<Vec<String>>,
    /// New word for how the page begins.
    pub start_mode: Option<Option<String>>,
    /// New looks, in place of the old ones.
    pub styling: Option<Metadata>,
    /// New address of the server that answers.
    pub agent_server: Option<Option<String>>,
}

impl UpdateWebChat {
    /// Refuses texts that are too long and addresses that are none.
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

    /// The web chat with these changes.
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

/// Whether a text is the address of a server, to which a path can be added: a scheme, a host with or without a port, and
/// perhaps a path.
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

/// Whether a text is a host name or an address, where one of version 6 stands in brackets, with or without a port. Other
/// programs do not read an address whose host is anything else.
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
    fn an_agent_server_is_a_plain_web_address() {
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
    fn what_is_not_named_stays() {
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
