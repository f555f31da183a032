//! Performs events on the server with sufficient rights, and applies them to the model.

mod conversations;
mod credentials;
mod members;
mod participation;

use parlor_testkit::TestRng;

use crate::event::{EventStep, RightsEvent};
use crate::listener::ListenerSet;
use crate::model::{ConversationIndex, Kind, MemberIndex, Model, Participation};
use crate::probe::ProbeFocus;
use crate::stage::{ApiAnswer, TestStage};

/// The reason why a request with sufficient rights was refused.
pub(crate) type ActionResult = Result<ProbeFocus, String>;

impl ApiAnswer {
    fn require_granted(self, what: &str) -> Result<Self, String> {
        if self.is_granted {
            Ok(self)
        } else {
            Err(format!("{what}: {} {:.200}", self.status, self.text))
        }
    }
}

/// Performs one step. The probe then favours what the step changed.
pub(crate) async fn perform(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    listeners: &mut ListenerSet,
    step: EventStep,
) -> ActionResult {
    let rng = &mut TestRng::new(step.seed);
    match step.event {
        RightsEvent::MakeGroup => conversations::create_group(stage, model, rng).await,
        RightsEvent::MakePair => conversations::create_pair(stage, model, rng).await,
        RightsEvent::MakeThread => conversations::create_thread(stage, model, rng).await,
        RightsEvent::Join => participation::join(stage, model, rng).await,
        RightsEvent::Add => participation::add(stage, model, rng).await,
        RightsEvent::Remove => participation::remove(stage, model, rng).await,
        RightsEvent::Leave => participation::leave(stage, model, rng).await,
        RightsEvent::Delete => participation::delete(stage, model, rng).await,
        RightsEvent::Close => participation::close(stage, model, rng, true).await,
        RightsEvent::Reopen => participation::close(stage, model, rng, false).await,
        RightsEvent::DeleteMember => members::delete_member(stage, model, listeners, rng).await,
        RightsEvent::ArchiveMember => members::archive_member(stage, model, rng, true).await,
        RightsEvent::RestoreMember => members::archive_member(stage, model, rng, false).await,
        RightsEvent::ChangeRole => members::change_role(stage, model, rng).await,
        RightsEvent::ChangeScopes => members::change_scopes(stage, model, rng).await,
        RightsEvent::CreateKey => Ok(credentials::create_key(stage, model, rng).await),
        RightsEvent::RevokeKey => Ok(credentials::revoke_key(stage, model, rng).await),
        RightsEvent::ExpireKey => credentials::expire_key(stage, model, rng).await,
        RightsEvent::CreateToken => Ok(credentials::create_token(stage, model, rng).await),
        RightsEvent::CreateSession => credentials::create_session(stage, model, rng).await,
        RightsEvent::CreateSpaceToken => credentials::create_space_token(stage, model, rng).await,
        RightsEvent::CreateChatToken => credentials::create_chat_token(stage, model, rng).await,
        RightsEvent::CreateUserToken => credentials::create_user_token(stage, model, rng).await,
        RightsEvent::ToggleRoleGates => credentials::toggle_role_gates(stage, model).await,
        RightsEvent::OpenConnection => {
            listeners.open_one(stage, model, rng).await;
            Ok(ProbeFocus::default())
        }
        RightsEvent::CloseConnection => {
            listeners.close_one(rng);
            Ok(ProbeFocus::default())
        }
    }
}

fn draw_one<T: Copy>(rng: &mut TestRng, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| from[rng.below(from.len())])
}

/// An open conversation of some kinds whose state the model knows.
fn draw_open_conversation(
    model: &Model,
    rng: &mut TestRng,
    kinds: &[Kind],
) -> Option<ConversationIndex> {
    let open: Vec<ConversationIndex> = model
        .known_conversations()
        .filter(|conversation| model.conversations[*conversation].is_open)
        .filter(|conversation| kinds.contains(&model.conversations[*conversation].kind))
        .collect();
    draw_one(rng, &open)
}

/// The current participants.
fn joined_members(model: &Model, conversation: ConversationIndex) -> Vec<MemberIndex> {
    let parts = &model.conversations[conversation].participations;
    let joined = parts
        .iter()
        .filter(|(_, part)| **part == Participation::Joined);
    joined.map(|(who, _)| *who).collect()
}

fn focus_on(conversations: &[ConversationIndex], members: &[MemberIndex]) -> ProbeFocus {
    ProbeFocus {
        conversations: conversations.iter().copied().collect(),
        members: members.iter().copied().collect(),
        ..ProbeFocus::default()
    }
}
