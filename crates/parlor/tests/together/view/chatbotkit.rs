use http::Method;
use serde_json::{Value, json};

use super::{column, rows};
use crate::cast::{Agreed, Cast, agree, kit};
use crate::model::{Conversation, Kind, Model, OWNER, Title};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for at in closer {
        let one = &model.conversations[*at];
        let path = format!("conversation/{}/fetch", kit("conversation_", one.id));
        let answer = cast.chatbotkit(Method::GET, &path, None).await;
        if one.is_gone || !model.may_read(OWNER, one) {
            answer.refused("a conversation that is not shown")?;
        } else {
            shown(model, one, &answer.granted("a conversation")?)?;
        }
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
