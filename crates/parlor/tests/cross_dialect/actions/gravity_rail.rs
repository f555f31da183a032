use http::Method;
use parlor_model::Id;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

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
        StepAction::Create => create_chat(actors, model, step).await,
        StepAction::Pair => create_dm(actors, model, step).await,
        StepAction::SendMessage | StepAction::SendAsAssistant => {
            send_message(actors, model, step).await
        }
        StepAction::Rename | StepAction::SetMetadata | StepAction::Archive | StepAction::Reopen => {
            update_chat(actors, model, step).await
        }
        StepAction::Add => add_participant(actors, model, step).await,
        StepAction::Remove => remove_participant(actors, model, step).await,
        StepAction::Delete => delete_chat(actors, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let is_person = |member: &crate::model::Member| member.nature != MemberNature::Assistant;
    let by = model.draw_speaker(step.actor);
    let subject = bit_of(step.other, 0)
        .then(|| model.pick_member(step.target, is_person))
        .flatten();
    let title = bit_of(step.other, 1).then(|| title_text(step));
    let guest = bit_of(step.other, 2)
        .then(|| model.pick_member(step.text_seed, is_person))
        .flatten();
    let mut body =
        json!({ "channel": "web-chat", "title": title, "assistantEnabled": bit_of(step.other, 3) });
    if let Some(subject) = subject {
        body["memberId"] = json!(model.members[subject].number);
    }
    if let Some(guest) = guest {
        body["participants"] = json!([model.members[guest].number]);
    }
    let made = actors
        .gravity_rail(&model.members[by], Method::POST, "chats", Some(body))
        .await
        .require_granted("a chat")?;
    let mut chat = Conversation::new(parse_uuid(&made["uuid"])?, Kind::Chat, by, subject);
    chat.title = title.map_or(Title::None, Title::Given);
    chat.number = made["id"].as_i64().unwrap_or_default();
    if let Some(guest) = guest {
        chat.add_silently(guest);
    }
    Ok(Some(model.add_conversation(chat)))
}

/// A direct conversation of two users; those with an assistant are found the same way.
async fn create_dm(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_speaker(step.actor);
    let Some(peer) = model.pick_member(step.other, |_| true) else {
        return Ok(None);
    };
    let body = json!({ "memberId": model.members[peer].number });
    let answer = actors
        .gravity_rail(&model.members[by], Method::POST, "chats/dm", Some(body))
        .await;
    let known = model.direct_conversation(by, peer);
    let free =
        by == OWNER || known.is_some() || model.members[peer].nature == MemberNature::Assistant;
    if by == peer || !free {
        answer.require_refused("a DM with oneself or without the scope")?;
        return Ok(None);
    }
    let made = answer.require_granted("a DM")?;
    Ok(Some(record_pair(
        model,
        by,
        peer,
        parse_uuid(&made["uuid"])?,
    )?))
}

/// Reopens or creates the conversation of two members.
pub(super) fn record_pair(
    model: &mut Model,
    by: usize,
    peer: usize,
    id: uuid::Uuid,
) -> CheckResult<usize> {
    if let Some(known) = model.direct_conversation(by, peer) {
        let conversation = &mut model.conversations[known];
        check_equal!(id, conversation.id, "the conversation of a pair");
        conversation.set_state(State::Active);
        return Ok(known);
    }
    let mut made = Conversation::new(id, Kind::Direct, by, None);
    if model.members[peer].nature == MemberNature::Assistant {
        made.assistant = Some(peer);
    }
    made.add_silently(peer);
    Ok(model.add_conversation(made))
}

async fn send_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.draw_likely_speaker(step.actor, |who| {
        let may = step.action == StepAction::SendMessage || who == OWNER;
        may && model.may_read(who, &model.conversations[at])
    });
    let (chat, words) = (&model.conversations[at], message_text(step.text_seed));
    let (path, body, role) = match step.action {
        StepAction::SendAsAssistant => (
            "send-assistant-message",
            json!({ "message": words }),
            Role::Assistant,
        ),
        _ if bit_of(step.other, 0) => ("messages", json!(words), Role::Person),
        _ => ("messages", json!({ "content": words }), Role::Person),
    };
    let path = format!("chats/{}/{path}", chat.id);
    let answer = actors
        .gravity_rail(&model.members[by], Method::POST, &path, Some(body))
        .await;
    let may = model.may_read(by, chat) && (role == Role::Person || by == OWNER);
    if !may || chat.state == State::Closed {
        answer.require_refused("words by somebody who may not, or in what is over")?;
        return Ok(None);
    }
    let created = answer.require_granted("a message")?;
    let id = match role {
        Role::Assistant => &created["messageUuid"],
        _ => &created["uuid"],
    };
    let key = MessageKey::Id(Id::new(parse_uuid(id)?));
    record_message(actors, model, at, key, (role, words, Some(by))).await
}

async fn update_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.draw_likely_speaker(step.actor, |who| {
        who == OWNER || model.conversations[at].owner == Some(who)
    });
    let chat = &model.conversations[at];
    let metadata = json!({ "stage": step.text_seed, "deep": { "a": [null, 1.5] } });
    let body = match step.action {
        StepAction::Rename => json!({ "title": title_text(step) }),
        StepAction::SetMetadata => json!({ "metadata": metadata }),
        StepAction::Archive => json!({ "archived": true }),
        _ => json!({ "archived": false }),
    };
    let path = format!("chats/{}", chat.id);
    let answer = actors
        .gravity_rail(&model.members[by], Method::PUT, &path, Some(body))
        .await;
    let is_own = chat.owner == Some(by) && step.action != StepAction::SetMetadata;
    let may = model.may_read(by, chat) && (by == OWNER || is_own);
    let is_over = chat.state == State::Closed;
    if !may || (is_over && step.action == StepAction::Reopen) {
        answer.require_refused("a change by somebody who may not, or of what is over")?;
        return Ok(None);
    }
    let answer = answer.require_granted("a change")?;
    let chat = &mut model.conversations[at];
    check_equal!(
        answer["uuid"],
        json!(dashed_id(chat.id)),
        "the chat that was changed"
    );
    match (step.action, metadata) {
        (StepAction::Rename, _) => chat.rename(&title_text(step)),
        (StepAction::SetMetadata, Value::Object(metadata)) => chat.set_metadata(metadata),
        (StepAction::Archive, _) if !is_over => chat.set_state(State::Archived),
        (StepAction::Reopen, _) => chat.set_state(State::Active),
        _ => {}
    }
    Ok(Some(at))
}

async fn add_participant(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_likely_speaker(step.actor, |who| who == OWNER);
    let Some(at) = model.pick_conversation(step.target, |one| {
        one.kind != Kind::Direct || bit_of(step.text_seed, 0)
    }) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let Some(guest) = model.draw_likely_member(step.other, |_| true, |who| !chat.has_joined(who))
    else {
        return Ok(None);
    };
    let path = format!("chats/{}/participants", chat.id);
    let body = json!({ "memberId": model.members[guest].number });
    let answer = actors
        .gravity_rail(&model.members[by], Method::POST, &path, Some(body))
        .await;
    let open = chat.kind != Kind::Direct && chat.state != State::Closed;
    if by != OWNER || !open || chat.has_joined(guest) {
        answer.require_refused("a guest by somebody who may not, of a pair, or there already")?;
        return Ok(None);
    }
    answer.require_granted("a guest")?;
    model.conversations[at].add_participants(&[guest]);
    Ok(Some(at))
}

async fn remove_participant(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_likely_speaker(step.actor, |who| who == OWNER);
    let Some(at) = model.pick_conversation(step.target, |one| {
        one.kind != Kind::Direct || bit_of(step.text_seed, 0)
    }) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let there = |who| chat.has_joined(who) && !chat.is_admin(who);
    let Some(guest) = model.draw_likely_member(step.other, |_| true, there) else {
        return Ok(None);
    };
    let path = format!(
        "chats/{}/participants/{}",
        chat.id, model.members[guest].number
    );
    let answer = actors
        .gravity_rail(&model.members[by], Method::DELETE, &path, None)
        .await;
    let open = chat.kind != Kind::Direct && chat.state != State::Closed;
    if by != OWNER || !open || !there(guest) {
        answer.require_refused(
            "a removal by somebody who may not, from a pair, or of nobody there",
        )?;
        return Ok(None);
    }
    answer.require_granted("a removal")?;
    model.conversations[at].remove(&[guest]);
    Ok(Some(at))
}

async fn delete_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_likely_speaker(step.actor, |who| who == OWNER);
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.id);
    let answer = actors
        .gravity_rail(&model.members[by], Method::DELETE, &path, None)
        .await;
    if by != OWNER || !model.may_read(by, chat) {
        answer.require_refused("a deletion by somebody who may not")?;
        return Ok(None);
    }
    answer.require_granted("a deletion")?;
    model.conversations[at].is_deleted = true;
    Ok(Some(at))
}
