//! Agent threads: talks between users and agents, with the steps between. Where the workspace asks for roles, a thread
//! belongs to the role of the token that made it, and only tokens of that role see it.

pub(crate) mod chat;
pub(crate) mod create;
mod cursor;
pub(crate) mod delete;
mod frame;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod message;
mod server;
pub(crate) mod store;
pub(crate) mod update;

use parlor_engine::thread::{self, Reach};
use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_kit::{App, Params};
use parlor_model::conversation::State;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Agent;
use crate::ids;

/// Where a thread's agent server stands in its metadata.
const AGENT_SERVER: &str = "agentServerId";

/// A thread. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Thread {
    id: String,
    title: Option<String>,
    status: Status,
    workspace_id: String,
    space_id: Option<String>,
    /// Whom it is for, as its maker spelled it, or else as the customer knows the member, or by id; null where it is
    /// for nobody but its maker.
    user_id: Option<String>,
    /// The same, as its maker spelled it, or else by id.
    temporal_user_id: Option<String>,
    /// The agent server it was bound to: kept, and not called.
    agent_server_id: Option<String>,
    /// The role it was made for: where the workspace asks tokens for roles, only those of this one see it.
    role_id: Option<String>,
    /// When somebody last said something in it.
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
    /// Only in the answer to its deletion.
    deleted_at: Option<String>,
}

/// Where a thread is in its life. After `api-reference/agent/threads`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = ThreadStatus)]
pub(crate) enum Status {
    Active,
    Archived,
}

impl Status {
    fn of(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Archived | State::Closed => Self::Archived,
        }
    }

    fn state(self) -> State {
        match self {
            Self::Active => State::Active,
            Self::Archived => State::Archived,
        }
    }
}

impl Thread {
    pub(crate) fn of(workspace: WorkspaceRef, thread: thread::Thread) -> Self {
        let thread::Thread {
            conversation,
            role,
            names,
        } = thread;
        let owner = conversation.owner.as_ref().map(|owner| owner.number);
        let subject = conversation
            .subject
            .filter(|subject| Some(subject.number) != owner);
        let server = conversation.metadata.map().get(AGENT_SERVER);
        Self {
            id: dashed(conversation.id),
            title: conversation.title,
            status: Status::of(conversation.state),
            workspace_id: dashed(workspace.id),
            space_id: conversation.space.map(dashed),
            temporal_user_id: names
                .temporal_user_id
                .or_else(|| subject.as_ref().map(|subject| dashed(subject.id))),
            user_id: names.user_id.or_else(|| {
                subject.map(|subject| {
                    let id = subject.id;
                    subject.external_id.unwrap_or_else(|| dashed(id))
                })
            }),
            agent_server_id: server.and_then(|id| id.as_str()).map(str::to_owned),
            role_id: role.map(dashed),
            last_message_at: conversation.last_message_at.map(iso),
            created_at: iso(conversation.created_at),
            updated_at: iso(conversation.updated_at),
            deleted_at: None,
        }
    }
}

impl Agent {
    /// How far the caller sees.
    pub(crate) fn reach(&self) -> Reach {
        let Self(caller, role) = self;
        Reach {
            space: caller.own_space(),
            role: *role,
        }
    }

    /// What the caller may do with a thread that is within its reach.
    pub(crate) fn ctx(&self) -> Ctx {
        self.0.at_home()
    }

    /// The thread in the path.
    pub(crate) async fn thread(&self, app: &App, params: &Params) -> Result<thread::Thread> {
        self.find(app, ids::thread(params)?).await
    }

    /// The same for a call about its messages.
    pub(crate) async fn thread_of_messages(
        &self,
        app: &App,
        params: &Params,
    ) -> Result<thread::Thread> {
        let id = ids::thread(params)?;
        thread::find_of_messages(&app.engine, &self.ctx(), id, self.reach()).await
    }

    /// A thread.
    pub(crate) async fn find(&self, app: &App, id: ConversationId) -> Result<thread::Thread> {
        thread::find(&app.engine, &self.ctx(), id, self.reach()).await
    }

    /// The thread as it is shown.
    pub(crate) fn shown(&self, thread: thread::Thread) -> Thread {
        Thread::of(self.0.ctx.workspace, thread)
    }
}
