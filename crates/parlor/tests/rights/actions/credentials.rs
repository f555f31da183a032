//! Events that issue and end keys and tokens.

use std::time::Duration;

use http::Method;
use parlor_testkit::TestRng;
use serde_json::json;

use super::members::draw_scopes;
use super::{ActionResult, draw_one, draw_open_conversation};
use crate::model::{
    ConversationIndex, Credential, CredentialIndex, Kind, MemberIndex, Model, OWNER, Resource,
    RoleIndex, Verdict,
};
use crate::probe::ProbeFocus;
use crate::stage::{ROLE_COUNT, TestStage, parse_uuid};

fn focus_on_credential(held: CredentialIndex) -> ProbeFocus {
    ProbeFocus {
        credentials: [held].into(),
        ..ProbeFocus::default()
    }
}

fn draw_member(model: &Model, rng: &mut TestRng) -> MemberIndex {
    let here: Vec<MemberIndex> = model.active_members().collect();
    draw_one(rng, &here).unwrap_or(OWNER)
}

/// Valid keys, whatever their scopes.
fn good_keys(model: &Model) -> Vec<CredentialIndex> {
    (0..model.credentials.len())
        .filter(|held| matches!(model.credentials[*held], Credential::Key { .. }))
        .filter(|held| model.effective_rights(*held).is_ok() && !model.undecided.contains(held))
        .collect()
}

pub(super) async fn create_key(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ProbeFocus {
    let member = (rng.below(3) > 0).then(|| draw_member(model, rng));
    focus_on_credential(stage.make_key(model, member, draw_scopes(rng)).await)
}

/// Any key but the first: the first sets up the workspace and issues tokens.
pub(super) async fn revoke_key(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ProbeFocus {
    let good: Vec<CredentialIndex> = stage
        .keys
        .keys()
        .copied()
        .filter(|held| !model.revoked.contains(held))
        .collect();
    let Some(held) = draw_one(rng, &good) else {
        return ProbeFocus::default();
    };
    stage.tenant.revoke_key(stage.keys[&held]).await;
    model.revoked.push(held);
    let made_of_it = (0..model.credentials.len()).filter(|made| match &model.credentials[*made] {
        Credential::Session { key, .. }
        | Credential::SpaceToken { key, .. }
        | Credential::ChatToken { key, .. }
        | Credential::UserToken { key, .. } => *key == held,
        _ => *made == held,
    });
    ProbeFocus {
        credentials: made_of_it.collect(),
        ..ProbeFocus::default()
    }
}

/// A key that expires, and with it the session exchanged for it.
pub(super) async fn expire_key(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let member = (rng.below(2) > 0).then(|| draw_member(model, rng));
    let scopes = draw_scopes(rng);
    let for_whom = member.map(|who| stage.members[who].clone());
    let names = scopes.names().join(",");
    let (_, secret) = stage
        .tenant
        .create_expiring_key(&names, for_whom.as_ref(), MINUTE)
        .await;
    let key = stage.record_credential(model, Credential::Key { member, scopes }, secret);
    let session = exchange_key(stage, model, key, None).await?;
    stage.server.clock.advance(MINUTE);
    model.revoked.push(key);
    Ok(ProbeFocus {
        credentials: [key, session].into(),
        ..ProbeFocus::default()
    })
}

const MINUTE: Duration = Duration::from_secs(60);

pub(super) async fn create_token(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ProbeFocus {
    let who = draw_member(model, rng);
    let scopes = (rng.below(2) == 0).then(|| draw_scopes(rng));
    focus_on_credential(stage.make_token(model, who, scopes).await)
}

pub(super) async fn create_session(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(key) = draw_one(rng, &good_keys(model)) else {
        return Ok(ProbeFocus::default());
    };
    let gate = (rng.below(3) > 0).then(|| rng.below(ROLE_COUNT));
    exchange_key(stage, model, key, gate)
        .await
        .map(focus_on_credential)
}

async fn exchange_key(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    key: CredentialIndex,
    gate: Option<RoleIndex>,
) -> Result<CredentialIndex, String> {
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        stage.tenant.workspace
    );
    let exchange = stage
        .server
        .post(&path)
        .header("x-api-key", &stage.secrets[key]);
    let reply = exchange.json(&stage.role_body(gate)).send().await;
    if reply.status != 200 {
        return Err(format!("a session: {} {}", reply.status, reply.text()));
    }
    let secret = reply.json()["token"].as_str().unwrap().to_owned();
    Ok(stage.record_credential(model, Credential::Session { key, gate }, secret))
}

pub(super) async fn create_space_token(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let who = draw_member(model, rng);
    let fit: Vec<CredentialIndex> = (0..model.credentials.len())
        .filter(|held| matches!(model.credentials[*held], Credential::Session { .. }))
        .filter(|held| !model.undecided.contains(held))
        .filter(|held| {
            model.may_issue_token_for(*held, Resource::Spaces, who, None) == Verdict::Yes
        })
        .collect();
    let Some(session) = draw_one(rng, &fit) else {
        return Ok(ProbeFocus::default());
    };
    let Credential::Session { key, gate } = model.credentials[session].clone() else {
        return Ok(ProbeFocus::default());
    };
    let path = format!(
        "/workspaces/{}/activate-or-retrieve-user-space",
        stage.tenant.workspace
    );
    let id = stage.members[who].id.uuid();
    let request = stage.server.put(&path).bearer(&stage.secrets[session]);
    let request = request.header("organizationid", &stage.tenant.organization);
    let reply = request
        .json(&json!({ "userId": id.to_string() }))
        .send()
        .await;
    if reply.status != 200 {
        return Err(format!("a space token: {} {}", reply.status, reply.text()));
    }
    let made = reply.json();
    let space = parse_uuid(&made["spaceId"]);
    let room = stage
        .spaces
        .iter()
        .position(|room| *room == space)
        .unwrap_or_else(|| {
            stage.spaces.push(space);
            model.spaces.push(Some(who));
            stage.spaces.len() - 1
        });
    let secret = made["token"].as_str().unwrap().to_owned();
    let token = Credential::SpaceToken {
        key,
        member: who,
        room,
        gate,
    };
    Ok(focus_on_credential(
        stage.record_credential(model, token, secret),
    ))
}

/// A key that may issue tokens for users, in one conversation or in all.
fn draw_lending_key(
    model: &Model,
    rng: &mut TestRng,
    user: MemberIndex,
    conversation: Option<ConversationIndex>,
) -> Option<CredentialIndex> {
    let lends = |held: &CredentialIndex| {
        model.may_issue_token_for(*held, Resource::Messages, user, conversation) == Verdict::Yes
    };
    let fit: Vec<CredentialIndex> = good_keys(model).into_iter().filter(lends).collect();
    draw_one(rng, &fit)
}

pub(super) async fn create_chat_token(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let Some(user) = draw_one(rng, &super::joined_members(model, conversation)) else {
        return Ok(ProbeFocus::default());
    };
    let Some(key) = draw_lending_key(model, rng, user, Some(conversation)) else {
        return Ok(ProbeFocus::default());
    };
    let path = format!("/api/v1/chats/{}/tokens", stage.conversations[conversation]);
    let body = json!({ "user_id": stage.user_id(user), "ttl_seconds": 86_400 });
    let secret = issue_token(stage, key, &path, body).await?;
    Ok(focus_on_credential(stage.record_credential(
        model,
        Credential::ChatToken {
            key,
            user,
            conversation,
        },
        secret,
    )))
}

pub(super) async fn create_user_token(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let user = draw_member(model, rng);
    let Some(key) = draw_lending_key(model, rng, user, None) else {
        return Ok(ProbeFocus::default());
    };
    let path = format!("/api/v1/users/{}/tokens", stage.user_id(user));
    let secret = issue_token(stage, key, &path, json!({ "ttl_seconds": 86_400 })).await?;
    Ok(focus_on_credential(stage.record_credential(
        model,
        Credential::UserToken { key, user },
        secret,
    )))
}

async fn issue_token(
    stage: &TestStage<'_>,
    key: CredentialIndex,
    path: &str,
    body: serde_json::Value,
) -> Result<String, String> {
    let request = stage
        .server
        .post(path)
        .header("X-API-Key", &stage.secrets[key]);
    let reply = request.json(&body).send().await;
    if reply.status != 201 {
        return Err(format!(
            "a token by POST {path:.16}: {} {}",
            reply.status,
            reply.text()
        ));
    }
    Ok(reply.json()["token"].as_str().unwrap().to_owned())
}

pub(super) async fn toggle_role_gates(
    stage: &mut TestStage<'_>,
    model: &mut Model,
) -> ActionResult {
    let path = format!("/v1/workspaces/{}/rbac-status", stage.tenant.workspace);
    let body = json!({ "rbacEnabled": !model.requires_roles });
    stage
        .sharely(Method::PUT, &path, Some(body))
        .await
        .require_granted("rbac-status")?;
    model.requires_roles = !model.requires_roles;
    let threads = model
        .known_conversations()
        .filter(|conversation| model.conversations[*conversation].kind == Kind::Thread);
    Ok(ProbeFocus {
        conversations: threads.collect(),
        ..ProbeFocus::default()
    })
}
