use http::Method;
use serde_json::{Value, json};

use super::{field_column, list_rows};
use crate::actors::{Actors, CheckResult, check_equal, dashed_id};
use crate::model::{Conversation, Kind, LogEntry, Model, OWNER, Role, State, Title};

pub(super) async fn check(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    for (who, member) in model.members.iter().enumerate() {
        // The external id of a deleted member may belong to another member by now.
        let user = if member.is_deleted {
            dashed_id(member.id)
        } else {
            member.user_id()
        };
        let path = format!("chats/user/{user}?limit=100&order=asc");
        let list = actors.tenant_chats(Method::GET, &path, None).await;
        let list = list.require_granted("a user's chats")?;
        let listed = |one: &&Conversation| {
            let is_for = one.subject == Some(who) || one.has_joined(who);
            !one.is_deleted && one.kind != Kind::Direct && is_for
        };
        let so: Vec<_> = model
            .conversations
            .iter()
            .filter(listed)
            .map(|one| one.id.to_string())
            .collect();
        let what = format!("the chats of {:?}", member.name);
        let chats = list_rows(&list, "chats")?;
        check_equal!(field_column(chats, "id"), so, "{what}, oldest first");
        check_equal!(list["total"], json!(chats.len()), "{what}: total");
    }
    for at in closer {
        let one = &model.conversations[*at];
        let path = format!("chats/{}", one.id);
        let answer = actors.tenant_chats(Method::GET, &path, None).await;
        let messages = actors
            .tenant_chats(Method::GET, &format!("{path}/messages?limit=100"), None)
            .await;
        let log = actors
            .tenant_chats(Method::GET, &format!("{path}/log"), None)
            .await;
        if one.is_deleted || !model.may_read(OWNER, one) {
            answer.require_refused("a chat that is not shown")?;
            messages.require_refused("the messages of a chat that is not shown")?;
            log.require_refused("the log of a chat that is not shown")?;
        } else {
            check_chat(actors, model, one, &answer.require_granted("a chat")?)?;
            check_messages(model, one, &messages.require_granted("a chat's messages")?)?;
            check_log(one, &log.require_granted("a chat's log")?)?;
        }
    }
    Ok(())
}

fn check_chat(actors: &Actors<'_>, model: &Model, one: &Conversation, chat: &Value) -> CheckResult {
    let what = format!("chat {}", one.id);
    check_equal!(chat["id"], json!(one.id.to_string()), "{what}: id");
    check_equal!(
        chat["tenant_id"],
        json!(actors.tenant.workspace),
        "{what}: tenant"
    );
    let title = chat["title"].as_str().unwrap_or_default();
    match &one.title {
        Title::Given(given) => check_equal!(title, given, "{what}: title"),
        _ => check_equal!(
            title.starts_with("Chat 2"),
            true,
            "{what}: a title of its own"
        ),
    }
    let user = one.subject.or(one.owner);
    let user = user.map_or_else(String::new, |who| model.members[who].user_id());
    check_equal!(chat["user_id"], json!(user), "{what}: user");
    let metadata = Value::Object(one.metadata.clone());
    check_equal!(chat["config"]["metadata"], metadata, "{what}: metadata");
    let status = if one.state == State::Active {
        "active"
    } else {
        "closed"
    };
    check_equal!(chat["status"], json!(status), "{what}: status");
    check_equal!(
        chat["message_count"],
        json!(one.conversational_messages().count()),
        "{what}: count"
    );
    let spoken = chat["last_message_at"].is_string();
    check_equal!(
        spoken,
        one.conversational_messages().next().is_some(),
        "{what}: has a newest message"
    );
    Ok(())
}

/// The messages, oldest first.
fn check_messages(model: &Model, one: &Conversation, list: &Value) -> CheckResult {
    let what = format!("chat {}", one.id);
    let shown = list_rows(list, "messages")?;
    let so: Vec<String> = one
        .conversational_messages()
        .map(|message| message.id.to_string())
        .collect();
    check_equal!(
        field_column(shown, "id"),
        so,
        "{what}: messages, oldest first"
    );
    check_equal!(list["total"], json!(so.len()), "{what}: how many messages");
    for (shown, message) in shown.iter().zip(one.conversational_messages()) {
        let role = if message.role == Role::Person {
            "user"
        } else {
            "assistant"
        };
        check_equal!(shown["sender_role"], json!(role), "{what}: role");
        check_equal!(shown["content"], json!(message.text), "{what}: text");
        let author = message.author.map(|author| model.members[author].user_id());
        check_equal!(shown["sender_id"], json!(author), "{what}: author");
        let at = one
            .log
            .iter()
            .position(|entry| *entry == LogEntry::Message(message.id));
        check_equal!(shown["seq"], json!(at.map(|at| at + 1)), "{what}: position");
    }
    Ok(())
}

/// The log from the first position on, without a gap.
fn check_log(one: &Conversation, log: &Value) -> CheckResult {
    let message = |id: &uuid::Uuid| {
        one.conversational_messages()
            .find(|message| message.id == *id)
    };
    let is_kept = |id: &uuid::Uuid| one.messages.iter().any(|message| message.id == *id);
    let so: Vec<_> = one
        .log
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let word = match entry {
                LogEntry::Created => "chat_created",
                LogEntry::Message(id) if message(id).is_some() => "message_created",
                LogEntry::Message(_) => "empty",
                LogEntry::Changed(_) => "chat_updated",
                LogEntry::Joined => "participant_joined",
                LogEntry::Left | LogEntry::Removed => "participant_left",
                // A change of a message without a sender sends no event while the message is known to have none.
                LogEntry::Edited(id) if is_kept(id) && message(id).is_none() => "empty",
                LogEntry::Edited(_) => "message_updated",
                LogEntry::Deleted(_) => "message_deleted",
            };
            (at + 1, word)
        })
        .collect();
    let entries = list_rows(log, "entries")?;
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
    check_equal!(
        shown,
        so.iter().take(100).copied().collect::<Vec<_>>(),
        "chat {}: its log",
        one.id
    );
    check_equal!(
        log["last_seq"],
        json!(one.log.len()),
        "chat {}: the log's end",
        one.id
    );
    Ok(())
}
