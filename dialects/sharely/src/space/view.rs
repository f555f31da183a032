//! Rendering of a space with its groups, in the documented form and in the widget's.

use std::cmp::Reverse;

use axum::response::Response;
use parlor_engine::space::{self, SpaceDetails, SpaceMember};
use parlor_engine::workspace;
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_kit::time::format_iso;
use parlor_model::conversation::ConversationKind;
use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use parlor_model::space::SpaceConversation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::group::batches::GroupBatches;
use crate::group::{self, GroupType};
use crate::{HandlerError, response};

/// A space. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Space)]
pub(crate) struct SpaceResponse {
    id: String,
    /// Its own name, or else its user's.
    name: String,
    description: Option<String>,
    /// `ACTIVE`: a space that is not is gone.
    status: &'static str,
    created_at: String,
    workspace: SpaceWorkspace,
    /// Whose space it is.
    hosts: Vec<SpaceHost>,
    /// Nobody: spaces have one host at the most.
    co_hosts: Vec<SpaceCoHost>,
    /// The contact it is associated with.
    guests: Vec<SpaceGuest>,
    /// Its groups: oldest first, on the widget's paths those that were last spoken in first.
    space_group_conversation: Vec<SpaceGroupConversation>,
}

/// The workspace of a space. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Workspace)]
struct SpaceWorkspace {
    id: String,
    name: String,
    organization_name: String,
    organization_id: String,
}

/// A host, one level deeper. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[schema(as = Host)]
struct SpaceHost {
    host: SpaceUser,
}

/// A second host, in the same form. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CoHost)]
struct SpaceCoHost {
    co_host: SpaceUser,
}

/// A guest, one level deeper. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[schema(as = Guest)]
struct SpaceGuest {
    guest: SpaceUser,
}

/// Somebody. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
struct SpaceUser {
    id: String,
    name: Option<String>,
    /// Absent as `null` for callers that may not read it.
    email: Option<String>,
}

/// A group. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SpaceGroup)]
struct SpaceGroupConversation {
    id: String,
    name: String,
    /// `PUBLIC`, or `THREAD` for a talk with an agent; on the widget's paths `SPACE`.
    #[serde(rename = "type")]
    kind: GroupType,
    /// When somebody last said something in it; on the widget's paths when it was made, where nobody has.
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
    /// Empty before the first message; afterwards one id, always the same.
    conversations: Vec<SpaceConversationRef>,
    /// Only on the widget's paths: whether more than one thing was said in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more_than_one_message: Option<bool>,
}

/// The talk of a group. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[schema(as = Talk)]
struct SpaceConversationRef {
    id: String,
}

/// Form in which a space is rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpaceView {
    /// The vendor's documented form: every group, oldest first.
    Documented,
    /// The form that the browser widget reads: most recent activity first. Threads are left out, because the widget would
    /// open them as groups. So is the default group until it has a message, because the widget opens any listed group
    /// and shows its greeting only if there is none.
    Widget,
}

/// Finds a space and renders it with the groups of a view, which are streamed.
///
/// # Errors
/// `Forbidden` for a user's token of another space, `NotFound` for an unknown space.
pub(crate) async fn render_space(
    app: AppState,
    caller: &Caller,
    id: SpaceId,
    view: SpaceView,
) -> Result<Response, HandlerError> {
    caller.require_space(id)?;
    let details = space::find_with_details(&app.engine, &caller.ctx, id).await?;
    let workspace = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    let numbers = visible_group_numbers(&details, view);
    let name = details.space.name.or_else(|| {
        details
            .owner
            .as_ref()
            .and_then(|owner| display_name(&owner.member))
    });
    let envelope = SpaceResponse {
        id: format_uuid(details.space.id),
        name: name.unwrap_or_else(|| "Space".to_owned()),
        description: details.space.description,
        status: "ACTIVE",
        created_at: format_iso(details.space.created_at),
        workspace: SpaceWorkspace {
            id: format_uuid(workspace.key.id),
            name: workspace.name.clone(),
            organization_name: workspace.organization_name.clone(),
            organization_id: format_uuid(workspace.key.organization),
        },
        hosts: option_to_vec(details.owner.map(|owner| SpaceHost { host: owner.into() })),
        co_hosts: Vec::new(),
        guests: option_to_vec(details.contact.map(|contact| SpaceGuest {
            guest: contact.into(),
        })),
        space_group_conversation: Vec::new(),
    };
    let conversations = space::SpaceConversationBatches::new(&caller.ctx, id, numbers);
    let render = match view {
        SpaceView::Documented => SpaceGroupConversation::from,
        SpaceView::Widget => SpaceGroupConversation::for_widget,
    };
    Ok(response::ok_streamed(&envelope, GroupBatches::new(app, conversations, render)).await?)
}

/// Returns the numbers of the groups of a view, in its order.
fn visible_group_numbers(details: &SpaceDetails, view: SpaceView) -> Vec<i64> {
    let mut keys = details.conversations.clone();
    if view == SpaceView::Widget {
        let first = details.space.default_conversation;
        keys.retain(|key| {
            let is_empty_default = Some(key.id) == first && key.last_message_at.is_none();
            key.kind != ConversationKind::Thread && !is_empty_default
        });
        keys.sort_by_key(|key| Reverse((key.last_message_at.unwrap_or(key.created_at), key.id)));
    }
    keys.into_iter().map(|key| key.number).collect()
}

fn option_to_vec<T>(item: Option<T>) -> Vec<T> {
    item.into_iter().collect()
}

/// Returns a member's name, otherwise the customer's own id of it.
fn display_name(member: &MemberRef) -> Option<String> {
    member.name.clone().or_else(|| member.external_id.clone())
}

impl From<SpaceMember> for SpaceUser {
    fn from(member: SpaceMember) -> Self {
        Self {
            id: format_uuid(member.member.id),
            name: display_name(&member.member),
            email: member.email,
        }
    }
}

impl From<SpaceConversation> for SpaceGroupConversation {
    fn from(conversation: SpaceConversation) -> Self {
        let id = format_uuid(conversation.id);
        let conversation_ref = conversation
            .last_message_at
            .map(|_| SpaceConversationRef { id: id.clone() });
        Self {
            id,
            name: group::display_name(conversation.title, conversation.kind),
            kind: GroupType::from_kind(conversation.kind),
            last_message_at: conversation.last_message_at.map(format_iso),
            created_at: format_iso(conversation.created_at),
            updated_at: format_iso(conversation.updated_at),
            conversations: option_to_vec(conversation_ref),
            has_more_than_one_message: None,
        }
    }
}

impl SpaceGroupConversation {
    /// Renders a group for the widget, which shows a group without a time as one of 1970.
    fn for_widget(conversation: SpaceConversation) -> Self {
        let at = conversation
            .last_message_at
            .unwrap_or(conversation.created_at);
        let has_several = conversation.has_several_messages;
        Self {
            kind: GroupType::Space,
            last_message_at: Some(format_iso(at)),
            has_more_than_one_message: Some(has_several),
            ..Self::from(conversation)
        }
    }
}
