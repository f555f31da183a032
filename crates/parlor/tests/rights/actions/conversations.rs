//! Events that create conversations.

use std::collections::BTreeMap;

use http::Method;
use parlor_kit::ids::{format_hex, parse_prefixed};
use parlor_model::id::ConversationId;
use parlor_testkit::TestRng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ActionResult, draw_one, focus_on};
use crate::model::{
    Conversation, ConversationIndex, Credential, Dialect, Kind, MemberIndex, Model, OWNER,
    Participation, RoleIndex, SpaceIndex,
};
use crate::probe::ProbeFocus;
use crate::stage::{ROLE_COUNT, TestStage, parse_uuid};

struct NewConversation {
    kind: Kind,
    id: Uuid,
    owner: MemberIndex,
    subject: Option<MemberIndex>,
    others: Vec<MemberIndex>,
    room: Option<SpaceIndex>,
    gate: Option<RoleIndex>,
}

/// Every dialect: the creator and the subject participate. A conversation created in a user's space has that user as
/// its subject.
fn record_conversation(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    mut new: NewConversation,
) -> ConversationIndex {
    stage.conversations.push(new.id);
    let user = new.room.and_then(|room| model.spaces[room]);
    new.subject = new.subject.or(user);
    let everybody = [new.owner].into_iter().chain(new.subject).chain(new.others);
    let parts: BTreeMap<MemberIndex, Participation> =
        everybody.map(|who| (who, Participation::Joined)).collect();
    model.conversations.push(Conversation {
        kind: new.kind,
        gate: new.gate,
        room: new.room,
        owner: Some(new.owner),
        subject: new.subject,
        participations: parts,
        is_open: true,
        is_deleted: false,
        is_unreliable: false,
    });
    model.conversations.len() - 1
}

/// A valid, un-narrowed token of a member.
pub(super) fn member_token(
    stage: &TestStage<'_>,
    model: &Model,
    who: MemberIndex,
) -> Option<String> {
    let held = model
        .credentials
        .iter()
        .enumerate()
        .position(|(held, credential)| {
            matches!(credential, Credential::MemberToken { member, scopes: None } if *member == who)
                && !model.undecided.contains(&held)
                && model.effective_rights(held).is_ok()
        })?;
    Some(stage.secrets[held].clone())
}

/// Members that sign in themselves.
pub(super) fn signed_in_members(stage: &TestStage<'_>, model: &Model) -> Vec<MemberIndex> {
    model
        .active_members()
        .filter(|who| member_token(stage, model, *who).is_some())
        .collect()
}

pub(super) fn relation_id(stage: &TestStage<'_>, conversation: ConversationIndex) -> String {
    format_hex(ConversationId::new(stage.conversations[conversation]))
}

async fn send_marker(stage: &TestStage<'_>, conversation: ConversationIndex) -> Result<(), String> {
    let answer = stage
        .send_message(
            conversation,
            &format!("{} first", stage.conversation_marker(conversation)),
        )
        .await;
    answer.require_granted("a first message").map(drop)
}

pub(super) async fn create_group(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let title = stage.conversation_marker(stage.conversations.len());
    let dialects = [
        Dialect::Sharely,
        Dialect::GravityRail,
        Dialect::Relation,
        Dialect::ChatBotKit,
        Dialect::TenantChats,
    ];
    let speakers = signed_in_members(stage, model);
    let (by, other) = (
        draw_one(rng, &speakers).unwrap(),
        draw_one(rng, &speakers).unwrap(),
    );
    let token = member_token(stage, model, by).unwrap();
    let dialect = draw_one(rng, &dialects).unwrap();
    if model.spaces.is_empty() {
        let made = stage
            .chatbotkit("space/create", json!({}))
            .await
            .require_granted("a space")?;
        stage
            .spaces
            .push(parse_prefixed_id("space_", &made.json()["id"]));
        model.spaces.push(None);
    }
    let mut new = NewConversation {
        kind: Kind::Group,
        id: Uuid::nil(),
        owner: OWNER,
        subject: None,
        others: Vec::new(),
        room: None,
        gate: None,
    };
    new.id = match dialect {
        Dialect::Sharely => {
            let room = rng.below(model.spaces.len());
            new.room = Some(room);
            let path = format!("{}/group", stage.space_path(room));
            let made = stage
                .sharely(Method::POST, &path, Some(json!({ "name": title })))
                .await;
            parse_uuid(&made.require_granted("a group")?.json()["id"])
        }
        Dialect::GravityRail => {
            new.owner = by;
            let body = json!({ "channel": "web-chat", "title": title, "assistantEnabled": false });
            let made = stage
                .gravity_rail_as(&token, Method::POST, "chats", Some(body))
                .await;
            parse_uuid(&made.require_granted("a chat")?.json()["uuid"])
        }
        Dialect::Relation => {
            (new.owner, new.others) = (by, vec![other]);
            let members = [&stage.members[other].handle];
            let body = json!({ "type": "G", "name": title, "members": members });
            let made = stage.relation_as(&token, "channel/create", body).await;
            let made = made.require_granted("a channel")?.json();
            parse_uuid(&made["data"]["channelUuid"])
        }
        Dialect::ChatBotKit => {
            let made = stage
                .chatbotkit("conversation/create", json!({ "name": title }))
                .await;
            parse_prefixed_id(
                "conversation_",
                &made.require_granted("a conversation")?.json()["id"],
            )
        }
        Dialect::TenantChats => {
            new.subject = Some(other);
            let body = json!({ "user_id": stage.user_id(other), "title": title });
            let made = stage.tenant_chats(Method::POST, "chats/", Some(body)).await;
            parse_uuid(&made.require_granted("a chat")?.json()["id"])
        }
    };
    let conversation = record_conversation(stage, model, new);
    send_marker(stage, conversation).await?;
    Ok(focus_on(&[conversation], &[by, other]))
}

fn parse_prefixed_id(prefix: &str, text: &Value) -> Uuid {
    let text = text.as_str().unwrap_or_default();
    parse_prefixed::<()>(prefix, text)
        .map(parlor_model::Id::uuid)
        .unwrap_or_default()
}

/// Opens the direct conversation of two members by Relation, which needs no scope for it, and sends a message of
/// either.
pub(super) async fn create_pair(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let speakers = signed_in_members(stage, model);
    let (by, other) = (
        draw_one(rng, &speakers).unwrap(),
        draw_one(rng, &speakers).unwrap(),
    );
    let is_there = model.conversations.iter().any(|one| {
        one.kind == Kind::Direct
            && one.participations.contains_key(&by)
            && one.participations.contains_key(&other)
    });
    if by == other || is_there {
        return Ok(ProbeFocus::default());
    }
    let tokens = [by, other].map(|who| member_token(stage, model, who).unwrap());
    let body = json!({ "type": "P", "members": [stage.members[other].handle] });
    let made = stage.relation_as(&tokens[0], "channel/create", body).await;
    let id = parse_uuid(&made.require_granted("a pair's channel")?.json()["data"]["channelUuid"]);
    let new = NewConversation {
        kind: Kind::Direct,
        id,
        owner: by,
        subject: None,
        others: vec![other],
        room: None,
        gate: None,
    };
    let conversation = record_conversation(stage, model, new);
    for token in tokens {
        let words = format!("{} first", stage.conversation_marker(conversation));
        let body = json!({ "channelUuid": relation_id(stage, conversation), "type": "TEXT", "content": words });
        stage
            .relation_as(&token, "message/send", body)
            .await
            .require_granted("a first message")?;
    }
    Ok(focus_on(&[conversation], &[by, other]))
}

/// A thread of a session that carries a role.
pub(super) async fn create_thread(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let gate = rng.below(ROLE_COUNT);
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        stage.tenant.workspace
    );
    let exchange = stage
        .server
        .post(&path)
        .header("x-api-key", &stage.tenant.key);
    let session = exchange
        .json(&stage.role_body(Some(gate)))
        .send()
        .await
        .expect(200);
    let bearer = session["token"].as_str().unwrap();
    let room = (!model.spaces.is_empty()).then(|| rng.below(model.spaces.len()));
    let path = format!("/v1/workspaces/{}/agent/threads", stage.tenant.workspace);
    let mut body = json!({ "title": stage.conversation_marker(stage.conversations.len()) });
    if let Some(room) = room {
        body["spaceId"] = json!(stage.spaces[room].to_string());
    }
    let request = stage.server.post(&path).bearer(bearer).json(&body);
    let made = request.send().await.expect(201);
    let new = NewConversation {
        kind: Kind::Thread,
        id: parse_uuid(&made["id"]),
        owner: OWNER,
        subject: None,
        others: Vec::new(),
        room,
        gate: model.requires_roles.then_some(gate),
    };
    let conversation = record_conversation(stage, model, new);
    let words = format!("{} first", stage.conversation_marker(conversation));
    let body = json!({ "id": stage.server.engine.random_uuid().to_string(), "role": "user", "content": words });
    let path = format!("{path}/{}/messages", stage.conversations[conversation]);
    stage
        .server
        .post(&path)
        .bearer(bearer)
        .json(&body)
        .send()
        .await
        .expect(200);
    Ok(focus_on(&[conversation], &[]))
}
