use http::Method;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{StepSubject, bit_of, gravity_rail::record_pair, record_message, title_text};
use crate::actors::{Actors, CheckResult, parse_uuid, relation_id};
use crate::model::{Conversation, Kind, Member, MemberIndex, Model, Role, State, Title};
use crate::scenario::{ScenarioStep, StepAction, message_text};

pub(super) async fn perform(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    match step.action {
        StepAction::Create => create_channel(actors, model, step).await,
        StepAction::Pair => create_pair(actors, model, step).await,
        StepAction::SendMessage => send_message(actors, model, step).await,
        StepAction::DeleteMessage => hide_message(actors, model, step).await,
        _ => change_group(actors, model, step).await,
    }
}

async fn call_api(
    actors: &Actors<'_>,
    by: &Member,
    path: &str,
    body: Value,
) -> crate::actors::ApiAnswer {
    actors.relation(by, Method::POST, path, Some(body)).await
}

async fn create_channel(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_speaker(step.actor);
    let mut guests: Vec<usize> = [step.other, step.target]
        .into_iter()
        .filter_map(|any| model.pick_member(any, |_| true))
        .collect();
    guests
        .truncate(usize::from(bit_of(step.text_seed, 0)) + usize::from(bit_of(step.text_seed, 1)));
    let handles: Vec<_> = guests
        .iter()
        .map(|guest| &model.members[*guest].handle)
        .collect();
    let body = json!({ "type": "G", "name": title_text(step), "members": handles });
    let made = call_api(actors, &model.members[by], "channel/create", body)
        .await
        .require_granted("a group")?;
    let id = parse_uuid(&made["data"]["channelUuid"])?;
    let mut group = Conversation::new(id, Kind::Group, by, None);
    group.title = Title::Given(title_text(step));
    for guest in guests {
        group.add_silently(guest);
    }
    Ok(Some(model.add_conversation(group)))
}

async fn create_pair(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let by = model.draw_speaker(step.actor);
    let Some(peer) = model.pick_member(step.other, |_| true) else {
        return Ok(None);
    };
    let body = json!({ "type": "P", "members": [model.members[peer].handle] });
    let answer = call_api(actors, &model.members[by], "channel/create", body).await;
    if by == peer {
        answer.require_refused("a pair of one")?;
        return Ok(None);
    }
    let made = answer.require_granted("a pair")?;
    Ok(Some(record_pair(
        model,
        by,
        peer,
        parse_uuid(&made["data"]["channelUuid"])?,
    )?))
}

async fn send_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.draw_likely_speaker(step.actor, |who| model.conversations[at].has_joined(who));
    let (one, text) = (&model.conversations[at], message_text(step.text_seed));
    let body = json!({ "channelUuid": relation_id(one.id), "type": "TEXT", "content": text });
    let answer = call_api(actors, &model.members[by], "message/send", body).await;
    if one.state == State::Closed || !one.has_joined(by) {
        answer.require_refused("words by somebody who takes no part, or in what is over")?;
        return Ok(None);
    }
    let created = answer.require_granted("a message")?;
    let number = created["data"]["id"]
        .as_str()
        .and_then(|id| id.parse().ok());
    let number = number.ok_or_else(|| format!("no number in {created}"))?;
    record_message(
        actors,
        model,
        at,
        MessageKey::Number(number),
        (Role::Person, text, Some(by)),
    )
    .await
}

/// Changes the member's own message, while it participates.
async fn hide_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let talks = |one: &Conversation| {
        one.state != State::Closed && one.conversational_messages().next().is_some()
    };
    let Some(at) = model.pick_conversation(step.target, talks) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let own_messages: Vec<usize> = (0..one.messages.len())
        .filter(|at| one.messages[*at].role.is_conversational())
        .collect();
    let which = own_messages[usize::from(step.other) % own_messages.len()];
    let message = &one.messages[which];
    let by = model.draw_likely_speaker(step.actor, |who| message.author == Some(who));
    let body = json!({ "id": message.number.to_string() });
    let answer = call_api(actors, &model.members[by], "message/hide", body).await;
    if message.author != Some(by) || !model.may_read(by, one) {
        answer.require_refused("somebody else's message taken back")?;
        return Ok(None);
    }
    answer.require_granted("a message taken back")?;
    model.conversations[at].delete_message(which);
    Ok(Some(at))
}

/// Changes a group with sufficient rights.
async fn change_group(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let fits = |one: &Conversation| one.kind != Kind::Direct || bit_of(step.text_seed, 2);
    let Some(at) = model.pick_conversation(step.target, fits) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let by = model.draw_likely_speaker(step.actor, |who| match step.action {
        StepAction::Join => !one.has_joined(who),
        StepAction::Leave | StepAction::Add => one.has_joined(who),
        _ => one.is_admin(who),
    });
    let fits = |who| who != by && one.has_joined(who) != (step.action == StepAction::Add);
    let Some(other) = model.draw_likely_member(step.other, |_| true, fits) else {
        return Ok(None);
    };
    let (member, admin) = (one.has_joined(by), one.is_admin(by));
    let handle = json!(model.members[other].handle);
    let mut body = json!({ "channelUuid": relation_id(one.id) });
    let (path, may) = match step.action {
        StepAction::Join => ("channel/join", !member),
        StepAction::Leave => ("channel/members/leave", member),
        StepAction::Close => ("channel/disband", admin),
        StepAction::Rename => {
            body["channelName"] = json!(title_text(step));
            ("channel/update", admin)
        }
        StepAction::Add => {
            body["members"] = json!([handle]);
            ("channel/members/add", member)
        }
        StepAction::Remove => {
            body["members"] = json!([handle]);
            ("channel/members/remove", admin && other != by)
        }
        StepAction::Transfer => {
            body["relationId"] = handle;
            ("channel/ownerTransfer", admin && one.has_joined(other))
        }
        other => return Err(format!("{other:?} is not said here")),
    };
    let answer = call_api(actors, &model.members[by], path, body).await;
    if !may || one.kind == Kind::Direct || one.state == State::Closed {
        answer.require_refused(format_args!("{:?} by somebody who may not", step.action))?;
        return Ok(None);
    }
    answer.require_granted(format_args!("{:?}", step.action))?;
    record_change(model, at, step, by, other);
    Ok(Some(at))
}

fn record_change(
    model: &mut Model,
    at: usize,
    step: ScenarioStep,
    by: MemberIndex,
    other: MemberIndex,
) {
    let numbers: Vec<i64> = model.members.iter().map(|member| member.number).collect();
    let one = &mut model.conversations[at];
    match step.action {
        StepAction::Join => one.add_participants(&[by]),
        StepAction::Leave => one.leave(by, |who| numbers[who]),
        StepAction::Close => one.set_state(State::Closed),
        StepAction::Rename => one.rename(&title_text(step)),
        StepAction::Add => one.add_participants(&[other]),
        StepAction::Remove if one.has_joined(other) => one.remove(&[other]),
        StepAction::Transfer => one.transfer(other),
        _ => {}
    }
}
