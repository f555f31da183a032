//! Keys and tokens are made and end.

use std::time::Duration;

use http::Method;
use parlor_testkit::Rng;
use serde_json::json;

use super::members::some_scopes;
use super::{Done, draw, open_talk};
use crate::model::{Credential, Gate, Held, Kind, Model, OWNER, Resource, Talk, Verdict, Who};
use crate::probe::Focus;
use crate::stage::{GATES, Stage, uuid};

fn of(held: Held) -> Focus {
    Focus {
        credentials: [held].into(),
        ..Focus::default()
    }
}

fn anybody(model: &Model, rng: &mut Rng) -> Who {
    let here: Vec<Who> = model.here().collect();
    draw(rng, &here).unwrap_or(OWNER)
}

/// Keys that are good, whatever they may do.
fn keys(model: &Model) -> Vec<Held> {
    (0..model.credentials.len())
        .filter(|held| matches!(model.credentials[*held], Credential::Key { .. }))
        .filter(|held| model.standing(*held).is_ok() && !model.unsure.contains(held))
        .collect()
}

pub(super) async fn key(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Focus {
    let member = (rng.below(3) > 0).then(|| anybody(model, rng));
    of(stage.make_key(model, member, some_scopes(rng)).await)
}

/// Any but the first, by which nothing is set up, but from which tokens are made.
pub(super) async fn revoke(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Focus {
    let good: Vec<Held> = stage
        .keys
        .keys()
        .copied()
        .filter(|held| !model.revoked.contains(held))
        .collect();
    let Some(held) = draw(rng, &good) else {
        return Focus::default();
    };
    stage.tenant.revoke(stage.keys[&held]).await;
    model.revoked.push(held);
    let made_of_it = (0..model.credentials.len()).filter(|made| match &model.credentials[*made] {
        Credential::Session { key, .. }
        | Credential::SpaceToken { key, .. }
        | Credential::ChatToken { key, .. }
        | Credential::UserToken { key, .. } => *key == held,
        _ => *made == held,
    });
    Focus {
        credentials: made_of_it.collect(),
        ..Focus::default()
    }
}

/// A key whose time is over, and with it the session that was made of it.
pub(super) async fn expire(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let member = (rng.below(2) > 0).then(|| anybody(model, rng));
    let scopes = some_scopes(rng);
    let for_whom = member.map(|who| stage.members[who].clone());
    let names = scopes.names().join(",");
    let (_, secret) = stage
        .tenant
        .expiring_key(&names, for_whom.as_ref(), MINUTE)
        .await;
    let key = stage.keep(model, Credential::Key { member, scopes }, secret);
    let session = exchange(stage, model, key, None).await?;
    stage.server.clock.advance(MINUTE);
    model.revoked.push(key);
    Ok(Focus {
        credentials: [key, session].into(),
        ..Focus::default()
    })
}

const MINUTE: Duration = Duration::from_secs(60);

pub(super) async fn token(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Focus {
    let who = anybody(model, rng);
    let scopes = (rng.below(2) == 0).then(|| some_scopes(rng));
    of(stage.make_token(model, who, scopes).await)
}

pub(super) async fn session(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(key) = draw(rng, &keys(model)) else {
        return Ok(Focus::default());
    };
    let gate = (rng.below(3) > 0).then(|| rng.below(GATES));
    exchange(stage, model, key, gate).await.map(of)
}

async fn exchange(
    stage: &mut Stage<'_>,
    model: &mut Model,
    key: Held,
    gate: Option<Gate>,
) -> Result<Held, String> {
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        stage.tenant.workspace
    );
    let exchange = stage
        .server
        .post(&path)
        .header("x-api-key", &stage.secrets[key]);
    let reply = exchange.json(&stage.gate_body(gate)).send().await;
    if reply.status != 200 {
        return Err(format!("a session: {} {}", reply.status, reply.text()));
    }
    let secret = reply.json()["token"].as_str().unwrap().to_owned();
    Ok(stage.keep(model, Credential::Session { key, gate }, secret))
}

pub(super) async fn space_token(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let who = anybody(model, rng);
    let fit: Vec<Held> = (0..model.credentials.len())
        .filter(|held| matches!(model.credentials[*held], Credential::Session { .. }))
        .filter(|held| !model.unsure.contains(held))
        .filter(|held| model.lends(*held, Resource::Spaces, who, None) == Verdict::Yes)
        .collect();
    let Some(session) = draw(rng, &fit) else {
        return Ok(Focus::default());
    };
    let Credential::Session { key, gate } = model.credentials[session].clone() else {
        return Ok(Focus::default());
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
    let space = uuid(&made["spaceId"]);
    let room = stage
        .rooms
        .iter()
        .position(|room| *room == space)
        .unwrap_or_else(|| {
            stage.rooms.push(space);
            model.rooms.push(Some(who));
            stage.rooms.len() - 1
        });
    let secret = made["token"].as_str().unwrap().to_owned();
    let token = Credential::SpaceToken {
        key,
        member: who,
        room,
        gate,
    };
    Ok(of(stage.keep(model, token, secret)))
}

/// A key that may lend a user's place, in a conversation or in all.
fn lender(model: &Model, rng: &mut Rng, user: Who, talk: Option<Talk>) -> Option<Held> {
    let lends = |held: &Held| model.lends(*held, Resource::Messages, user, talk) == Verdict::Yes;
    let fit: Vec<Held> = keys(model).into_iter().filter(lends).collect();
    draw(rng, &fit)
}

pub(super) async fn chat_token(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let Some(user) = draw(rng, &super::joined(model, talk)) else {
        return Ok(Focus::default());
    };
    let Some(key) = lender(model, rng, user, Some(talk)) else {
        return Ok(Focus::default());
    };
    let path = format!("/api/v1/chats/{}/tokens", stage.talks[talk]);
    let body = json!({ "user_id": stage.user(user), "ttl_seconds": 86_400 });
    let secret = lent(stage, key, &path, body).await?;
    Ok(of(stage.keep(
        model,
        Credential::ChatToken { key, user, talk },
        secret,
    )))
}

pub(super) async fn user_token(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let user = anybody(model, rng);
    let Some(key) = lender(model, rng, user, None) else {
        return Ok(Focus::default());
    };
    let path = format!("/api/v1/users/{}/tokens", stage.user(user));
    let secret = lent(stage, key, &path, json!({ "ttl_seconds": 86_400 })).await?;
    Ok(of(stage.keep(
        model,
        Credential::UserToken { key, user },
        secret,
    )))
}

async fn lent(
    stage: &Stage<'_>,
    key: Held,
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

pub(super) async fn gates(stage: &mut Stage<'_>, model: &mut Model) -> Done {
    let path = format!("/v1/workspaces/{}/rbac-status", stage.tenant.workspace);
    let body = json!({ "rbacEnabled": !model.asks_for_gates });
    stage
        .sharely(Method::PUT, &path, Some(body))
        .await
        .granted("rbac-status")?;
    model.asks_for_gates = !model.asks_for_gates;
    let threads = model
        .talks()
        .filter(|talk| model.conversations[*talk].kind == Kind::Thread);
    Ok(Focus {
        talks: threads.collect(),
        ..Focus::default()
    })
}
