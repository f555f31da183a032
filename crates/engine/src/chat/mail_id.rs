//! Ids of the mails that this server sends.

use std::fmt;

use parlor_model::id::ConversationId;
use uuid::Uuid;

/// Id of a sent mail, as it stands before the domain of its `Message-ID`. It contains the public id of the chat, which cannot
/// be guessed, so that an answer finds the chat although sent mails are in no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailId {
    /// The chat.
    pub conversation: ConversationId,
    /// The mail.
    pub mail: Uuid,
}

impl MailId {
    /// Parses what stands before the domain; `None` if it is not of this server's form.
    pub fn parse(text: &str) -> Option<Self> {
        let (conversation, mail) = text.split_once('.')?;
        Some(Self {
            conversation: ConversationId::new(parse_uuid(conversation)?),
            mail: parse_uuid(mail)?,
        })
    }
}

/// Parses the hyphenated form and no other.
fn parse_uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conversation = self.conversation.uuid();
        write!(
            f,
            "{}.{}",
            conversation.hyphenated(),
            self.mail.hyphenated()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_survives_its_text_and_other_texts_are_none() {
        let id = MailId {
            conversation: ConversationId::new(Uuid::from_u128(1)),
            mail: Uuid::from_u128(2),
        };
        let text = id.to_string();
        assert_eq!(MailId::parse(&text), Some(id));
        assert_eq!(MailId::parse(&text.to_uppercase()), Some(id));
        let mail = Uuid::from_u128(2);
        for other in ["", ".", "a.b", &mail.to_string(), &format!("{text}.x")] {
            assert_eq!(MailId::parse(other), None, "{other}");
        }
        let simple = format!("{}.{}", mail.simple(), mail.simple());
        assert_eq!(MailId::parse(&simple), None);
    }
}
