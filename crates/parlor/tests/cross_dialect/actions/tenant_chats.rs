use http::Method;
use parlor_model::Id;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{StepSubject, bit_of, record_message, title_text};
use crate::actors::{Actors, CheckResult, check_equal, parse_uuid};
use crate::model::{
    Conversation, Kind, Member, MemberIndex, MemberNature, Model, OWNER, Role, State, Title,
};
use crate::scenario::{ScenarioStep, StepAction, message_text};

pub(super) async fn perform(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    match step.action {
        StepAction::Create => create_chat(actors, model, step).await,
        StepAction::SendMessage | StepAction::SendAsAssistant => {
            send_message(actors, model, step).await
        }
        StepAction::Rename | StepAction::SetMetadata | StepAction::Close | StepAction::Reopen => {
            update_chat(actors, model, step).await
        }
        StepAction::Delete => delete_chat(actors, model, step).await,
        StepAction::DeleteMember => delete_user(actors, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

/// One of three users with external ids, or any member by the server's id.
fn pick_user_id(model: &Model, number: u8) -> String {
    match number % 4 {
        0 => model.members[model.draw_speaker(number / 4)].user_id(),
        other => format!("customer-{other}"),
    }
}

/// The member with an external id, which a call may have created just now.
async fn find_member(actors: &Actors<'_>, model: &mut Model, user: String) -> MemberIndex {
    let known = model.pick_member(0, |member| member.user_id() == user);
    match known {
        Some(known) => known,
        None => {
            let member = actors
                .find_member(MemberKey::External(user), MemberNature::Person)
                .await;
            model.members.push(member);
            model.members.len() - 1
        }
    }
}

async fn create_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let user = pick_user_id(model, step.actor);
    let named = bit_of(step.other, 0).then(|| title_text(step));
    let metadata = bit_of(step.other, 1).then(|| json!({ "desk": step.text_seed }));
    let body = json!({ "user_id": user, "title": named, "metadata": metadata });
    let made = actors
        .tenant_chats(Method::POST, "chats/", Some(body))
        .await
        .require_granted("a chat")?;
    let subject = find_member(actors, model, user).await;
    let mut chat = Conversation::new(parse_uuid(&made["id"])?, Kind::Chat, OWNER, Some(subject));
    chat.title = named.map_or(Title::Automatic, Title::Given);
    if let Some(Value::Object(metadata)) = metadata {
        chat.metadata = metadata;
    }
    Ok(Some(model.add_conversation(chat)))
}

async fn send_message(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let text = message_text(step.text_seed);
    let (role, word) = match step.action {
        StepAction::SendAsAssistant => (Role::Assistant, "assistant"),
        _ => (Role::Person, "user"),
    };
    let named =
        (role == Role::Person && bit_of(step.other, 0)).then(|| pick_user_id(model, step.actor));
    let mut body = json!({ "content": text, "sender_role": word });
    if let Some(user) = &named {
        body["user_id"] = json!(user);
    }
    let chat = &model.conversations[at];
    let path = format!("chats/{}/messages", chat.id);
    let answer = actors.tenant_chats(Method::POST, &path, Some(body)).await;
    let own = chat.subject.or(chat.owner);
    // No other member is added to a direct conversation, and the attempt creates no member.
    let is_own = |user: &String| own.is_some_and(|own| model.members[own].user_id() == *user);
    let inside = |user: &String| {
        let mut members = chat.members();
        members.any(|who| model.members[who].user_id() == *user)
    };
    let fits = chat.kind != Kind::Direct
        || named.as_ref().is_none_or(is_own)
        || named.as_ref().is_none_or(inside);
    if !model.may_read(OWNER, chat) || chat.state != State::Active || !fits {
        answer.require_refused("words in what is closed, or others' alone")?;
        return Ok(None);
    }
    let created = answer.require_granted("a message")?;
    check_equal!(created["content"], json!(text), "what was said");
    let author = match (role, named) {
        (Role::Assistant, _) => chat.assistant,
        (_, None) => own,
        (_, Some(user)) => {
            let is_own = is_own(&user);
            let who = find_member(actors, model, user).await;
            if !is_own {
                model.conversations[at].add_participants(&[who]);
            }
            Some(who)
        }
    };
    let key = MessageKey::Id(Id::new(parse_uuid(&created["id"])?));
    record_message(actors, model, at, key, (role, text, author)).await
}

async fn update_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let metadata = json!({ "desk": step.text_seed, "more": { "n": [1.25] } });
    let body = match step.action {
        StepAction::Rename => json!({ "title": title_text(step) }),
        StepAction::SetMetadata => json!({ "metadata": metadata }),
        StepAction::Close => json!({ "status": "closed" }),
        _ => json!({ "status": "active" }),
    };
    let path = format!("chats/{}", chat.id);
    let answer = actors.tenant_chats(Method::PATCH, &path, Some(body)).await;
    if !model.may_read(OWNER, chat) {
        answer.require_refused("a change of what others say in private")?;
        return Ok(None);
    }
    answer.require_granted("a change")?;
    let chat = &mut model.conversations[at];
    match (step.action, metadata) {
        (StepAction::Rename, _) => chat.rename(&title_text(step)),
        (StepAction::SetMetadata, Value::Object(metadata)) => chat.set_metadata(metadata),
        // This dialect shows archived chats as closed.
        (StepAction::Close, _) if chat.state == State::Active => chat.set_state(State::Closed),
        (StepAction::Reopen, _) => chat.set_state(State::Active),
        _ => {}
    }
    Ok(Some(at))
}

async fn delete_chat(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let Some(at) = model.pick_conversation(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.id);
    let answer = actors.tenant_chats(Method::DELETE, &path, None).await;
    if !model.may_read(OWNER, chat) {
        answer.require_refused("a deletion of what others say in private")?;
        return Ok(None);
    }
    answer.require_granted("a deletion")?;
    model.conversations[at].is_deleted = true;
    Ok(Some(at))
}

/// Deletes a user with an external id; its chats are deleted too.
async fn delete_user(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    let named =
        |member: &Member| member.external.is_some() && member.nature == MemberNature::Person;
    let Some(who) = model.pick_member(step.other, named) else {
        return Ok(None);
    };
    let path = format!("users/{}", model.members[who].user_id());
    actors
        .tenant_chats(Method::DELETE, &path, None)
        .await
        .require_granted("a deletion")?;
    model.delete_member_with_conversations(who);
    Ok(None)
}
