//! Concurrent writers in all dialects: every dialect shows the messages in the same order.

use http::Method;
use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestRequest, both};
use serde_json::{Value, json};

use crate::actors::{Actors, chatbotkit_id, parse_prefixed_id, parse_uuid, relation_id};
use crate::model::{Member, OWNER};

/// Messages of each writer.
pub(crate) const MESSAGES_PER_WRITER: usize = 12;

/// A conversation in a space with the owner, three users and an assistant; returns its id and its space.
pub(crate) async fn create_shared_group(
    actors: &Actors<'_>,
    people: &[&Member],
) -> (uuid::Uuid, uuid::Uuid) {
    let space = actors
        .chatbotkit(Method::POST, "space/create", Some(json!({})))
        .await;
    let space =
        parse_prefixed_id("space_", &space.require_granted("a space").unwrap()["id"]).unwrap();
    let path = format!("spaces/{space}/group");
    let group = actors
        .sharely(Method::POST, &path, Some(json!({ "name": "Room" })))
        .await;
    let id = parse_uuid(&group.require_granted("a group").unwrap()["id"]).unwrap();
    for person in people {
        let body = json!({ "channelUuid": relation_id(id) });
        let joined = actors
            .relation(person, Method::POST, "channel/join", Some(body))
            .await;
        joined.require_granted("somebody joins").unwrap();
    }
    (id, space)
}

/// The messages of the eight writers: the same texts in every dialect.
pub(crate) fn writer_requests(
    actors: &Actors<'_>,
    people: &[&Member],
    id: uuid::Uuid,
    space: uuid::Uuid,
) -> Vec<TestRequest> {
    let server = actors.server;
    let workspace = &actors.tenant.workspace;
    let (ada, bob, eve) = (people[0], people[1], people[2]);
    let mut all = Vec::new();
    for n in 0..MESSAGES_PER_WRITER {
        let relation = |by: &Member, name: &str| {
            let request = server
                .post("/api/v1/message/send")
                .header("ApiKey", &actors.tenant.key);
            let body = json!({ "channelUuid": relation_id(id), "content": format!("{name} {n}") });
            request.bearer(by.token.as_ref().unwrap()).json(&body)
        };
        let rail = |by: &Member, name: &str| {
            let request = server.post(&format!("/api/v2/w/{workspace}/chats/{id}/messages"));
            let body = json!({ "content": format!("{name} {n}") });
            request.bearer(by.token.as_ref().unwrap()).json(&body)
        };
        let kit = |kind: &str, name: &str| {
            let path = format!(
                "/api/v1/conversation/{}/message/create",
                chatbotkit_id("conversation_", id)
            );
            let body = json!({ "type": kind, "text": format!("{name} {n}") });
            server.post(&path).bearer(&actors.tenant.key).json(&body)
        };
        let chats = |role: &str, name: &str| {
            let request = server.post(&format!("/api/v1/chats/{id}/messages"));
            let body = json!({ "content": format!("{name} {n}"), "sender_role": role });
            request.header("X-API-Key", &actors.tenant.key).json(&body)
        };
        let sharely = server.post(&format!(
            "/v1/workspaces/{workspace}/spaces/{space}/message"
        ));
        let body = json!({ "message": format!("sharely {n}"), "groupId": id.to_string() });
        all.extend([
            actors.with_session(sharely).json(&body),
            relation(ada, "ada"),
            relation(bob, "bob"),
            rail(eve, "eve"),
            kit("user", "kit"),
            kit("bot", "robot"),
            chats("user", "customer"),
            chats("assistant", "assistant"),
        ]);
    }
    all
}

fn text_column(list: &Value, name: &str) -> Vec<String> {
    let rows = list.as_array().unwrap();
    let messages = rows.iter().filter(|row| row["type"] != "SYS");
    messages
        .map(|row| row[name].as_str().unwrap().to_owned())
        .collect()
}

/// The messages as each dialect shows them, oldest first.
async fn shown_everywhere(
    actors: &Actors<'_>,
    people: &[&Member],
    id: uuid::Uuid,
    space: uuid::Uuid,
) -> Vec<(&'static str, Vec<String>)> {
    let get = Method::GET;
    let path = format!("spaces/{space}/message?groupId={id}");
    let sharely = actors
        .sharely(get.clone(), &path, None)
        .await
        .require_granted("")
        .unwrap();
    let path = format!("chats/{id}/messages?limit=100");
    let rail = actors
        .gravity_rail(people[2], get.clone(), &path, None)
        .await
        .require_granted("")
        .unwrap();
    let path = format!("message/list?limit=100&channelUuid={}", relation_id(id));
    let relation = actors
        .relation(people[0], get.clone(), &path, None)
        .await
        .require_granted("")
        .unwrap();
    let path = format!(
        "conversation/{}/message/list",
        chatbotkit_id("conversation_", id)
    );
    let bots = actors
        .chatbotkit(get.clone(), &path, None)
        .await
        .require_granted("")
        .unwrap();
    let path = format!("chats/{id}/messages?limit=100");
    let chats = actors
        .tenant_chats(get.clone(), &path, None)
        .await
        .require_granted("")
        .unwrap();
    let path = format!("chats/{id}/log?after_seq=4&limit=100");
    let log = actors
        .tenant_chats(get, &path, None)
        .await
        .require_granted("")
        .unwrap();
    let logged = log["entries"].as_array().unwrap().iter();
    let logged = logged.map(|entry| entry["message"]["content"].as_str().unwrap().to_owned());
    let mut newest_first = text_column(&rail, "content");
    newest_first.reverse();
    vec![
        ("Sharely", text_column(&sharely["messages"], "message")),
        ("Gravity Rail", newest_first),
        ("Relation", text_column(&relation["data"], "content")),
        ("ChatBotKit", text_column(&bots["items"], "text")),
        ("tenant chats", text_column(&chats["messages"], "content")),
        ("the log", logged.collect()),
    ]
}

both! {
    async fn concurrent_writers_make_one_order(server: TestServer) {
        let (actors, model) = Actors::create(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = create_shared_group(&actors, &people).await;
        let mut writing = JoinSet::new();
        let mut queues: Vec<Vec<TestRequest>> = (0..8).map(|_| Vec::new()).collect();
        for (at, request) in writer_requests(&actors, &people, id, space).into_iter().enumerate() {
            queues[at % 8].push(request);
        }
        for queue in queues {
            writing.spawn(async move {
                for request in queue {
                    let reply = request.send().await;
                    assert!(reply.status < 300, "{}", reply.text());
                }
            });
        }
        while let Some(written) = writing.join_next().await {
            written.unwrap();
        }
        let shown = shown_everywhere(&actors, &people, id, space).await;
        let first = &shown[0].1;
        assert_eq!(first.len(), 8 * MESSAGES_PER_WRITER);
        for (dialect, texts) in &shown {
            assert_eq!(texts, first, "{dialect}");
        }
        // Each writer's messages keep their order.
        for name in ["sharely", "ada", "bob", "eve", "kit", "robot", "customer", "assistant"] {
            let own = first.iter().filter_map(|text| text.strip_prefix(name)?.trim().parse().ok());
            assert_eq!(own.collect::<Vec<usize>>(), (0..MESSAGES_PER_WRITER).collect::<Vec<_>>(), "{name}");
        }
    }
}
