//! Organizations and workspaces.

use parlor_model::call_language::CallLanguage;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::{OrganizationId, WorkspaceId};
use parlor_model::sending_policy::{QuietHours, SendingPolicy};
use parlor_model::web_chat::WebChat;
use parlor_model::workspace::{ListShape, Region, SpaceDeletePolicy, Workspace, WorkspacePolicy};
use parlor_model::{Error, Metadata, Result};
use serde_json::{Value, json};

use crate::sql::workspace as sql;
use crate::{Row, Tx, params};

/// Inserts an organization; returns its number and id.
pub fn insert_organization(tx: &mut dyn Tx, name: &str) -> Result<(i64, OrganizationId)> {
    let stamp = tx.next_stamp();
    let id = stamp.id();
    let number = tx.query_one(
        &sql::INSERT_ORGANIZATION,
        params![&id, name, stamp.at],
        |row| row.int(0),
    )?;
    Ok((
        number.ok_or_else(|| Error::internal("organization was not inserted"))?,
        id,
    ))
}

/// Inserts a workspace of an organization.
pub fn insert(
    tx: &mut dyn Tx,
    organization: (i64, OrganizationId),
    name: &str,
) -> Result<WorkspaceRef> {
    let stamp = tx.next_stamp();
    let id = stamp.id();
    let number = tx.query_one(
        &sql::INSERT,
        params![&id, organization.0, name, stamp.at],
        |row| row.int(0),
    )?;
    let number = number.ok_or_else(|| Error::internal("workspace was not inserted"))?;
    Ok(WorkspaceRef {
        number,
        id,
        organization: organization.1,
    })
}

/// Finds a workspace by id.
pub fn find(tx: &mut dyn Tx, id: WorkspaceId) -> Result<Option<Workspace>> {
    tx.query_one(&sql::FIND, params![&id], from_row)
}

/// Finds a workspace by number.
pub fn find_by_number(tx: &mut dyn Tx, number: i64) -> Result<Option<Workspace>> {
    tx.query_one(&sql::FIND_BY_NUMBER, params![number], from_row)
}

/// Returns all workspaces, oldest first.
pub fn list(tx: &mut dyn Tx) -> Result<Vec<Workspace>> {
    tx.query_all(&sql::LIST, &[], from_row)
}

/// Returns at most 16 workspaces that have a member with this handle, oldest first.
pub fn find_by_handle(tx: &mut dyn Tx, handle: &str) -> Result<Vec<Workspace>> {
    tx.query_all(&sql::OF_HANDLE, params![handle], from_row)
}

/// Writes a workspace's name, policy and web chat.
pub fn update(tx: &mut dyn Tx, workspace: &Workspace) -> Result<()> {
    let Workspace {
        key, name, policy, ..
    } = workspace;
    let text = json!({
        "require_scope_for_others": policy.require_scope_for_others,
        "space_delete": policy.space_delete.as_str(),
        "require_roles": policy.require_roles,
        "region": policy.region.as_ref().map(Region::as_str),
        "list_shape": policy.list_shape.as_str(),
        "call_language": policy.call_language.as_ref().map(CallLanguage::as_str),
        "quiet_hours": policy.sending.quiet_hours.map(|hours| hours.to_string()),
        "time_zone": policy.sending.time_zone,
        "texts_per_minute": policy.sending.texts_per_minute,
        "mails_per_minute": policy.sending.mails_per_minute,
    })
    .to_string();
    let web_chat = web_chat_text(&workspace.web_chat);
    tx.execute(
        &sql::UPDATE,
        params![&key.id, name.as_str(), &text, &web_chat],
    )
    .map(drop)
}

/// Finds the version of the address normalization of a workspace; 0 if unknown.
pub fn find_address_form(tx: &mut dyn Tx, id: WorkspaceId) -> Result<i64> {
    tx.query_count(&sql::ADDRESS_FORM, params![&id])
}

/// Stores the version of the address normalization of a workspace.
pub fn set_address_form(tx: &mut dyn Tx, id: WorkspaceId, form: i64) -> Result<()> {
    tx.execute(&sql::SET_ADDRESS_FORM, params![&id, form])
        .map(drop)
}

fn from_row(row: &dyn Row) -> Result<Workspace> {
    Ok(Workspace {
        key: WorkspaceRef {
            number: row.int(0)?,
            id: row.id(1)?,
            organization: row.id(2)?,
        },
        name: row.string(3)?,
        organization_name: row.string(4)?,
        policy: parse_policy(row.text(5)?),
        created_at: row.time(6)?,
        web_chat: parse_web_chat(row.text(7)?),
    })
}

fn parse_policy(text: &str) -> WorkspacePolicy {
    let settings: Value = serde_json::from_str(text).unwrap_or_default();
    let default = WorkspacePolicy::default();
    WorkspacePolicy {
        require_scope_for_others: settings["require_scope_for_others"]
            .as_bool()
            .unwrap_or(default.require_scope_for_others),
        space_delete: settings["space_delete"]
            .as_str()
            .and_then(SpaceDeletePolicy::from_name)
            .unwrap_or(default.space_delete),
        require_roles: settings["require_roles"]
            .as_bool()
            .unwrap_or(default.require_roles),
        region: settings["region"].as_str().and_then(Region::parse),
        list_shape: settings["list_shape"]
            .as_str()
            .and_then(ListShape::from_name)
            .unwrap_or(default.list_shape),
        sending: parse_sending(&settings),
        call_language: settings["call_language"]
            .as_str()
            .and_then(CallLanguage::parse),
    }
}

fn parse_sending(settings: &Value) -> SendingPolicy {
    let per_minute = |name: &str| settings[name].as_u64().and_then(|n| u32::try_from(n).ok());
    SendingPolicy {
        quiet_hours: settings["quiet_hours"].as_str().and_then(QuietHours::parse),
        time_zone: settings["time_zone"].as_str().map(str::to_owned),
        texts_per_minute: per_minute("texts_per_minute"),
        mails_per_minute: per_minute("mails_per_minute"),
    }
}

fn web_chat_text(web_chat: &WebChat) -> String {
    json!({
        "description": web_chat.description,
        "photo": web_chat.photo,
        "space_name": web_chat.space_name,
        "greeting": web_chat.greeting,
        "questions": web_chat.questions,
        "start_mode": web_chat.start_mode,
        "styling": web_chat.styling.map(),
        "agent_server": web_chat.agent_server,
    })
    .to_string()
}

fn parse_web_chat(text: &str) -> WebChat {
    let mut stored: Value = parlor_model::json::parse(text.as_bytes()).unwrap_or_default();
    let text_field = |field: &str| stored[field].as_str().map(str::to_owned);
    let questions = stored["questions"].as_array().into_iter().flatten();
    let web_chat = WebChat {
        description: text_field("description"),
        photo: text_field("photo"),
        space_name: text_field("space_name"),
        greeting: text_field("greeting"),
        questions: questions
            .filter_map(|question| question.as_str().map(str::to_owned))
            .collect(),
        start_mode: text_field("start_mode"),
        styling: Metadata::default(),
        agent_server: text_field("agent_server"),
    };
    match stored.get_mut("styling").map(Value::take) {
        Some(Value::Object(styling)) => WebChat {
            styling: Metadata::new(styling, "styling").unwrap_or_default(),
            ..web_chat
        },
        _ => web_chat,
    }
}
