use http::Method;
use parlor_model::Id;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{StepSubject, bit_of, record_message, title_text};
use crate::actors::{Actors, CheckResult, check_equal, dashed_id, parse_uuid};
use crate::model::{Conversation, Kind, MemberNature, Model, OWNER, Role, State, Title};
use crate::scenario::{ScenarioStep, StepAction, message_text};

pub(super) async fn perform(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    match step.action {
        StepAction::Create if bit_of(step.other, 7) => create_thread(actors, model, step).await,
        StepAction::Create => create_group(actors, model, step).await,
        StepAction::SendMessage | StepAction::SendAsAssistant => {
            send_message(actors, model, step).await
        }
        StepAction::AddInstruction => store_thread_message(actors, model, step).await,
        StepAction::Rename => rename_group(actors, model, step).await,
        StepAction::Delete => delete_group(actors, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create_group(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(space) = model.pick_space(step.target) else {
        return Ok(None);
    };
    let name = bit_of(step.other, 0).then(|| title_text(step));
    let path = format!("spaces/{}/group", model.spaces[space].id);
    let made = actors
        .sharely(Method::POST, &path, Some(json!({ "name": name })))
        .await
        .require_granted("a group")?;
    let mut group = Conversation::new(parse_uuid(&made["id"])?, Kind::Group, OWNER, None);
    group.title = Title::Given(name.unwrap_or_else(|| "General".to_owned()));
    group.space = Some(space);
    Ok(Some(model.add_conversation(group)))
}

async fn create_thread(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let space = bit_of(step.other, 0)
        .then(|| model.pick_space(step.target))
        .flatten();
    let subject = bit_of(step.other, 1)
        .then(|| {
            model.pick_member(step.actor, |member| {
                member.nature != MemberNature::Assistant
            })
        })
        .flatten();
    let mut body = json!({ "title": title_text(step) });
    if let Some(space) = space {
        body["spaceId"] = json!(dashed_id(model.spaces[space].id));
    }
    if let Some(subject) = subject {
        body["userId"] = json!(dashed_id(model.members[subject].id));
    }
    let made = actors
        .sharely(Method::POST, "agent/threads", Some(body))
        .await
        .require_granted("a thread")?;
    let mut thread = Conversation::new(parse_uuid(&made["id"])?, Kind::Thread, OWNER, subject);
    thread.title = Title::Given(title_text(step));
    thread.space = space;
    Ok(Some(model.add_conversation(thread)))
}

/// The path of a space's conversation.
fn space_path(model: &Model, at: usize, path: &str) -> String {
    let space = model.conversations[at].space.unwrap();
    format!("spaces/{}/{path}", model.spaces[space].id)
}

fn is_group(one: &Conversation) -> bool {
    one.space.is_some() && one.kind != Kind::Direct
}

async fn send_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, is_group) else {
        return Ok(None);
    };
    let text_sent = message_text(step.text_seed);
    let (role, kind) = match step.action {
        StepAction::SendAsAssistant => (Role::Assistant, "AI"),
        _ => (Role::Person, "USER"),
    };
    let mut body = json!({ "message": text_sent, "type": kind, "groupId": dashed_id(model.conversations[at].id) });
    let mut author = (role == Role::Person).then_some(OWNER);
    if role == Role::Person && bit_of(step.other, 0) {
        author = model.pick_member(step.actor, |member| {
            member.nature != MemberNature::Assistant
        });
        body["userId"] = json!(author.map(|author| dashed_id(model.members[author].id)));
    }
    let answer = actors
        .sharely(Method::POST, &space_path(model, at, "message"), Some(body))
        .await;
    if model.conversations[at].state == State::Closed {
        answer.require_refused("words in what is over")?;
        return Ok(None);
    }
    let created = answer.require_granted("a message")?;
    check_equal!(created["message"], json!(text_sent), "what was said");
    let key = MessageKey::Id(Id::new(parse_uuid(&created["id"])?));
    record_message(actors, model, at, key, (role, text_sent, author)).await
}

/// Adds a message to a thread.
async fn store_thread_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |one| one.kind == Kind::Thread) else {
        return Ok(None);
    };
    let text_sent = message_text(step.text_seed);
    let id = Uuid::from_u128(
        u128::from(step.text_seed) << 64 | actors.server.engine.random_uuid().as_u128() >> 64,
    );
    let (role, word) = match step.other % 3 {
        0 => (Role::System, "system"),
        1 => (Role::Person, "user"),
        _ => (Role::Assistant, "assistant"),
    };
    let path = format!("agent/threads/{}/messages", model.conversations[at].id);
    let body = json!({ "id": dashed_id(id), "role": word, "content": text_sent });
    let answer = actors.sharely(Method::POST, &path, Some(body)).await;
    if model.conversations[at].state == State::Closed {
        answer.require_refused("words in what is over")?;
        return Ok(None);
    }
    let created: Value = answer.require_granted("a thread's message")?;
    check_equal!(
        created["id"],
        json!(dashed_id(id)),
        "the id that was chosen"
    );
    let author = match role {
        Role::Person => model.conversations[at].subject,
        _ => None,
    };
    record_message(
        actors,
        model,
        at,
        MessageKey::Id(Id::new(id)),
        (role, text_sent, author),
    )
    .await
}

async fn rename_group(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, is_group) else {
        return Ok(None);
    };
    let path = space_path(model, at, &format!("group/{}", model.conversations[at].id));
    let name = title_text(step);
    actors
        .sharely(Method::PUT, &path, Some(json!({ "name": name })))
        .await
        .require_granted("a new name")?;
    model.conversations[at].rename(&name);
    Ok(Some(at))
}

async fn delete_group(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, is_group) else {
        return Ok(None);
    };
    let path = space_path(model, at, &format!("group/{}", model.conversations[at].id));
    actors
        .sharely(Method::DELETE, &path, None)
        .await
        .require_granted("a deletion")?;
    model.conversations[at].is_deleted = true;
    Ok(Some(at))
}
