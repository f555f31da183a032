//! Conversations are made.

use std::collections::BTreeMap;

use http::Method;
use parlor_kit::ids::{hex, parse_prefixed};
use parlor_model::id::ConversationId;
use parlor_testkit::Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Done, about, draw};
use crate::model::{
    Conversation, Credential, Dialect, Gate, Kind, Model, OWNER, Part, Room, Talk, Who,
};
use crate::probe::Focus;
use crate::stage::{GATES, Stage, uuid};

struct New {
    kind: Kind,
    id: Uuid,
    owner: Who,
    subject: Option<Who>,
    others: Vec<Who>,
    room: Option<Room>,
    gate: Option<Gate>,
}

/// Every dialect: the maker and the subject take part. What is made in a user's space is for that user.
fn keep(stage: &mut Stage<'_>, model: &mut Model, mut new: New) -> Talk {
    stage.talks.push(new.id);
    let user = new.room.and_then(|room| model.rooms[room]);
    new.subject = new.subject.or(user);
    let everybody = [new.owner].into_iter().chain(new.subject).chain(new.others);
    let parts: BTreeMap<Who, Part> = everybody.map(|who| (who, Part::Joined)).collect();
    model.conversations.push(Conversation {
        kind: new.kind,
        gate: new.gate,
        room: new.room,
        owner: Some(new.owner),
        subject: new.subject,
        parts,
        is_open: true,
        is_gone: false,
        is_spoiled: false,
    });
    model.conversations.len() - 1
}

/// An un-narrowed token of a member that is still good.
pub(super) fn token_of(stage: &Stage<'_>, model: &Model, who: Who) -> Option<String> {
    let held = model
        .credentials
        .iter()
        .enumerate()
        .position(|(held, credential)| {
            matches!(credential, Credential::MemberToken { member, scopes: None } if *member == who)
                && !model.unsure.contains(&held)
                && model.standing(held).is_ok()
        })?;
    Some(stage.secrets[held].clone())
}

/// Members who sign in.
pub(super) fn speakers(stage: &Stage<'_>, model: &Model) -> Vec<Who> {
    model
        .here()
        .filter(|who| token_of(stage, model, *who).is_some())
        .collect()
}

pub(super) fn bare(stage: &Stage<'_>, talk: Talk) -> String {
    hex(ConversationId::new(stage.talks[talk]))
}

async fn marked(stage: &Stage<'_>, talk: Talk) -> Result<(), String> {
    let said = stage
        .say(talk, &format!("{} first", stage.mark(talk)))
        .await;
    said.granted("a first message").map(drop)
}

pub(super) async fn group(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let title = stage.mark(stage.talks.len());
    let dialects = [
        Dialect::Sharely,
        Dialect::GravityRail,
        Dialect::Relation,
        Dialect::ChatBotKit,
        Dialect::TenantChats,
    ];
    let speakers = speakers(stage, model);
    let (by, other) = (draw(rng, &speakers).unwrap(), draw(rng, &speakers).unwrap());
    let token = token_of(stage, model, by).unwrap();
    let dialect = draw(rng, &dialects).unwrap();
    if model.rooms.is_empty() {
        let made = stage
            .chatbotkit("space/create", json!({}))
            .await
            .granted("a space")?;
        stage.rooms.push(unkit("space_", &made.json()["id"]));
        model.rooms.push(None);
    }
    let mut new = New {
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
            let room = rng.below(model.rooms.len());
            new.room = Some(room);
            let path = format!("{}/group", stage.space_path(room));
            let made = stage
                .sharely(Method::POST, &path, Some(json!({ "name": title })))
                .await;
            uuid(&made.granted("a group")?.json()["id"])
        }
        Dialect::GravityRail => {
            new.owner = by;
            let body = json!({ "channel": "web-chat", "title": title, "assistantEnabled": false });
            let made = stage
                .rail_as(&token, Method::POST, "chats", Some(body))
                .await;
            uuid(&made.granted("a chat")?.json()["uuid"])
        }
        Dialect::Relation => {
            (new.owner, new.others) = (by, vec![other]);
            let members = [&stage.members[other].handle];
            let body = json!({ "type": "G", "name": title, "members": members });
            let made = stage.relation_as(&token, "channel/create", body).await;
            let made = made.granted("a channel")?.json();
            uuid(&made["data"]["channelUuid"])
        }
        Dialect::ChatBotKit => {
            let made = stage
                .chatbotkit("conversation/create", json!({ "name": title }))
                .await;
            unkit(
                "conversation_",
                &made.granted("a conversation")?.json()["id"],
            )
        }
        Dialect::TenantChats => {
            new.subject = Some(other);
            let body = json!({ "user_id": stage.user(other), "title": title });
            let made = stage.chats(Method::POST, "chats/", Some(body)).await;
            uuid(&made.granted("a chat")?.json()["id"])
        }
    };
    let talk = keep(stage, model, new);
    marked(stage, talk).await?;
    Ok(about(&[talk], &[by, other]))
}

fn unkit(prefix: &str, text: &Value) -> Uuid {
    let text = text.as_str().unwrap_or_default();
    parse_prefixed::<()>(prefix, text)
        .map(parlor_model::Id::uuid)
        .unwrap_or_default()
}

/// The direct conversation of two, opened by Relation, where nobody needs a scope for it, and a word of either.
pub(super) async fn pair(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let speakers = speakers(stage, model);
    let (by, other) = (draw(rng, &speakers).unwrap(), draw(rng, &speakers).unwrap());
    let is_there = model.conversations.iter().any(|one| {
        one.kind == Kind::Direct && one.parts.contains_key(&by) && one.parts.contains_key(&other)
    });
    if by == other || is_there {
        return Ok(Focus::default());
    }
    let tokens = [by, other].map(|who| token_of(stage, model, who).unwrap());
    let body = json!({ "type": "P", "members": [stage.members[other].handle] });
    let made = stage.relation_as(&tokens[0], "channel/create", body).await;
    let id = uuid(&made.granted("a pair's channel")?.json()["data"]["channelUuid"]);
    let new = New {
        kind: Kind::Direct,
        id,
        owner: by,
        subject: None,
        others: vec![other],
        room: None,
        gate: None,
    };
    let talk = keep(stage, model, new);
    for token in tokens {
        let words = format!("{} first", stage.mark(talk));
        let body = json!({ "channelUuid": bare(stage, talk), "type": "TEXT", "content": words });
        stage
            .relation_as(&token, "message/send", body)
            .await
            .granted("a first message")?;
    }
    Ok(about(&[talk], &[by, other]))
}

/// A thread of a session that carries a role.
pub(super) async fn thread(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let gate = rng.below(GATES);
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        stage.tenant.workspace
    );
    let exchange = stage
        .server
        .post(&path)
        .header("x-api-key", &stage.tenant.key);
    let session = exchange
        .json(&stage.gate_body(Some(gate)))
        .send()
        .await
        .expect(200);
    let bearer = session["token"].as_str().unwrap();
    let room = (!model.rooms.is_empty()).then(|| rng.below(model.rooms.len()));
    let path = format!("/v1/workspaces/{}/agent/threads", stage.tenant.workspace);
    let mut body = json!({ "title": stage.mark(stage.talks.len()) });
    if let Some(room) = room {
        body["spaceId"] = json!(stage.rooms[room].to_string());
    }
    let request = stage.server.post(&path).bearer(bearer).json(&body);
    let made = request.send().await.expect(201);
    let new = New {
        kind: Kind::Thread,
        id: uuid(&made["id"]),
        owner: OWNER,
        subject: None,
        others: Vec::new(),
        room,
        gate: model.asks_for_gates.then_some(gate),
    };
    let talk = keep(stage, model, new);
    let words = format!("{} first", stage.mark(talk));
    let body = json!({ "id": stage.server.engine.random_uuid().to_string(), "role": "user", "content": words });
    let path = format!("{path}/{}/messages", stage.talks[talk]);
    stage
        .server
        .post(&path)
        .bearer(bearer)
        .json(&body)
        .send()
        .await
        .expect(200);
    Ok(about(&[talk], &[]))
}
