//! The author of a stored message.

use parlor_model::Ctx;
use parlor_model::conversation::Conversation;
use parlor_model::message::MessageRole;

/// Returns the number of the member who is stored as the author of a message with this role: for `User` the conversation's
/// contact, else the actor; for `Assistant` the conversation's assistant, if it has one.
pub(crate) fn resolve_author(
    conversation: &Conversation,
    ctx: &Ctx,
    role: MessageRole,
) -> Option<i64> {
    match role {
        MessageRole::User => {
            let subject = conversation.subject.as_ref();
            let actor = ctx.actor.map(|actor| actor.number);
            subject.map(|subject| subject.number).or(actor)
        }
        MessageRole::Assistant => conversation.service.assistant,
        MessageRole::System | MessageRole::Tool | MessageRole::Context => None,
    }
}
