use http::Method;
use serde_json::{Value, json};

use super::{column, rows};
use crate::cast::{Agreed, Cast, agree, text};
use crate::model::{Conversation, Entry, Kind, Model, OWNER, Role, State, Title};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (who, member) in model.members.iter().enumerate() {
        // The name of one who is gone may be somebody else's by now.
        let user = if member.is_gone {
            text(member.id)
        } else {
            member.user_id()
        };
        let path = format!("chats/user/{user}?limit=100&order=asc");
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
        let messages = cast
            .chats(Method::GET, &format!("{path}/messages?limit=100"), None)
            .await;
        let log = cast.chats(Method::GET, &format!("{path}/log"), None).await;
        if one.is_gone || !model.may_read(OWNER, one) {
            answer.refused("a chat that is not shown")?;
            messages.refused("the messages of a chat that is not shown")?;
            log.refused("the log of a chat that is not shown")?;
        } else {
            shown(cast, model, one, &answer.granted("a chat")?)?;
            talk(model, one, &messages.granted("a chat's messages")?)?;
            logged(one, &log.granted("a chat's log")?)?;
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

/// What was said, oldest first.
fn talk(model: &Model, one: &Conversation, list: &Value) -> Agreed {
    let what = format!("chat {}", one.id);
    let shown = rows(list, "messages")?;
    let so: Vec<String> = one.said().map(|said| said.id.to_string()).collect();
    agree!(column(shown, "id"), so, "{what}: messages, oldest first");
    agree!(list["total"], json!(so.len()), "{what}: how many messages");
    for (shown, said) in shown.iter().zip(one.said()) {
        let role = if said.role == Role::Person {
            "user"
        } else {
            "assistant"
        };
        agree!(shown["sender_role"], json!(role), "{what}: role");
        agree!(shown["content"], json!(said.text), "{what}: text");
        let author = said.author.map(|author| model.members[author].user_id());
        agree!(shown["sender_id"], json!(author), "{what}: author");
        let at = one
            .log
            .iter()
            .position(|entry| *entry == Entry::Said(said.id));
        agree!(shown["seq"], json!(at.map(|at| at + 1)), "{what}: position");
    }
    Ok(())
}

/// Everything that happened, from the first position on and without a gap.
fn logged(one: &Conversation, log: &Value) -> Agreed {
    let said = |id: &uuid::Uuid| one.said().find(|said| said.id == *id);
    let is_kept = |id: &uuid::Uuid| one.messages.iter().any(|said| said.id == *id);
    let so: Vec<_> = one
        .log
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let word = match entry {
                Entry::Made => "chat_created",
                Entry::Said(id) if said(id).is_some() => "message_created",
                Entry::Said(_) => "empty",
                Entry::Changed(_) => "chat_updated",
                Entry::Joined => "participant_joined",
                Entry::Left | Entry::Removed => "participant_left",
                // Nothing is told of what was never said, as long as that is known.
                Entry::Edited(id) if is_kept(id) && said(id).is_none() => "empty",
                Entry::Edited(_) => "message_updated",
                Entry::Deleted(_) => "message_deleted",
            };
            (at + 1, word)
        })
        .collect();
    let entries = rows(log, "entries")?;
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| {
            let seq = entry["seq"].as_u64().unwrap_or_default();
            (
                seq as usize,
                entry["event_type"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    agree!(
        shown,
        so.iter().take(100).copied().collect::<Vec<_>>(),
        "chat {}: its log",
        one.id
    );
    agree!(
        log["last_seq"],
        json!(one.log.len()),
        "chat {}: the log's end",
        one.id
    );
    Ok(())
}
