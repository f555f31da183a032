//! What happens in a conversation.

use std::sync::Arc;

use parlor_engine::chat::{SendAsAssistant, send_as_assistant};
use parlor_engine::{Engine, conversation, message, turn};
use parlor_model::conversation::{
    ConversationKey, ConversationState, UpdateConversation, UpdateServiceConfig,
};
use parlor_model::error::ErrorKind;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{MessageKey, MessageQuery, MessageRole, UpdateMessage};
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};
use parlor_testkit::{TestRng, TestServer};

use crate::messages::user_message;

/// Words of an operator's message begin so.
pub(super) const OPERATOR: &str = "An operator says";

/// Somebody who does something, on a node.
#[derive(Clone)]
pub(super) struct Actor {
    pub(super) server: Arc<TestServer>,
    pub(super) engine: Arc<Engine>,
}

/// Something that somebody does.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A person says something.
    Say(String),
    /// The assistant may not answer until it is given back.
    Pause(bool),
    /// The assistant is switched on or off.
    Enable(bool),
    /// An operator answers in place of the assistant.
    SendAsAssistant,
    /// Somebody cancels the answer under way.
    Cancel,
    /// The newest message of a person is deleted.
    DeleteNewest,
    /// The newest message of a person is edited.
    EditNewest,
    /// The conversation is closed.
    Close,
    /// Nothing happens until no answer waits for a worker.
    AwaitBegin,
    /// Nothing happens until no answer is under way.
    AwaitEnd,
}

/// Generates steps; the conversation is rarely closed, and only at the end.
pub(super) fn generate_steps(rng: &mut TestRng, count: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = (0..count).map(|_| generate_step(rng)).collect();
    if rng.below(8) == 0 {
        steps.push(Step::Close);
    }
    steps
}

fn generate_step(rng: &mut TestRng) -> Step {
    match rng.below(20) {
        0..=6 => Step::Say(generate_text(rng)),
        7 => Step::Pause(true),
        8 => Step::Pause(false),
        9 => Step::Enable(false),
        10 => Step::Enable(true),
        11 => Step::SendAsAssistant,
        12 => Step::Cancel,
        13 => Step::DeleteNewest,
        14 => Step::EditNewest,
        15..=17 => Step::AwaitBegin,
        _ => Step::AwaitEnd,
    }
}

fn generate_text(rng: &mut TestRng) -> String {
    let number = rng.next();
    let words = format!("question {number} with some words more");
    let search = "/tool search_messages {\"query\": \"question\"}";
    match rng.below(12) {
        0..=2 => words,
        3 | 4 => format!("/slow 4\n{words}"),
        8 => format!("/rounds 3\n{search}"),
        9 => format!("/slow 4\n{words}\n{search}"),
        10 => format!("{words}\n/tool hand_off {{\"reason\": \"help\"}}"),
        11 => "/tool hand_off {\"reason\": \"help\"}".to_owned(),
        5 => format!("/slow 20\n{words}"),
        6 => "/fail unauthorized".to_owned(),
        _ => format!("/fail malformed 3\n/slow 4\n{words}"),
    }
}

impl Step {
    /// Takes steps one after the other.
    pub(super) async fn take_all(steps: Vec<Self>, actor: Actor, chat: ConversationKey) {
        for step in &steps {
            if let Err(error) = step.take(&actor, chat).await {
                // Closed, or deleted by the other actor.
                let kind = error.kind();
                let is_expected = matches!(kind, ErrorKind::Conflict(_) | ErrorKind::NotFound(_));
                assert!(is_expected, "{step:?}: {error:?}");
            }
        }
    }

    async fn take(&self, actor: &Actor, chat: ConversationKey) -> Result<(), Error> {
        let (engine, ctx) = (&actor.engine, actor.server.a.ctx());
        match self {
            Self::Say(text) => {
                let said = message::create(engine, &ctx, user_message(chat, text)).await;
                said.map(drop)
            }
            Self::Pause(paused) => {
                let service = UpdateServiceConfig {
                    paused: Some(*paused),
                    ..UpdateServiceConfig::default()
                };
                configure(actor, chat, service).await
            }
            Self::Enable(enabled) => {
                let service = UpdateServiceConfig {
                    assistant_enabled: Some(*enabled),
                    ..UpdateServiceConfig::default()
                };
                configure(actor, chat, service).await
            }
            Self::SendAsAssistant => {
                let command = SendAsAssistant {
                    conversation: chat,
                    text: Redacted(OPERATOR.to_owned()),
                    tool_calls: None,
                    files: Vec::new(),
                };
                send_as_assistant(engine, &ctx, command).await.map(drop)
            }
            Self::Cancel => turn::cancel(engine, &ctx, chat, None).await.map(drop),
            Self::DeleteNewest => match find_newest(actor, chat).await? {
                Some(key) => message::delete(engine, &ctx, chat, key).await.map(drop),
                None => Ok(()),
            },
            Self::EditNewest => match find_newest(actor, chat).await? {
                Some(key) => {
                    let text = Some("question that was edited".to_owned().into());
                    let edit = UpdateMessage {
                        text,
                        ..UpdateMessage::default()
                    };
                    message::edit(engine, &ctx, chat, key, edit).await.map(drop)
                }
                None => Ok(()),
            },
            Self::Close => {
                let command = UpdateConversation {
                    state: Some(ConversationState::Closed),
                    ..UpdateConversation::default()
                };
                conversation::update(engine, &ctx, chat, command).await
            }
            Self::AwaitBegin => self.wait(actor, chat, "state = 'queued'").await,
            Self::AwaitEnd => {
                self.wait(actor, chat, "state in ('queued', 'running')")
                    .await
            }
        }
    }

    async fn wait(&self, actor: &Actor, chat: ConversationKey, condition: &str) -> Result<()> {
        let found = conversation::find(&actor.engine, &actor.server.a.ctx(), chat).await?;
        let number = found.number;
        let query =
            format!("select count(*) from turn where conversation = {number} and {condition}");
        actor.server.wait_for_count(&query, 0).await;
        Ok(())
    }
}

async fn configure(
    actor: &Actor,
    chat: ConversationKey,
    service: UpdateServiceConfig,
) -> Result<()> {
    let command = UpdateConversation {
        service: Some(service),
        ..UpdateConversation::default()
    };
    conversation::update(&actor.engine, &actor.server.a.ctx(), chat, command).await
}

/// Finds the newest message of a person.
async fn find_newest(actor: &Actor, chat: ConversationKey) -> Result<Option<MessageKey>> {
    let query = MessageQuery {
        order: SortOrder::Descending,
        ..MessageQuery::default()
    };
    let page = message::list(&actor.engine, &actor.server.a.ctx(), chat, query).await?;
    let mut messages = page.items.iter();
    let newest = messages.find(|message| message.role == MessageRole::User);
    Ok(newest.map(|message| MessageKey::Id(message.id)))
}
