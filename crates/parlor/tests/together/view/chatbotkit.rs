use http::Method;
use serde_json::{Value, json};

use super::{column, rows};
use crate::cast::{Agreed, Cast, agree, kit};
use crate::model::{Conversation, Kind, Model, OWNER, Role, Title};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for at in closer {
        let one = &model.conversations[*at];
        let path = format!("conversation/{}/fetch", kit("conversation_", one.id));
        let answer = cast.chatbotkit(Method::GET, &path, None).await;
        let path = format!("conversation/{}/message/list", kit("conversation_", one.id));
        let messages = cast.chatbotkit(Method::GET, &path, None).await;
        if one.is_gone || !model.may_read(OWNER, one) {
            answer.refused("a conversation that is not shown")?;
            messages.refused("the messages of a conversation that is not shown")?;
        } else {
            shown(model, one, &answer.granted("a conversation")?)?;
            talk(one, &messages.granted("a conversation's messages")?)?;
        }
    }
    let list = cast
        .chatbotkit(Method::GET, "conversation/list?order=asc", None)
        .await
        .granted("the conversations")?;
    let is_listed = |one: &&Conversation| !one.is_gone && one.kind != Kind::Direct;
    let so: Vec<_> = model
        .conversations
        .iter()
        .filter(is_listed)
        .map(|one| kit("conversation_", one.id))
        .collect();
    let items = rows(&list, "items")?;
    agree!(column(items, "id"), so, "the conversations, oldest first");
    for (item, one) in items
        .iter()
        .zip(model.conversations.iter().filter(is_listed))
    {
        shown(model, one, item)?;
    }
    let list = cast
        .chatbotkit(Method::GET, "contact/list?order=asc", None)
        .await
        .granted("the contacts")?;
    let so: Vec<_> = model
        .members
        .iter()
        .filter(|member| !member.is_gone && member.is_contact())
        .map(|member| kit("contact_", member.id))
        .collect();
    agree!(
        column(rows(&list, "items")?, "id"),
        so,
        "the contacts, oldest first"
    );
    Ok(())
}

fn shown(model: &Model, one: &Conversation, shown: &Value) -> Agreed {
    let id = kit("conversation_", one.id);
    agree!(shown["id"], json!(id), "conversation");
    match &one.title {
        Title::Automatic => agree!(shown["name"].is_string(), true, "{id}: has a name"),
        _ => agree!(shown["name"], json!(one.title()), "{id}: name"),
    }
    let space = one.space.map(|space| kit("space_", model.spaces[space].id));
    agree!(shown["spaceId"], json!(space), "{id}: space");
    let contact = one
        .subject
        .filter(|subject| model.members[*subject].is_contact())
        .map(|subject| kit("contact_", model.members[subject].id));
    if one.kind != Kind::Direct {
        agree!(shown["contactId"], json!(contact), "{id}: contact");
    }
    let metadata = Value::Object(one.metadata.clone());
    agree!(shown["meta"], metadata, "{id}: meta");
    Ok(())
}

/// Everything that was written, oldest first.
fn talk(one: &Conversation, list: &Value) -> Agreed {
    let what = kit("conversation_", one.id);
    let shown = rows(list, "items")?;
    let so: Vec<_> = one
        .messages
        .iter()
        .map(|said| kit("message_", said.id))
        .collect();
    agree!(column(shown, "id"), so, "{what}: messages, oldest first");
    for (shown, said) in shown.iter().zip(&one.messages) {
        let word = match (said.role, said.word) {
            (Role::Person, _) => "user",
            (Role::Assistant, _) => "bot",
            (_, Some(word)) => word,
            (Role::System, None) => "instruction",
            (Role::Tool, None) => "activity",
        };
        agree!(shown["type"], json!(word), "{what}: type");
        agree!(shown["text"], json!(said.text), "{what}: text");
    }
    Ok(())
}
