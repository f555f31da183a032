use http::Method;
use parlor_model::Id;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{StepSubject, bit_of, record_message, title_text};
use crate::actors::{Actors, ApiAnswer, CheckResult, chatbotkit_id, parse_prefixed_id};
use crate::model::{
    Conversation, Kind, Member, MemberNature, Model, OWNER, Role, Space, State, Title,
};
use crate::scenario::{ScenarioStep, StepAction, message_text};

pub(super) async fn perform(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    match step.action {
        StepAction::Create => create_conversation(actors, model, step).await,
        StepAction::SendMessage | StepAction::SendAsAssistant | StepAction::AddInstruction => {
            send_message(actors, model, step).await
        }
        StepAction::EditMessage | StepAction::DeleteMessage => {
            edit_or_delete_message(actors, model, step).await
        }
        StepAction::Rename | StepAction::SetMetadata | StepAction::Move | StepAction::Assign => {
            update_conversation(actors, model, step).await
        }
        StepAction::Delete => delete_conversation(actors, model, step).await,
        StepAction::CreateSpace => create_space(actors, model, step).await,
        StepAction::DeleteSpace => delete_space(actors, model, step).await,
        StepAction::CreateMember => create_contact(actors, model, step).await,
        StepAction::DeleteMember => delete_contact(actors, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn call_api(actors: &Actors<'_>, path: &str, body: Value) -> ApiAnswer {
    actors.chatbotkit(Method::POST, path, Some(body)).await
}

async fn create_conversation(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let space = bit_of(step.other, 0)
        .then(|| model.pick_space(step.target))
        .flatten();
    let contact = bit_of(step.other, 1)
        .then(|| model.pick_member(step.actor, Member::is_contact))
        .flatten();
    let name = bit_of(step.other, 2).then(|| title_text(step));
    let meta =
        bit_of(step.other, 3).then(|| json!({ "n": step.text_seed, "deep": { "a": [null] } }));
    let body = json!({
        "name": name,
        "spaceId": space.map(|space| chatbotkit_id("space_", model.spaces[space].id)),
        "contactId": contact.map(|contact| chatbotkit_id("contact_", model.members[contact].id)),
        "meta": meta,
    });
    let made = call_api(actors, "conversation/create", body)
        .await
        .require_granted("a conversation")?;
    let id = parse_prefixed_id("conversation_", &made["id"])?;
    let mut made = Conversation::new(id, Kind::Chat, OWNER, contact);
    made.title = name.map_or(Title::None, Title::Given);
    made.space = space;
    if let Some(Value::Object(meta)) = meta {
        made.metadata = meta;
    }
    Ok(Some(model.add_conversation(made)))
}

/// One of the conversations that the key's member may read.
fn pick_readable(model: &Model, number: u8) -> Option<usize> {
    model.pick_conversation(number, |one| model.may_read(OWNER, one))
}

fn conversation_path(one: &Conversation, rest: &str) -> String {
    format!(
        "conversation/{}/{rest}",
        chatbotkit_id("conversation_", one.id)
    )
}

async fn send_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    const ASIDES: &[(&str, Role)] = &[
        ("instruction", Role::System),
        ("backstory", Role::System),
        ("context", Role::System),
        ("reasoning", Role::System),
        ("activity", Role::Tool),
        ("checkpoint", Role::System),
    ];
    let Some(at) = pick_readable(model, step.target) else {
        return Ok(None);
    };
    let (one, text) = (&model.conversations[at], message_text(step.text_seed));
    let (word, role, author) = match step.action {
        StepAction::SendMessage => ("user", Role::Person, one.subject.or(Some(OWNER))),
        StepAction::SendAsAssistant => ("bot", Role::Assistant, one.assistant),
        _ => {
            let (word, role) = ASIDES[usize::from(step.other) % ASIDES.len()];
            (word, role, None)
        }
    };
    let answer = if step.action == StepAction::SendMessage && bit_of(step.other, 0) {
        call_api(
            actors,
            &conversation_path(one, "send"),
            json!({ "text": text }),
        )
        .await
    } else {
        let body = json!({ "type": word, "text": text });
        call_api(actors, &conversation_path(one, "message/create"), body).await
    };
    if one.state == State::Closed {
        answer.require_refused("words in what is over")?;
        return Ok(None);
    }
    let id = parse_prefixed_id("message_", &answer.require_granted("a message")?["id"])?;
    let key = MessageKey::Id(Id::new(id));
    let about = record_message(actors, model, at, key, (role, text, author)).await?;
    if !role.is_conversational()
        && let Some(kept) = model.conversations[at].messages.last_mut()
    {
        kept.type_name = Some(word);
    }
    Ok(about)
}

/// Changes or deletes a message.
async fn edit_or_delete_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let talks = |one: &Conversation| {
        model.may_read(OWNER, one) && one.state != State::Closed && !one.messages.is_empty()
    };
    let Some(at) = model.pick_conversation(step.target, talks) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let which = usize::from(step.other) % one.messages.len();
    let message = chatbotkit_id("message_", one.messages[which].id);
    if step.action == StepAction::DeleteMessage {
        call_api(
            actors,
            &conversation_path(one, &format!("message/{message}/delete")),
            json!({}),
        )
        .await
        .require_granted("a message taken back")?;
        model.conversations[at].delete_message(which);
    } else {
        let text = format!("{} again", message_text(step.text_seed));
        let body = json!({ "text": text });
        call_api(
            actors,
            &conversation_path(one, &format!("message/{message}/update")),
            body,
        )
        .await
        .require_granted("a message changed")?;
        model.conversations[at].edit_message(which, text);
    }
    Ok(Some(at))
}

async fn update_conversation(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = pick_readable(model, step.target) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let is_direct = one.kind == Kind::Direct;
    let mut metadata = one.metadata.clone();
    let (mut space, mut contact) = (None, None);
    let body = match step.action {
        StepAction::Rename => json!({ "name": title_text(step) }),
        StepAction::SetMetadata => {
            metadata.insert("kit".into(), json!(step.text_seed));
            json!({ "meta": { "kit": step.text_seed } })
        }
        StepAction::Move => {
            space = (!step.actor.is_multiple_of(4))
                .then(|| model.pick_space(step.other))
                .flatten();
            json!({ "spaceId": space.map(|space| chatbotkit_id("space_", model.spaces[space].id)) })
        }
        _ => {
            contact = (!step.actor.is_multiple_of(4))
                .then(|| model.pick_member(step.other, Member::is_contact))
                .flatten();
            json!({ "contactId": contact.map(|contact| chatbotkit_id("contact_", model.members[contact].id)) })
        }
    };
    let answer = call_api(actors, &conversation_path(one, "update"), body).await;
    if is_direct && matches!(step.action, StepAction::Move | StepAction::Assign) {
        answer.require_refused("a pair's conversation moved")?;
        return Ok(None);
    }
    answer.require_granted("a change")?;
    let one = &mut model.conversations[at];
    match step.action {
        StepAction::Rename => one.rename(&title_text(step)),
        StepAction::SetMetadata => one.set_metadata(metadata),
        StepAction::Move => one.set_space(space),
        _ => one.set_subject(contact),
    }
    Ok(Some(at))
}

async fn delete_conversation(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = pick_readable(model, step.target) else {
        return Ok(None);
    };
    call_api(
        actors,
        &conversation_path(&model.conversations[at], "delete"),
        json!({}),
    )
    .await
    .require_granted("a deletion")?;
    model.conversations[at].is_deleted = true;
    Ok(Some(at))
}

async fn create_space(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let made = call_api(actors, "space/create", json!({ "name": title_text(step) }))
        .await
        .require_granted("a space")?;
    model.spaces.push(Space {
        id: parse_prefixed_id("space_", &made["id"])?,
        is_deleted: false,
    });
    Ok(None)
}

async fn delete_space(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(space) = model.pick_space(step.target) else {
        return Ok(None);
    };
    let path = format!(
        "space/{}/delete",
        chatbotkit_id("space_", model.spaces[space].id)
    );
    call_api(actors, &path, json!({}))
        .await
        .require_granted("a deletion")?;
    model.delete_space(space);
    Ok(None)
}

async fn create_contact(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let made = call_api(
        actors,
        "contact/create",
        json!({ "name": title_text(step) }),
    )
    .await
    .require_granted("a contact")?;
    let id = parse_prefixed_id("contact_", &made["id"])?;
    let key = MemberKey::Id(MemberId::new(id));
    model
        .members
        .push(actors.find_member(key, MemberNature::Contact).await);
    Ok(None)
}

/// Only contacts that this dialect created: the others are still needed.
async fn delete_contact(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let made_here = |member: &Member| member.nature == MemberNature::Contact;
    let Some(who) = model.pick_member(step.other, made_here) else {
        return Ok(None);
    };
    let path = format!(
        "contact/{}/delete",
        chatbotkit_id("contact_", model.members[who].id)
    );
    call_api(actors, &path, json!({}))
        .await
        .require_granted("a deletion")?;
    model.delete_member(who);
    Ok(None)
}
