//! Creates a thread.

use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::custom_role::CustomRoleKey;
use parlor_model::error::EntityKind;
use parlor_model::id::CustomRoleId;
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::{custom_role as roles, thread as repo};

use super::Thread;
use crate::{Engine, authority, conversation};

/// The subject of a thread as its creator spelled it. Stored and returned unchanged, separately from the member it
/// resolves to; deleted with that member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectNames {
    /// User id, at most 255 characters.
    pub user_id: Option<String>,
    /// Temporary user id, at most 255 characters.
    pub temporal_user_id: Option<String>,
}

/// Creates a thread, with a custom role if given, and returns it. Unbound keys need `conversations:write`.
///
/// # Errors
/// `NotFound` for an unknown role.
pub async fn create(
    engine: &Engine,
    ctx: &Ctx,
    mut command: CreateConversation,
    role: Option<CustomRoleId>,
    names: SubjectNames,
) -> Result<Thread> {
    if let Some(title) = &command.title {
        text::validate_length(title, "title", limit::NAME.max_chars)?;
    }
    command.kind = ConversationKind::Thread;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            authority::authorize_create_conversation(tx, &ctx, command.space)?;
            let made = conversation::insert(tx, &ctx, &command)?;
            if let Some(id) = role {
                let role = roles::find(tx, ctx.ws(), &CustomRoleKey::Id(id))?
                    .ok_or_else(|| Error::not_found(EntityKind::Role))?;
                repo::bind_role(tx, ctx.ws(), made.number, role.number)?;
            }
            if let Some(subject) = &made.subject
                && names != SubjectNames::default()
            {
                let (user, visitor) = (&names.user_id, &names.temporal_user_id);
                repo::insert_subject(
                    tx,
                    ctx.ws(),
                    made.number,
                    subject.number,
                    user.as_deref(),
                    visitor.as_deref(),
                )?;
            }
            // Read in the transaction, because a failing read after the commit must not turn into an error.
            let found = repo::find(tx, ctx.ws(), made.id)?.map(Thread::from);
            found.ok_or_else(|| Error::internal("a thread vanished within its transaction"))
        })
        .await
}
