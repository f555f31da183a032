//! Workspaces, as visitors and owners see them.

pub(crate) mod get;
pub(crate) mod public;
pub(crate) mod update;

use parlor_kit::ids::format_uuid;
use parlor_model::web_chat::WebChat;
use parlor_model::workspace::Workspace;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::role::rbac::RbacStatus;

/// Start mode of a page if the owner has set none.
const DEFAULT_START_MODE: &str = "QUESTIONS";

/// A workspace, as anybody may see it. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicWorkspace {
    id: String,
    name: String,
    organization_id: String,
    organization_name: String,
    /// A text about it.
    description: Option<String>,
    /// The address of its picture.
    photo: Option<String>,
    /// What a visitor's space is called.
    default_space_name: Option<String>,
    /// How the page begins.
    web_control_start_mode: String,
    /// Whether agent threads ask for a token that carries a role.
    rbac_status: RbacStatus,
    /// How the page looks: `styles`, `icons` and `customConfig`, as the owner wrote them.
    #[schema(value_type = Option<Object>)]
    space_styling: Option<Map<String, Value>>,
    /// How the page has its visitors proved: it has nothing of the kind here.
    #[schema(value_type = Option<Object>)]
    verification_space: Option<Map<String, Value>>,
    /// Always null: who answers is not told.
    agent_id: Option<String>,
}

/// A workspace, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnWorkspace {
    #[serde(flatten)]
    public: PublicWorkspace,
    /// What is said first in a new talk; a text of the server's own where null.
    greeting: Option<String>,
    /// What a visitor is offered to ask.
    greeting_questions: Vec<String>,
    /// The address of the customer's server that answers in agent threads.
    agent_server_url: Option<String>,
}

impl From<&Workspace> for PublicWorkspace {
    fn from(workspace: &Workspace) -> Self {
        let WebChat {
            description,
            photo,
            space_name,
            start_mode,
            styling,
            ..
        } = workspace.web_chat.clone();
        let styling = styling.into_map();
        Self {
            id: format_uuid(workspace.key.id),
            name: workspace.name.clone(),
            organization_id: format_uuid(workspace.key.organization),
            organization_name: workspace.organization_name.clone(),
            description,
            photo,
            default_space_name: space_name,
            web_control_start_mode: start_mode.unwrap_or_else(|| DEFAULT_START_MODE.to_owned()),
            rbac_status: RbacStatus::from_bool(workspace.policy.require_roles),
            space_styling: (!styling.is_empty()).then_some(styling),
            verification_space: None,
            agent_id: None,
        }
    }
}

impl From<&Workspace> for OwnWorkspace {
    fn from(workspace: &Workspace) -> Self {
        Self {
            public: PublicWorkspace::from(workspace),
            greeting: workspace.web_chat.greeting.clone(),
            greeting_questions: workspace.web_chat.questions.clone(),
            agent_server_url: workspace.web_chat.agent_server.clone(),
        }
    }
}
