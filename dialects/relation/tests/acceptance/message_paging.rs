//! Paging back through a channel with many messages at the same time, or with old messages that were imported late.

use std::time::Duration;

use parlor_engine::{member, message};
use parlor_kit::ids::{format_prefixed, parse_hex};
use parlor_model::Id;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::time::Clock;
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixtures::{TestMember, create_three_members, response_data};

/// How a client requests the next page: from the time of the oldest message, which is then returned again, or from one
/// millisecond earlier.
#[derive(Debug, Clone, Copy)]
enum PagingStep {
    Included,
    Before,
}

fn create_at(message: &Value) -> i64 {
    message["createAt"].as_str().unwrap().parse().unwrap()
}

/// Collects all messages of a channel page by page, newest first.
async fn collect_history(
    server: &TestServer,
    member: &TestMember,
    channel: &str,
    limit: usize,
    step: PagingStep,
) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    let mut query = format!("limit={limit}");
    loop {
        let mut page = member.messages(server, channel, &query).await;
        assert!(page.len() <= limit);
        page.reverse();
        if let (PagingStep::Included, Some(last)) = (step, seen.last()) {
            // Only the message at the boundary is repeated.
            assert_eq!(
                page.first().map(|one| &one["id"]),
                Some(&last["id"]),
                "{limit} {query}"
            );
            page.remove(0);
        }
        let Some(oldest) = page.last() else {
            return seen;
        };
        let until = match step {
            PagingStep::Included => create_at(oldest),
            PagingStep::Before => create_at(oldest) - 1,
        };
        query = format!("limit={limit}&maxCreateAt={until}");
        seen.extend(page);
    }
}

/// Collects the messages in both ways and with many page sizes, and returns the contents, oldest first.
async fn collect_all_ways(server: &TestServer, member: &TestMember, channel: &str) -> Vec<String> {
    let whole = collect_history(server, member, channel, 100, PagingStep::Before).await;
    let times: Vec<i64> = whole.iter().map(create_at).collect();
    assert!(
        times.is_sorted_by(|newer, older| newer > older),
        "{times:?}"
    );
    for limit in [1, 2, 3, 7, 10, 40, 41, 99] {
        for step in [PagingStep::Before, PagingStep::Included] {
            // A page of one message would repeat forever; the vendor's clients request larger pages.
            if limit > 1 || matches!(step, PagingStep::Before) {
                let seen = collect_history(server, member, channel, limit, step).await;
                assert_eq!(seen, whole, "{limit} {step:?}");
            }
        }
    }
    let contents = whole
        .iter()
        .rev()
        .map(|one| one["content"].as_str().unwrap().to_owned());
    contents.collect()
}

/// Sends several messages to a channel with one commit.
async fn append_batch(server: &TestServer, member: &TestMember, channel: &str, texts: &[String]) {
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let handle = MemberKey::Handle(member.id.clone());
    let author = member::find(engine, &ctx, handle)
        .await
        .unwrap()
        .member
        .key
        .number;
    let key = ConversationKey::Id(parse_hex(channel).unwrap());
    let to_command =
        |text: &String| CreateMessage::new(key, Some(author), MessageRole::User, text.clone());
    let commands = texts.iter().map(to_command).collect();
    let results = message::create_many(engine, &ctx, key, commands)
        .await
        .unwrap();
    assert!(results.iter().all(Result::is_ok));
}

/// Returns import records of a channel's messages with the given ids and times.
fn import_lines(channel: &str, messages: &[(u128, &str, i64)]) -> String {
    let conversation: ConversationId = parse_hex(channel).unwrap();
    let conversation = format_prefixed("conversation_", conversation);
    let line = |(id, text, at): &(u128, &str, i64)| {
        let id = MessageId::from(Id::new(Uuid::from_u128((0x0190_u128 << 112) | id)));
        let line = json!({ "id": format_prefixed("message_", id), "conversationId": conversation, "type": "user", "text": text, "createdAt": at });
        format!("{line}\n")
    };
    messages.iter().map(line).collect()
}

async fn import(server: &TestServer, lines: String) -> Value {
    let request = server.post("/v1/conversation/import").bearer(&server.a.key);
    let request = request.header("content-type", "application/jsonl");
    let report = request.body(lines).send().await.expect(200);
    assert_eq!(report["failedCount"], 0, "{report}");
    report
}

both! {
    async fn paging_through_messages_of_one_millisecond_is_complete(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let mut expected = vec!["Ada created Group team".to_owned()];
        // One commit each; the second while the first one's times are still spread.
        for (burst, pause) in [(0, 5_000), (1, 0), (2, 60_000)] {
            server.clock.advance(Duration::from_millis(pause));
            let texts: Vec<String> = (0..40).map(|n| format!("{burst}-{n}")).collect();
            append_batch(&server, &bob, &g, &texts).await;
            expected.extend(texts);
        }
        assert_eq!(collect_all_ways(&server, &ada, &g).await, expected);
        // A message alone in its millisecond keeps its time.
        server.clock.advance(Duration::from_secs(1));
        let before = server.clock.now().millis();
        response_data(&bob.send_message(&server, &g, "alone").await);
        let newest = ada.messages(&server, &g, "limit=1").await;
        assert!((before..=server.clock.now().millis()).contains(&create_at(&newest[0])));
        let now = format!("limit=2&maxCreateAt={}", create_at(&newest[0]));
        let page = ada.messages(&server, &g, &now).await;
        assert_eq!((&page[0]["content"], &page[1]["content"]), (&json!("2-39"), &json!("alone")));
    }

    async fn imported_messages_are_listed_at_their_times(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        for n in 0..5 {
            server.clock.advance(Duration::from_secs(1));
            response_data(&bob.send_message(&server, &g, &format!("live {n}")).await);
        }
        let live = ada.messages(&server, &g, "").await;
        let (start, third) = (create_at(&live[0]), create_at(&live[3]));
        let (old, between) = (start - 1_000_000, third - 2);
        let mut late: Vec<(u128, String, i64)> = (0..45).map(|n| (n, format!("old {n}"), old)).collect();
        late.push((100, "between".to_owned(), between));
        let late: Vec<(u128, &str, i64)> = late.iter().map(|(id, text, at)| (*id, text.as_str(), *at)).collect();
        import(&server, import_lines(&g, &late)).await;
        server.clock.advance(Duration::from_secs(1));
        response_data(&bob.send_message(&server, &g, "live 5").await);
        let mut expected: Vec<String> = (0..45).map(|n| format!("old {n}")).collect();
        expected.push("Ada created Group team".to_owned());
        for text in ["live 0", "live 1", "between", "live 2", "live 3", "live 4", "live 5"] {
            expected.push(text.to_owned());
        }
        assert_eq!(collect_all_ways(&server, &ada, &g).await, expected);
        // From the middle, in either part.
        let page = ada.messages(&server, &g, &format!("limit=2&maxCreateAt={between}")).await;
        assert_eq!((&page[0]["content"], &page[1]["content"]), (&json!("live 1"), &json!("between")));
        let page = ada.messages(&server, &g, &format!("limit=2&maxCreateAt={}", start - 1)).await;
        assert_eq!((&page[0]["content"], &page[1]["content"]), (&json!("old 43"), &json!("old 44")));
        // A second import changes the times of two messages.
        import(&server, import_lines(&g, &[(7, "old 7", third - 1), (100, "between", start - 5)])).await;
        let moved = |text: &str, list: &mut Vec<String>, at: usize| {
            list.retain(|one| one != text);
            list.insert(at, text.to_owned());
        };
        moved("between", &mut expected, 45);
        moved("old 7", &mut expected, 48);
        assert_eq!(collect_all_ways(&server, &ada, &g).await, expected);
    }

    async fn paging_through_imported_messages_only_is_complete(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[]).await;
        let start = create_at(&ada.messages(&server, &g, "").await[0]);
        let texts: Vec<String> = (0..120).map(|n| n.to_string()).collect();
        // Every second message is older than its predecessor.
        let at = |n: usize| start - 1_000 + if n.is_multiple_of(2) { n as i64 } else { n as i64 - 3 };
        let late: Vec<(u128, &str, i64)> = texts.iter().enumerate().map(|(n, text)| (n as u128, text.as_str(), at(n))).collect();
        import(&server, import_lines(&g, &late)).await;
        let mut order: Vec<usize> = (0..120).collect();
        order.sort_by_key(|n| (at(*n), *n));
        let mut expected: Vec<String> = order.iter().map(ToString::to_string).collect();
        expected.push("Ada created Group team".to_owned());
        assert_eq!(collect_all_ways(&server, &ada, &g).await, expected);
    }

    async fn paging_through_messages_before_1970_is_complete(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[]).await;
        let texts: Vec<String> = (0..90).map(|n| n.to_string()).collect();
        let at = |n: usize| if n < 45 { -315_619_200_000 } else { 0 };
        let old: Vec<(u128, &str, i64)> = texts.iter().enumerate().map(|(n, text)| (n as u128, text.as_str(), at(n))).collect();
        import(&server, import_lines(&g, &old)).await;
        let mut expected = texts.clone();
        expected.push("Ada created Group team".to_owned());
        assert_eq!(collect_all_ways(&server, &ada, &g).await, expected);
    }
}
