use http::Method;
use serde_json::{Value, json};

use super::{column, rows};
use crate::cast::{Agreed, Cast, agree};
use crate::model::{Conversation, Kind, Model, OWNER, State, Title};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (who, member) in model.members.iter().enumerate() {
        let path = format!("chats/user/{}?limit=100&order=asc", member.user_id());
        let list = cast.chats(Method::GET, &path, None).await;
        let list = list.granted("a user's chats")?;
        let listed = |one: &&Conversation| {
            let is_for = one.subject == Some(who) || one.joined(who);
            !one.is_gone && one.kind != Kind::Direct && is_for
        };
        let so: Vec<_> = model
            .conversations
            .iter()
            .filter(listed)
            .map(|one| one.id.to_string())
            .collect();
        let what = format!("the chats of {:?}", member.name);
        let chats = rows(&list, "chats")?;
        agree!(column(chats, "id"), so, "{what}, oldest first");
        agree!(list["total"], json!(chats.len()), "{what}: total");
    }
    for at in closer {
        let one = &model.conversations[*at];
        let path = format!("chats/{}", one.id);
        let answer = cast.chats(Method::GET, &path, None).await;
        if one.is_gone || !model.may_read(OWNER, one) {
            answer.refused("a chat that is not shown")?;
        } else {
            shown(cast, model, one, &answer.granted("a chat")?)?;
        }
    }
    Ok(())
}

fn shown(cast: &Cast<'_>, model: &Model, one: &Conversation, chat: &Value) -> Agreed {
    let what = format!("chat {}", one.id);
    agree!(chat["id"], json!(one.id.to_string()), "{what}: id");
    agree!(
        chat["tenant_id"],
        json!(cast.tenant.workspace),
        "{what}: tenant"
    );
    let title = chat["title"].as_str().unwrap_or_default();
    match &one.title {
        Title::Given(given) => agree!(title, given, "{what}: title"),
        _ => agree!(
            title.starts_with("Chat 2"),
            true,
            "{what}: a title of its own"
        ),
    }
    let user = one.subject.or(one.owner);
    let user = user.map_or_else(String::new, |who| model.members[who].user_id());
    agree!(chat["user_id"], json!(user), "{what}: user");
    let metadata = Value::Object(one.metadata.clone());
    agree!(chat["config"]["metadata"], metadata, "{what}: metadata");
    let status = if one.state == State::Active {
        "active"
    } else {
        "closed"
    };
    agree!(chat["status"], json!(status), "{what}: status");
    agree!(
        chat["message_count"],
        json!(one.said().count()),
        "{what}: count"
    );
    let spoken = chat["last_message_at"].is_string();
    agree!(
        spoken,
        one.said().next().is_some(),
        "{what}: has a newest message"
    );
    Ok(())
}
