use http::Method;
use serde_json::{Value, json};

use super::{field_column, list_rows};
use crate::actors::{Actors, CheckResult, chatbotkit_id, check_equal};
use crate::model::{Conversation, Kind, Model, OWNER, Role, Title};

pub(super) async fn check(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    for at in closer {
        let one = &model.conversations[*at];
        let path = format!(
            "conversation/{}/fetch",
            chatbotkit_id("conversation_", one.id)
        );
        let answer = actors.chatbotkit(Method::GET, &path, None).await;
        let path = format!(
            "conversation/{}/message/list",
            chatbotkit_id("conversation_", one.id)
        );
        let messages = actors.chatbotkit(Method::GET, &path, None).await;
        if one.is_deleted || !model.may_read(OWNER, one) {
            answer.require_refused("a conversation that is not shown")?;
            messages.require_refused("the messages of a conversation that is not shown")?;
        } else {
            check_conversation(model, one, &answer.require_granted("a conversation")?)?;
            check_messages(one, &messages.require_granted("a conversation's messages")?)?;
        }
    }
    let list = actors
        .chatbotkit(Method::GET, "conversation/list?order=asc", None)
        .await
        .require_granted("the conversations")?;
    let is_listed = |one: &&Conversation| !one.is_deleted && one.kind != Kind::Direct;
    let so: Vec<_> = model
        .conversations
        .iter()
        .filter(is_listed)
        .map(|one| chatbotkit_id("conversation_", one.id))
        .collect();
    let items = list_rows(&list, "items")?;
    check_equal!(
        field_column(items, "id"),
        so,
        "the conversations, oldest first"
    );
    for (item, one) in items
        .iter()
        .zip(model.conversations.iter().filter(is_listed))
    {
        check_conversation(model, one, item)?;
    }
    let list = actors
        .chatbotkit(Method::GET, "contact/list?order=asc", None)
        .await
        .require_granted("the contacts")?;
    let so: Vec<_> = model
        .members
        .iter()
        .filter(|member| !member.is_deleted && member.is_contact())
        .map(|member| chatbotkit_id("contact_", member.id))
        .collect();
    check_equal!(
        field_column(list_rows(&list, "items")?, "id"),
        so,
        "the contacts, oldest first"
    );
    Ok(())
}

fn check_conversation(model: &Model, one: &Conversation, shown: &Value) -> CheckResult {
    let id = chatbotkit_id("conversation_", one.id);
    check_equal!(shown["id"], json!(id), "conversation");
    match &one.title {
        Title::Automatic => check_equal!(shown["name"].is_string(), true, "{id}: has a name"),
        _ => check_equal!(shown["name"], json!(one.title()), "{id}: name"),
    }
    let space = one
        .space
        .map(|space| chatbotkit_id("space_", model.spaces[space].id));
    check_equal!(shown["spaceId"], json!(space), "{id}: space");
    let contact = one
        .subject
        .filter(|subject| model.members[*subject].is_contact())
        .map(|subject| chatbotkit_id("contact_", model.members[subject].id));
    if one.kind != Kind::Direct {
        check_equal!(shown["contactId"], json!(contact), "{id}: contact");
    }
    let metadata = Value::Object(one.metadata.clone());
    check_equal!(shown["meta"], metadata, "{id}: meta");
    Ok(())
}

/// All messages, oldest first.
fn check_messages(one: &Conversation, list: &Value) -> CheckResult {
    let what = chatbotkit_id("conversation_", one.id);
    let shown = list_rows(list, "items")?;
    let so: Vec<_> = one
        .messages
        .iter()
        .map(|message| chatbotkit_id("message_", message.id))
        .collect();
    check_equal!(
        field_column(shown, "id"),
        so,
        "{what}: messages, oldest first"
    );
    for (shown, message) in shown.iter().zip(&one.messages) {
        let type_name = match (message.role, message.type_name) {
            (Role::Person, _) => "user",
            (Role::Assistant, _) => "bot",
            (_, Some(type_name)) => type_name,
            (Role::System, None) => "instruction",
            (Role::Tool, None) => "activity",
        };
        check_equal!(shown["type"], json!(type_name), "{what}: type");
        check_equal!(shown["text"], json!(message.text), "{what}: text");
    }
    Ok(())
}
