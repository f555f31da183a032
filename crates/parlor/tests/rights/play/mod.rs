//! What happens is done on the server by whoever may do it, and told to the model.

mod conversations;
mod credentials;
mod members;
mod parts;

use parlor_testkit::Rng;

use crate::event::{Event, Step};
use crate::listener::Listeners;
use crate::model::{Kind, Model, Part, Talk, Who};
use crate::probe::Focus;
use crate::stage::{Answer, Stage};

/// Why something that everybody must be able to do was refused.
pub(crate) type Done = Result<Focus, String>;

impl Answer {
    fn granted(self, what: &str) -> Result<Self, String> {
        if self.is_granted {
            Ok(self)
        } else {
            Err(format!("{what}: {} {:.200}", self.status, self.text))
        }
    }
}

/// Plays one step. What it was about is looked at closely afterwards.
pub(crate) async fn play(
    stage: &mut Stage<'_>,
    model: &mut Model,
    listeners: &mut Listeners,
    step: Step,
) -> Done {
    let rng = &mut Rng::new(step.seed);
    match step.event {
        Event::MakeGroup => conversations::group(stage, model, rng).await,
        Event::MakePair => conversations::pair(stage, model, rng).await,
        Event::MakeThread => conversations::thread(stage, model, rng).await,
        Event::Join => parts::join(stage, model, rng).await,
        Event::Add => parts::add(stage, model, rng).await,
        Event::Remove => parts::remove(stage, model, rng).await,
        Event::Leave => parts::leave(stage, model, rng).await,
        Event::Delete => parts::delete(stage, model, rng).await,
        Event::Close => parts::close(stage, model, rng, true).await,
        Event::Reopen => parts::close(stage, model, rng, false).await,
        Event::DeleteMember => members::delete(stage, model, listeners, rng).await,
        Event::ArchiveMember => members::archive(stage, model, rng, true).await,
        Event::RestoreMember => members::archive(stage, model, rng, false).await,
        Event::ChangeRole => members::role(stage, model, rng).await,
        Event::ChangeScopes => members::scopes(stage, model, rng).await,
        Event::MintKey => Ok(credentials::key(stage, model, rng).await),
        Event::RevokeKey => Ok(credentials::revoke(stage, model, rng).await),
        Event::LetKeyExpire => credentials::expire(stage, model, rng).await,
        Event::MintToken => Ok(credentials::token(stage, model, rng).await),
        Event::MintSession => credentials::session(stage, model, rng).await,
        Event::MintSpaceToken => credentials::space_token(stage, model, rng).await,
        Event::MintChatToken => credentials::chat_token(stage, model, rng).await,
        Event::MintUserToken => credentials::user_token(stage, model, rng).await,
        Event::SwitchGates => credentials::gates(stage, model).await,
        Event::Listen => {
            listeners.open_one(stage, model, rng).await;
            Ok(Focus::default())
        }
        Event::HangUp => {
            listeners.close_one(rng);
            Ok(Focus::default())
        }
    }
}

fn draw<T: Copy>(rng: &mut Rng, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| from[rng.below(from.len())])
}

/// A conversation that is open and of which the model knows all, of some kinds.
fn open_talk(model: &Model, rng: &mut Rng, kinds: &[Kind]) -> Option<Talk> {
    let open: Vec<Talk> = model
        .talks()
        .filter(|talk| model.conversations[*talk].is_open)
        .filter(|talk| kinds.contains(&model.conversations[*talk].kind))
        .collect();
    draw(rng, &open)
}

/// Those who take part.
fn joined(model: &Model, talk: Talk) -> Vec<Who> {
    let parts = &model.conversations[talk].parts;
    let joined = parts.iter().filter(|(_, part)| **part == Part::Joined);
    joined.map(|(who, _)| *who).collect()
}

fn about(talks: &[Talk], members: &[Who]) -> Focus {
    Focus {
        talks: talks.iter().copied().collect(),
        members: members.iter().copied().collect(),
        ..Focus::default()
    }
}
