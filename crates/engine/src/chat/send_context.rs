//! What sending over the medium of a conversation needs.

use parlor_model::Result;
use parlor_model::conversation::{Conversation, Medium};
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::Inbox;
use parlor_model::member::Member;
use parlor_model::phone_number::PhoneNumber;
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{inbox, phone_number};

use super::deliver::DeliveryRoute;

/// The conversation with what a delivery needs, read in one transaction.
pub(super) struct SendContext {
    pub(super) conversation: Conversation,
    subject: Option<Member>,
    phone_number: Option<PhoneNumber>,
    inbox: Option<Inbox>,
    answered_mail: Option<String>,
}

impl SendContext {
    /// Reads the subject and the sender: the conversation's, otherwise the workspace's default.
    pub(super) fn load(tx: &mut dyn Tx, ws: i64, conversation: Conversation) -> Result<Self> {
        let service = &conversation.service;
        let subject = match &conversation.subject {
            Some(subject) => member::find(tx, ws, MemberLookup::Number(subject.number))?,
            None => None,
        };
        let phone_number = match (service.medium, service.phone_number) {
            (Medium::Sms, Some(number)) => phone_number::find(tx, ws, IdOrNumber::Number(number))?,
            (Medium::Sms, None) => phone_number::find_default(tx, ws)?,
            _ => None,
        };
        let inbox = match (service.medium, service.inbox) {
            (Medium::Email, Some(number)) => inbox::find(tx, ws, IdOrNumber::Number(number))?,
            (Medium::Email, None) => inbox::find_default(tx, ws)?,
            _ => None,
        };
        let answered_mail = match service.medium {
            Medium::Email => inbox::find_last_mail(tx, ws, conversation.number)?,
            _ => None,
        };
        Ok(Self {
            answered_mail,
            conversation,
            subject: subject.map(|stored| stored.member),
            phone_number: phone_number.filter(|sender| sender.sms && sender.archived_at.is_none()),
            inbox: inbox.filter(|sender| sender.archived_at.is_none()),
        })
    }

    /// Returns where a text goes.
    pub(super) fn route(&self) -> DeliveryRoute<'_> {
        DeliveryRoute {
            conversation: self.conversation.number,
            conversation_id: self.conversation.id,
            medium: self.conversation.service.medium,
            subject: self.subject.as_ref(),
            phone_number: self.phone_number.as_ref(),
            inbox: self.inbox.as_ref(),
            title: self.conversation.title.as_deref(),
            answered_mail: self.answered_mail.as_deref(),
        }
    }
}
