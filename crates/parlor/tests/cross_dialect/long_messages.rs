//! Long messages: answers are bounded in size, and paging misses no message, in every dialect.

use http::Method;
use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestRequest, both};
use serde_json::{Value, json};

use crate::actors::{Actors, chatbotkit_id, relation_id};
use crate::message_order::create_shared_group;
use crate::model::{Member, OWNER};

/// The number of messages, and the length of each in bytes: five of them exceed a mebibyte. With letters of four bytes
/// this is the longest accepted text.
const MESSAGES: usize = 11;
const MESSAGE_CHARS: usize = 260_000;
/// The limit of a page that ends early: a mebibyte, one message, and their envelope.
const MAX_PAGE_BYTES: usize = (1 << 20) + MESSAGE_CHARS + 20_000;

fn expected_prefixes() -> Vec<String> {
    (0..MESSAGES).map(|n| n.to_string()).collect()
}

/// The beginning of each text.
fn text_prefixes(list: &Value, field: &str) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    let messages = rows.filter(|row| row["type"] != "SYS");
    messages
        .map(|row| {
            let text = row[field].as_str().unwrap();
            assert_eq!(text.len(), MESSAGE_CHARS);
            text.split(' ').next().unwrap().to_owned()
        })
        .collect()
}

fn reversed(mut list: Vec<String>) -> Vec<String> {
    list.reverse();
    list
}

/// A successful answer, its length, and whether the length was in the head.
async fn read_page(request: TestRequest) -> (Value, usize, bool) {
    let reply = request.send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let is_whole = !reply.header("content-length").is_empty();
    (
        serde_json::from_slice(&reply.bytes).unwrap(),
        reply.bytes.len(),
        is_whole,
    )
}

/// Fills a conversation with long messages.
async fn append_long_messages(actors: &Actors<'_>, id: uuid::Uuid) {
    for n in 0..MESSAGES {
        let path = format!(
            "conversation/{}/message/create",
            chatbotkit_id("conversation_", id)
        );
        let head = format!("{n:<4}");
        let text = head.clone() + &"𝒙".repeat((MESSAGE_CHARS - head.len()) / 4);
        let body = json!({ "type": "user", "text": text });
        let messages = actors.chatbotkit(Method::POST, &path, Some(body)).await;
        messages.require_granted("a long message").unwrap();
    }
}

both! {
    async fn unpageable_answer_is_streamed(server: TestServer) {
        let (actors, model) = Actors::create(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = create_shared_group(&actors, &people).await;
        append_long_messages(&actors, id).await;
        let workspace = &actors.tenant.workspace;
        let token = people[0].token.as_ref().unwrap();

        let path = format!("/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}");
        let (answer, length, is_whole) = read_page(actors.with_session(server.get(&path))).await;
        assert_eq!(text_prefixes(&answer["messages"], "message"), expected_prefixes());
        assert!(length > MESSAGES * MESSAGE_CHARS && !is_whole);

        let path = format!("/spaces/{space}/messages?groupId={id}");
        let (answer, _, is_whole) = read_page(server.get(&path).bearer(actors.session())).await;
        assert_eq!(reversed(text_prefixes(&answer["messages"], "message")), expected_prefixes());
        assert!(!is_whole);

        let chat = format!("/api/v2/w/{workspace}/chats/{id}/messages");
        for (query, list) in [("limit=100", ""), ("page=1&pageSize=100", "items")] {
            let (answer, _, is_whole) = read_page(server.get(&format!("{chat}?{query}")).bearer(token)).await;
            let rows = if list.is_empty() { &answer } else { &answer[list] };
            assert_eq!(reversed(text_prefixes(rows, "content")), expected_prefixes(), "{query}");
            assert!(!is_whole, "{query}");
            if !list.is_empty() {
                assert_eq!(answer["total"], MESSAGES);
            }
        }

        let channel = relation_id(id);
        for (order, limit) in [("asc", 100), ("desc", 100), ("asc", 5)] {
            let path = format!("/api/v1/message/list?limit={limit}&order={order}&channelUuid={channel}");
            let request = server.get(&path).header("ApiKey", &actors.tenant.key).bearer(token);
            let (answer, _, is_whole) = read_page(request).await;
            let mut shown = text_prefixes(&answer["data"], "content");
            if order == "desc" {
                shown.reverse();
            }
            let newest = expected_prefixes().split_off(MESSAGES.saturating_sub(limit));
            assert_eq!(shown, newest, "{order} {limit}");
            assert!(!is_whole || limit < MESSAGES);
            assert_eq!(answer["code"], "0");
        }
    }

    async fn a_page_of_long_messages_ends_early_and_the_next_goes_on(server: TestServer) {
        let (actors, model) = Actors::create(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = create_shared_group(&actors, &people).await;
        append_long_messages(&actors, id).await;
        let workspace = &actors.tenant.workspace;
        let key = |path: &str| server.get(path).header("X-API-Key", &actors.tenant.key);

        // Tenant chats: by offset, by position, and the log.
        let mut shown: Vec<String> = Vec::new();
        loop {
            let offset = shown.len();
            let path = format!("/api/v1/chats/{id}/messages?limit=100&offset={offset}");
            let (answer, length, _) = read_page(key(&path)).await;
            assert!(length < MAX_PAGE_BYTES);
            assert_eq!(answer["total"], MESSAGES);
            shown.extend(text_prefixes(&answer["messages"], "content"));
            if answer["has_more"] == false {
                break;
            }
        }
        assert_eq!(shown, expected_prefixes());
        for (order, end, first) in [("asc", "after_seq", "0"), ("desc", "before_seq", "1000")] {
            let (mut shown, mut seq, mut pages) = (Vec::new(), first.to_owned(), 0);
            loop {
                let path = format!("/api/v1/chats/{id}/messages?limit=100&order={order}&{end}={seq}");
                let (answer, length, _) = read_page(key(&path)).await;
                assert!(length < MAX_PAGE_BYTES);
                shown.extend(text_prefixes(&answer["messages"], "content"));
                pages += 1;
                if answer["has_more"] == false {
                    break;
                }
                seq = answer["messages"].as_array().unwrap().last().unwrap()["seq"].to_string();
            }
            if order == "desc" {
                shown.reverse();
            }
            assert_eq!(shown, expected_prefixes(), "{order}");
            assert_eq!(pages, 3, "{order}");
        }
        let (mut next, mut logged) = (0, 0);
        loop {
            let path = format!("/api/v1/chats/{id}/log?after_seq={next}&limit=100");
            let (answer, length, _) = read_page(key(&path)).await;
            assert!(length < MAX_PAGE_BYTES);
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
        assert_eq!(logged, MESSAGES);

        // ChatBotKit: every page has a cursor.
        let (mut shown, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let home = chatbotkit_id("conversation_", id);
            let path = format!("/api/v1/conversation/{home}/message/list?take=100&cursor={cursor}");
            let (answer, length, _) = read_page(server.get(&path).bearer(&actors.tenant.key)).await;
            assert!(length < MAX_PAGE_BYTES, "{length}");
            let rows = text_prefixes(&answer["items"], "text");
            if rows.is_empty() {
                break;
            }
            shown.extend(rows);
            answer["cursor"].as_str().unwrap().clone_into(&mut cursor);
            pages += 1;
        }
        assert_eq!(shown, expected_prefixes());
        assert_eq!(pages, 3);

        // Sharely with a limit: backwards from the newest.
        let (mut shown, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!(
                "/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}&limit=100{before}"
            );
            let (answer, length, _) = read_page(actors.with_session(server.get(&path))).await;
            assert!(length < MAX_PAGE_BYTES);
            let mut rows = text_prefixes(&answer["messages"], "message");
            rows.extend(shown);
            shown = rows;
            if answer["hasMore"] == false {
                break;
            }
            before = format!("&before={}", answer["messages"][0]["id"].as_str().unwrap());
        }
        assert_eq!(shown, expected_prefixes());
    }

    async fn what_is_hidden_is_passed_over_in_steps(server: TestServer) {
        let (actors, model) = Actors::create(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, _) = create_shared_group(&actors, &people).await;
        let home = chatbotkit_id("conversation_", id);
        let body = json!({ "type": "user", "text": "shown" });
        let path = format!("conversation/{home}/message/create");
        actors.chatbotkit(Method::POST, &path, Some(body)).await.require_granted("").unwrap();
        let key = ConversationKey::Id(ConversationId::new(id));
        let hidden = |n| CreateMessage::new(key, None, MessageRole::System, format!("hidden {n}"));
        let hidden = (0..2_500).map(hidden).collect();
        let made = message::create_many(&server.engine, &actors.tenant.ctx(), key, hidden).await;
        assert!(made.unwrap().iter().all(Result::is_ok));

        let token = people[0].token.as_ref().unwrap();
        for limit in [1, 2] {
            let path = format!("/api/v1/message/list?limit={limit}&channelUuid={}", relation_id(id));
            let request = server.get(&path).header("ApiKey", &actors.tenant.key).bearer(token);
            let answer = request.send().await.expect(200);
            let shown = answer["data"].as_array().unwrap();
            assert_eq!(shown.len(), limit);
            assert_eq!(shown[limit - 1]["content"], "shown");
        }
    }
}
