use http::Method;
use parlor_model::Id;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{About, bit, keep, title};
use crate::cast::{Agreed, Cast, agree, text, uuid};
use crate::model::{Conversation, Kind, Model, Nature, OWNER, Role, State, Title};
use crate::step::{Step, Verb, words};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create if bit(step.other, 7) => thread(cast, model, step).await,
        Verb::Create => group(cast, model, step).await,
        Verb::Say | Verb::Answer => say(cast, model, step).await,
        Verb::Aside => instruct(cast, model, step).await,
        Verb::Rename => rename(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn group(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(space) = model.pick_space(step.target) else {
        return Ok(None);
    };
    let name = bit(step.other, 0).then(|| title(step));
    let path = format!("spaces/{}/group", model.spaces[space].id);
    let made = cast
        .sharely(Method::POST, &path, Some(json!({ "name": name })))
        .await
        .granted("a group")?;
    let mut group = Conversation::new(uuid(&made["id"])?, Kind::Group, OWNER, None);
    group.title = Title::Given(name.unwrap_or_else(|| "General".to_owned()));
    group.space = Some(space);
    Ok(Some(model.add(group)))
}

async fn thread(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let space = bit(step.other, 0)
        .then(|| model.pick_space(step.target))
        .flatten();
    let subject = bit(step.other, 1)
        .then(|| model.pick_member(step.actor, |member| member.nature != Nature::Assistant))
        .flatten();
    let mut body = json!({ "title": title(step) });
    if let Some(space) = space {
        body["spaceId"] = json!(text(model.spaces[space].id));
    }
    if let Some(subject) = subject {
        body["userId"] = json!(text(model.members[subject].id));
    }
    let made = cast
        .sharely(Method::POST, "agent/threads", Some(body))
        .await
        .granted("a thread")?;
    let mut thread = Conversation::new(uuid(&made["id"])?, Kind::Thread, OWNER, subject);
    thread.title = Title::Given(title(step));
    thread.space = space;
    Ok(Some(model.add(thread)))
}

/// The path of a space's conversation.
fn within(model: &Model, at: usize, path: &str) -> String {
    let space = model.conversations[at].space.unwrap();
    format!("spaces/{}/{path}", model.spaces[space].id)
}

fn is_group(one: &Conversation) -> bool {
    one.space.is_some() && one.kind != Kind::Direct
}

async fn say(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, is_group) else {
        return Ok(None);
    };
    let words_said = words(step.word);
    let (role, kind) = match step.verb {
        Verb::Answer => (Role::Assistant, "AI"),
        _ => (Role::Person, "USER"),
    };
    let mut body =
        json!({ "message": words_said, "type": kind, "groupId": text(model.conversations[at].id) });
    let mut author = (role == Role::Person).then_some(OWNER);
    if role == Role::Person && bit(step.other, 0) {
        author = model.pick_member(step.actor, |member| member.nature != Nature::Assistant);
        body["userId"] = json!(author.map(|author| text(model.members[author].id)));
    }
    let answer = cast
        .sharely(Method::POST, &within(model, at, "message"), Some(body))
        .await;
    if model.conversations[at].state == State::Closed {
        answer.refused("words in what is over")?;
        return Ok(None);
    }
    let said = answer.granted("a message")?;
    agree!(said["message"], json!(words_said), "what was said");
    let key = MessageKey::Id(Id::new(uuid(&said["id"])?));
    keep(cast, model, at, key, (role, words_said, author)).await
}

/// What a thread is told.
async fn instruct(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |one| one.kind == Kind::Thread) else {
        return Ok(None);
    };
    let words_said = words(step.word);
    let id = Uuid::from_u128(
        u128::from(step.word) << 64 | cast.server.engine.random_uuid().as_u128() >> 64,
    );
    let (role, word) = match step.other % 3 {
        0 => (Role::System, "system"),
        1 => (Role::Person, "user"),
        _ => (Role::Assistant, "assistant"),
    };
    let path = format!("agent/threads/{}/messages", model.conversations[at].id);
    let body = json!({ "id": text(id), "role": word, "content": words_said });
    let answer = cast.sharely(Method::POST, &path, Some(body)).await;
    if model.conversations[at].state == State::Closed {
        answer.refused("words in what is over")?;
        return Ok(None);
    }
    let said: Value = answer.granted("a thread's message")?;
    agree!(said["id"], json!(text(id)), "the id that was chosen");
    let author = match role {
        Role::Person => model.conversations[at].subject,
        _ => None,
    };
    keep(
        cast,
        model,
        at,
        MessageKey::Id(Id::new(id)),
        (role, words_said, author),
    )
    .await
}

async fn rename(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, is_group) else {
        return Ok(None);
    };
    let path = within(model, at, &format!("group/{}", model.conversations[at].id));
    let name = title(step);
    cast.sharely(Method::PUT, &path, Some(json!({ "name": name })))
        .await
        .granted("a new name")?;
    model.conversations[at].rename(&name);
    Ok(Some(at))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, is_group) else {
        return Ok(None);
    };
    let path = within(model, at, &format!("group/{}", model.conversations[at].id));
    cast.sharely(Method::DELETE, &path, None)
        .await
        .granted("a deletion")?;
    model.conversations[at].is_gone = true;
    Ok(Some(at))
}
