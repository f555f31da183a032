//! Agent threads: conversations between users and agents, with intermediate steps. Where the workspace requires roles, a
//! thread belongs to the role of the token that created it and is visible only to tokens of that role.

mod agent_server;
mod assistant;
pub(crate) mod chat;
pub(crate) mod create;
mod cursor;
pub(crate) mod delete;
mod frame;
mod frame_schema;
pub(crate) mod get;
mod json_text;
pub(crate) mod list;
mod message;
pub(crate) mod store;
mod tool_call;
mod tool_call_joiner;
pub(crate) mod update;

use parlor_engine::thread::{self, ThreadAccess};
use parlor_kit::ids::format_uuid;
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationState;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::AgentCaller;
use crate::ids;

/// Metadata key of a thread's agent server.
const AGENT_SERVER_KEY: &str = "agentServerId";

/// The vendor's page about threads.
const THREADS_PAGE: &str = "api-reference/agent/threads";

/// A thread. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Thread)]
pub(crate) struct ThreadResponse {
    id: String,
    title: Option<String>,
    status: ThreadStatus,
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
pub(crate) enum ThreadStatus {
    Active,
    Archived,
}

impl ThreadStatus {
    fn from_state(state: ConversationState) -> Self {
        match state {
            ConversationState::Active => Self::Active,
            ConversationState::Archived | ConversationState::Closed => Self::Archived,
        }
    }

    fn to_state(self) -> ConversationState {
        match self {
            Self::Active => ConversationState::Active,
            Self::Archived => ConversationState::Archived,
        }
    }
}

impl ThreadResponse {
    fn from_thread(workspace: WorkspaceRef, thread: thread::Thread) -> Self {
        let thread::Thread {
            conversation,
            role,
            names,
        } = thread;
        let owner = conversation.owner.as_ref().map(|owner| owner.number);
        let subject = conversation
            .subject
            .filter(|subject| Some(subject.number) != owner);
        let server = conversation.metadata.map().get(AGENT_SERVER_KEY);
        Self {
            id: format_uuid(conversation.id),
            title: conversation.title,
            status: ThreadStatus::from_state(conversation.state),
            workspace_id: format_uuid(workspace.id),
            space_id: conversation.space.map(format_uuid),
            temporal_user_id: names
                .temporal_user_id
                .or_else(|| subject.as_ref().map(|subject| format_uuid(subject.id))),
            user_id: names.user_id.or_else(|| {
                subject.map(|subject| {
                    let id = subject.id;
                    subject.external_id.unwrap_or_else(|| format_uuid(id))
                })
            }),
            agent_server_id: server.and_then(|id| id.as_str()).map(str::to_owned),
            role_id: role.map(format_uuid),
            last_message_at: conversation.last_message_at.map(format_iso),
            created_at: format_iso(conversation.created_at),
            updated_at: format_iso(conversation.updated_at),
            deleted_at: None,
        }
    }
}

impl AgentCaller {
    /// Returns the space and the role by which the caller's threads are filtered.
    pub(crate) fn access(&self) -> ThreadAccess {
        let Self(caller, role) = self;
        ThreadAccess {
            space: caller.own_space(),
            role: *role,
        }
    }

    /// Returns the context for an operation on a thread that [`Self::access`] allows.
    pub(crate) fn context(&self) -> Ctx {
        self.0.space_context()
    }

    /// Finds the thread in the path.
    ///
    /// # Errors
    /// `NotFound` if it is unknown or not visible to the caller.
    pub(crate) async fn find_thread_in_path(
        &self,
        app: &AppState,
        params: &PathParams,
    ) -> Result<thread::Thread> {
        self.find_thread(app, ids::thread_id_from_path(params)?)
            .await
    }

    /// Finds the thread in the path for an operation on its messages.
    ///
    /// # Errors
    /// `NotFound` if it is unknown or not visible to the caller.
    pub(crate) async fn find_thread_for_messages(
        &self,
        app: &AppState,
        params: &PathParams,
    ) -> Result<thread::Thread> {
        let id = ids::thread_id_from_path(params)?;
        thread::find_for_messages(&app.engine, &self.context(), id, self.access()).await
    }

    /// Finds a thread by id.
    ///
    /// # Errors
    /// `NotFound` if it is unknown or not visible to the caller.
    pub(crate) async fn find_thread(
        &self,
        app: &AppState,
        id: ConversationId,
    ) -> Result<thread::Thread> {
        thread::find(&app.engine, &self.context(), id, self.access()).await
    }

    /// Renders a thread.
    pub(crate) fn render_thread(&self, thread: thread::Thread) -> ThreadResponse {
        ThreadResponse::from_thread(self.0.ctx.workspace, thread)
    }
}
