use http::Method;
use serde_json::{Value, json};

use super::{column, same_set};
use crate::cast::{Agreed, Answer, Cast, agree, bare};
use crate::model::{Conversation, Entry, Kind, Model, News, Standing, State, Who};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (who, viewer) in model.members.iter().enumerate() {
        if viewer.token.is_none() || viewer.is_gone {
            continue;
        }
        listed(cast, model, who).await?;
        for at in closer {
            let one = &model.conversations[*at];
            let path = format!("channel/info?channelUuid={}", bare(one.id));
            let answer = cast.relation(viewer, Method::GET, &path, None).await;
            shown(model, who, one, answer)?;
            let path = format!("message/list?limit=100&channelUuid={}", bare(one.id));
            let answer = cast.relation(viewer, Method::GET, &path, None).await;
            talk(model, who, one, answer)?;
        }
    }
    Ok(())
}

/// The code by which a channel is refused to somebody, where it is.
fn refusal(who: Who, one: &Conversation) -> Option<&'static str> {
    if one.is_gone {
        return Some("10112");
    }
    if one.state == State::Closed {
        return Some("13104");
    }
    match one.standing(who) {
        Some(Standing::Joined) => None,
        Some(Standing::Removed) => Some("13102"),
        Some(Standing::Left) => Some("13103"),
        None => Some("13108"),
    }
}

fn shown(model: &Model, who: Who, one: &Conversation, answer: Answer) -> Agreed {
    let what = format!("channel {} to {:?}", bare(one.id), model.members[who].name);
    if let Some(code) = refusal(who, one) {
        agree!(answer.body["code"], json!(code), "{what}: refused");
        return Ok(());
    }
    let channel = &answer.granted(&what)?["data"];
    agree!(channel["uuid"], json!(bare(one.id)), "{what}: uuid");
    let kind = if one.kind == Kind::Direct { "P" } else { "G" };
    agree!(channel["type"], json!(kind), "{what}: type");
    let name = channel["name"].as_str().unwrap_or_default();
    match one.title() {
        Some(title) if one.kind != Kind::Direct => agree!(name, title, "{what}: name"),
        _ => agree!(name.is_empty(), false, "{what}: nameless"),
    }
    let members = channel["members"].as_array().cloned().unwrap_or_default();
    let so = one.members().map(|who| model.members[who].handle.clone());
    same_set(
        column(&members, "relationId"),
        so.collect(),
        &format!("{what}: members"),
    )?;
    let is_admin = |member: &&Value| member["isAdmin"] == true;
    let admins: Vec<_> = members.iter().filter(is_admin).cloned().collect();
    let admin = one.owner.filter(|owner| one.joined(*owner));
    let so: Vec<_> = admin
        .into_iter()
        .map(|owner| model.members[owner].handle.clone())
        .collect();
    agree!(column(&admins, "relationId"), so, "{what}: admin");
    Ok(())
}

/// The channels somebody takes part in, or did.
async fn listed(cast: &Cast<'_>, model: &Model, who: Who) -> Agreed {
    let path = "userChannels/list?limit=100";
    let viewer = &model.members[who];
    let list = cast.relation(viewer, Method::GET, path, None).await;
    let list = list.granted("a list of channels")?;
    let rows = list["data"]["list"].as_array().cloned().unwrap_or_default();
    let what = format!("the channels of {:?}", viewer.name);
    let shown = rows.iter().map(|row| {
        let field = |name: &str| row[name].to_string();
        format!(
            "{} {} {} {}",
            field("channelUuid"),
            field("channelType"),
            field("status"),
            field("lastMessageContent")
        )
    });
    let so = model.conversations.iter().filter_map(|one| {
        let standing = one.standing(who).filter(|_| !one.is_gone)?;
        let status = match (standing, one.state) {
            (Standing::Left, _) => 1,
            (Standing::Removed, _) => 2,
            (Standing::Joined, State::Closed) => 3,
            (Standing::Joined, _) => 0,
        };
        let kind = if one.kind == Kind::Direct { "P" } else { "G" };
        // Who is gone is shown what was last said while it took part, or nothing: not settled here.
        let last = one.said().next_back().map(|said| &said.text);
        Some((
            standing,
            format!(
                "{} {} {status} {}",
                json!(bare(one.id)),
                json!(kind),
                json!(last)
            ),
        ))
    });
    let (mut still, mut gone) = (Vec::new(), Vec::new());
    for (standing, row) in so {
        match standing {
            Standing::Joined => still.push(row),
            Standing::Left | Standing::Removed => gone.push(short(&row)),
        }
    }
    let (present, past): (Vec<String>, Vec<String>) =
        shown.partition(|row| !row.contains("\" 1 ") && !row.contains("\" 2 "));
    same_set(present, still, &what)?;
    let past = past.iter().map(|row| short(row)).collect();
    same_set(past, gone, &format!("{what} that it took part in"))
}

/// Without the words.
fn short(row: &str) -> String {
    row.splitn(4, ' ').take(3).collect::<Vec<_>>().join(" ")
}

/// What was said and, in a group, what happened, in one order.
fn talk(model: &Model, who: Who, one: &Conversation, answer: Answer) -> Agreed {
    let what = format!("channel {} to {:?}", bare(one.id), model.members[who].name);
    if refusal(who, one).is_some() {
        return answer.refused(format_args!("{what}: what was said"));
    }
    let list = answer.granted(&what)?;
    let rows = list["data"].as_array().cloned().unwrap_or_default();
    let event = || ("SYS".to_owned(), "0".repeat(32), None);
    let told = one.log.iter().filter_map(|entry| match entry {
        Entry::Said(id) => {
            let said = one.said().find(|said| said.id == *id)?;
            let author = said
                .author
                .map(|author| model.members[author].handle.clone());
            let author = author.unwrap_or_else(|| "0".repeat(32));
            Some(("TEXT".to_owned(), author, Some(said.text.clone())))
        }
        Entry::Made | Entry::Joined | Entry::Left | Entry::Removed => Some(event()),
        Entry::Changed(News::Title | News::Owner) => Some(event()),
        Entry::Changed(News::State | News::Other) | Entry::Edited(_) | Entry::Deleted(_) => None,
    });
    let so: Vec<_> = told
        .filter(|(kind, ..)| one.kind != Kind::Direct || kind == "TEXT")
        .collect();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let text = (row["type"] != "SYS").then(|| field("content"));
            (field("type"), field("from"), text)
        })
        .collect();
    agree!(shown, so, "{what}: everything, oldest first");
    let ids: Vec<_> = rows
        .iter()
        .filter(|row| row["type"] != "SYS")
        .map(|row| row["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let so: Vec<_> = one.said().map(|said| said.number.to_string()).collect();
    agree!(ids, so, "{what}: ids of messages");
    Ok(())
}
