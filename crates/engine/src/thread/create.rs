//! Making a thread.

use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::custom_role::CustomRoleKey;
use parlor_model::error::EntityKind;
use parlor_model::id::CustomRoleId;
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::{custom_role as roles, thread as repo};

use super::Thread;
use crate::{Engine, authority, conversation};

/// How the maker of a thread spelled whom it is for. Kept as it is given and shown again, apart from the member that it
/// names; deleted with that member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectNames {
    /// As a user, at most 255 characters.
    pub user_id: Option<String>,
    /// As a visitor, at most 255 characters.
    pub temporal_user_id: Option<String>,
}

/// Makes a thread, bound to a role where one is given, and gives it. An unknown role is not found. Whoever may speak for the workspace may; a key that acts for
/// nobody needs `conversations:write`.
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
            // Read here, since what was made must not be answered with the error of a later read.
            let found = repo::find(tx, ctx.ws(), made.id)?.map(Thread::from);
            found.ok_or_else(|| Error::internal("a thread vanished within its transaction"))
        })
        .await
}
