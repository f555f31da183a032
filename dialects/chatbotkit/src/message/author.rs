//! Who is taken to have written a message.

use parlor_model::Ctx;
use parlor_model::conversation::Conversation;
use parlor_model::message::MessageRole;

/// What people say is the contact's; where there is none, the acting member's. What assistants say is that of the
/// conversation's assistant, where it has one.
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
