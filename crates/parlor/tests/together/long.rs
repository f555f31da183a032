//! Long messages: no answer holds very many of them at a time, and walking on misses none, in any vocabulary.

use http::Method;
use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, Role};
use parlor_testkit::{Request, both};
use serde_json::{Value, json};

use crate::cast::{Cast, bare, kit};
use crate::model::{Member, OWNER};
use crate::order::room;

/// Messages that are said, and how long each is in bytes: five of them reach a mebibyte. Letters of four bytes make a text
/// of the longest that is taken this long.
const COUNT: usize = 11;
const LENGTH: usize = 260_000;
/// A page that ends early is no longer than this: a mebibyte, a message, and what is around them.
const LONGEST: usize = (1 << 20) + LENGTH + 20_000;

fn wanted() -> Vec<String> {
    (0..COUNT).map(|n| n.to_string()).collect()
}

/// How each text begins.
fn begins(list: &Value, field: &str) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    let said = rows.filter(|row| row["type"] != "SYS");
    said.map(|row| {
        let text = row[field].as_str().unwrap();
        assert_eq!(text.len(), LENGTH);
        text.split(' ').next().unwrap().to_owned()
    })
    .collect()
}

fn reversed(mut list: Vec<String>) -> Vec<String> {
    list.reverse();
    list
}

/// A good answer, its length, and whether that was announced.
async fn read(request: Request) -> (Value, usize, bool) {
    let reply = request.send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let is_whole = !reply.header("content-length").is_empty();
    (
        serde_json::from_slice(&reply.bytes).unwrap(),
        reply.bytes.len(),
        is_whole,
    )
}

/// Fills a room with long messages.
async fn fill(cast: &Cast<'_>, id: uuid::Uuid) {
    for n in 0..COUNT {
        let path = format!("conversation/{}/message/create", kit("conversation_", id));
        let head = format!("{n:<4}");
        let text = head.clone() + &"𝒙".repeat((LENGTH - head.len()) / 4);
        let body = json!({ "type": "user", "text": text });
        let said = cast.chatbotkit(Method::POST, &path, Some(body)).await;
        said.granted("a long message").unwrap();
    }
}

both! {
    async fn an_answer_that_cannot_be_shorter_is_sent_in_pieces(server: TestServer) {
        let (cast, model) = Cast::of(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = room(&cast, &people).await;
        fill(&cast, id).await;
        let workspace = &cast.tenant.workspace;
        let token = people[0].token.as_ref().unwrap();

        let path = format!("/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}");
        let (answer, length, is_whole) = read(cast.in_session(server.get(&path))).await;
        assert_eq!(begins(&answer["messages"], "message"), wanted());
        assert!(length > COUNT * LENGTH && !is_whole);

        let path = format!("/spaces/{space}/messages?groupId={id}");
        let (answer, _, is_whole) = read(server.get(&path).bearer(cast.session())).await;
        assert_eq!(reversed(begins(&answer["messages"], "message")), wanted());
        assert!(!is_whole);

        let chat = format!("/api/v2/w/{workspace}/chats/{id}/messages");
        for (query, list) in [("limit=100", ""), ("page=1&pageSize=100", "items")] {
            let (answer, _, is_whole) = read(server.get(&format!("{chat}?{query}")).bearer(token)).await;
            let rows = if list.is_empty() { &answer } else { &answer[list] };
            assert_eq!(reversed(begins(rows, "content")), wanted(), "{query}");
            assert!(!is_whole, "{query}");
            if !list.is_empty() {
                assert_eq!(answer["total"], COUNT);
            }
        }

        let channel = bare(id);
        for (order, limit) in [("asc", 100), ("desc", 100), ("asc", 5)] {
            let path = format!("/api/v1/message/list?limit={limit}&order={order}&channelUuid={channel}");
            let request = server.get(&path).header("ApiKey", &cast.tenant.key).bearer(token);
            let (answer, _, is_whole) = read(request).await;
            let mut shown = begins(&answer["data"], "content");
            if order == "desc" {
                shown.reverse();
            }
            let newest = wanted().split_off(COUNT.saturating_sub(limit));
            assert_eq!(shown, newest, "{order} {limit}");
            assert!(!is_whole || limit < COUNT);
            assert_eq!(answer["code"], "0");
        }
    }

    async fn a_page_of_long_messages_ends_early_and_the_next_goes_on(server: TestServer) {
        let (cast, model) = Cast::of(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = room(&cast, &people).await;
        fill(&cast, id).await;
        let workspace = &cast.tenant.workspace;
        let key = |path: &str| server.get(path).header("X-API-Key", &cast.tenant.key);

        // Tenant chats: by offset, by position, and the log.
        let mut shown: Vec<String> = Vec::new();
        loop {
            let offset = shown.len();
            let path = format!("/api/v1/chats/{id}/messages?limit=100&offset={offset}");
            let (answer, length, _) = read(key(&path)).await;
            assert!(length < LONGEST);
            assert_eq!(answer["total"], COUNT);
            shown.extend(begins(&answer["messages"], "content"));
            if answer["has_more"] == false {
                break;
            }
        }
        assert_eq!(shown, wanted());
        for (order, end, first) in [("asc", "after_seq", "0"), ("desc", "before_seq", "1000")] {
            let (mut shown, mut seq, mut pages) = (Vec::new(), first.to_owned(), 0);
            loop {
                let path = format!("/api/v1/chats/{id}/messages?limit=100&order={order}&{end}={seq}");
                let (answer, length, _) = read(key(&path)).await;
                assert!(length < LONGEST);
                shown.extend(begins(&answer["messages"], "content"));
                pages += 1;
                if answer["has_more"] == false {
                    break;
                }
                seq = answer["messages"].as_array().unwrap().last().unwrap()["seq"].to_string();
            }
            if order == "desc" {
                shown.reverse();
            }
            assert_eq!(shown, wanted(), "{order}");
            assert_eq!(pages, 3, "{order}");
        }
        let (mut next, mut logged) = (0, 0);
        loop {
            let path = format!("/api/v1/chats/{id}/log?after_seq={next}&limit=100");
            let (answer, length, _) = read(key(&path)).await;
            assert!(length < LONGEST);
            for entry in answer["entries"].as_array().unwrap() {
                next += 1;
                assert_eq!(entry["seq"], next);
                logged += usize::from(entry["message"]["content"].is_string());
            }
            assert_eq!(answer["has_more"], next < answer["last_seq"].as_i64().unwrap());
            if answer["has_more"] == false {
                break;
            }
        }
        assert_eq!(logged, COUNT);

        // ChatBotKit: every page has a cursor.
        let (mut shown, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let home = kit("conversation_", id);
            let path = format!("/api/v1/conversation/{home}/message/list?take=100&cursor={cursor}");
            let (answer, length, _) = read(server.get(&path).bearer(&cast.tenant.key)).await;
            assert!(length < LONGEST, "{length}");
            let rows = begins(&answer["items"], "text");
            if rows.is_empty() {
                break;
            }
            shown.extend(rows);
            answer["cursor"].as_str().unwrap().clone_into(&mut cursor);
            pages += 1;
        }
        assert_eq!(shown, wanted());
        assert_eq!(pages, 3);

        // Sharely with a limit: backwards from the newest.
        let (mut shown, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!(
                "/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}&limit=100{before}"
            );
            let (answer, length, _) = read(cast.in_session(server.get(&path))).await;
            assert!(length < LONGEST);
            let mut rows = begins(&answer["messages"], "message");
            rows.extend(shown);
            shown = rows;
            if answer["hasMore"] == false {
                break;
            }
            before = format!("&before={}", answer["messages"][0]["id"].as_str().unwrap());
        }
        assert_eq!(shown, wanted());
    }

    async fn what_is_hidden_is_passed_over_in_steps(server: TestServer) {
        let (cast, model) = Cast::of(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, _) = room(&cast, &people).await;
        let home = kit("conversation_", id);
        let body = json!({ "type": "user", "text": "shown" });
        let path = format!("conversation/{home}/message/create");
        cast.chatbotkit(Method::POST, &path, Some(body)).await.granted("").unwrap();
        let key = ConversationKey::Id(ConversationId::new(id));
        let hidden = |n| CreateMessage::new(key, None, Role::System, format!("hidden {n}"));
        let hidden = (0..2_500).map(hidden).collect();
        let made = message::create_all(&server.engine, &cast.tenant.ctx(), key, hidden).await;
        assert!(made.unwrap().iter().all(Result::is_ok));

        let token = people[0].token.as_ref().unwrap();
        for limit in [1, 2] {
            let path = format!("/api/v1/message/list?limit={limit}&channelUuid={}", bare(id));
            let request = server.get(&path).header("ApiKey", &cast.tenant.key).bearer(token);
            let answer = request.send().await.expect(200);
            let shown = answer["data"].as_array().unwrap();
            assert_eq!(shown.len(), limit);
            assert_eq!(shown[limit - 1]["content"], "shown");
        }
    }
}
