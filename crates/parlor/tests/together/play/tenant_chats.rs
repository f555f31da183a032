use http::Method;
use parlor_model::member::MemberKey;
use serde_json::{Value, json};

use super::{About, bit, title};
use crate::cast::{Agreed, Cast, uuid};
use crate::model::{Conversation, Kind, Model, Nature, OWNER, Title};
use crate::step::{Step, Verb};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    // One of three whom the customer names, or anybody by the server's own id.
    let user = match step.actor % 4 {
        0 => model.members[model.speaker(step.target)].user_id(),
        other => format!("customer-{other}"),
    };
    let named = bit(step.other, 0).then(|| title(step));
    let metadata = bit(step.other, 1).then(|| json!({ "desk": step.word }));
    let body = json!({ "user_id": user, "title": named, "metadata": metadata });
    let made = cast
        .chats(Method::POST, "chats/", Some(body))
        .await
        .granted("a chat")?;
    let known = |member: &crate::model::Member| member.user_id() == user;
    let subject = match model.pick_member(0, known) {
        Some(known) => known,
        None => {
            let member = cast.learn(MemberKey::External(user), Nature::Person).await;
            model.members.push(member);
            model.members.len() - 1
        }
    };
    let mut chat = Conversation::new(uuid(&made["id"])?, Kind::Chat, OWNER, Some(subject));
    chat.title = named.map_or(Title::Automatic, Title::Given);
    if let Some(Value::Object(metadata)) = metadata {
        chat.metadata = metadata;
    }
    model.conversations.push(chat);
    Ok(Some(model.conversations.len() - 1))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.id);
    let answer = cast.chats(Method::DELETE, &path, None).await;
    if !model.may_read(OWNER, chat) {
        answer.refused("a deletion of what others say in private")?;
        return Ok(None);
    }
    answer.granted("a deletion")?;
    model.conversations[at].is_gone = true;
    Ok(Some(at))
}
