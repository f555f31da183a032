//! Unread counts with concurrent writers and readers.

use futures_util::future::join_all;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::fixtures::{TestMember, create_member, response_code, response_data};

const WRITERS: usize = 8;
const READERS: usize = 8;
const MESSAGES_PER_WRITER: usize = 12;

/// Marks messages as read while others are written, and checks the unread counts before and after each mark.
async fn read_while_writing(server: &TestServer, reader: &TestMember, group: &str) {
    let read = json!({ "channelUuid": group, "total": 3 });
    for _ in 0..MESSAGES_PER_WRITER {
        let (unread, mentions) = reader.unread(server).await;
        assert!(mentions <= unread, "{mentions} of {unread}");
        let most = i64::try_from(WRITERS * MESSAGES_PER_WRITER).unwrap();
        assert!((0..=most).contains(&unread));
        assert_eq!(
            response_data(&reader.post(server, "/api/v1/message/read", &read).await),
            json!(1)
        );
    }
}

both! {
    async fn unread_counts_are_exact_with_eight_writers_and_readers(server: TestServer) {
        let mut people = Vec::new();
        for n in 0..WRITERS + READERS {
            people.push(create_member(&server, &format!("P{n}")).await);
        }
        let (writers, readers) = people.split_at(WRITERS);
        let everybody: Vec<&TestMember> = people.iter().skip(1).collect();
        let g = writers[0].group(&server, &everybody).await;
        let writing = writers.iter().map(|writer| {
            let (server, g, target) = (&server, &g, &readers[0].id);
            async move {
                for n in 0..MESSAGES_PER_WRITER {
                    let mentioned = if n % 2 == 0 { vec![target.as_str()] } else { Vec::new() };
                    let body = json!({ "channelUuid": g, "content": format!("m{n}"), "mentionedUser": mentioned });
                    assert_eq!(response_code(&writer.post(server, "/api/v1/message/send", &body).await), "0");
                }
            }
        });
        let reading = readers[..READERS / 2].iter().map(|reader| read_while_writing(&server, reader, &g));
        tokio::join!(join_all(writing), join_all(reading));
        let total = i64::try_from(WRITERS * MESSAGES_PER_WRITER).unwrap();
        // A member that has read nothing has all messages unread except its own.
        for reader in &readers[READERS / 2..] {
            assert_eq!(reader.unread(&server).await, (total, 0));
        }
        for writer in writers {
            let own = i64::try_from(MESSAGES_PER_WRITER).unwrap();
            assert_eq!(writer.unread(&server).await, (total - own, 0));
        }
        // All members have the same order, and the count is that of the messages after the read mark.
        let order: Vec<String> = message_ids(&server, &readers[0], &g).await;
        assert_eq!(order.len(), WRITERS * MESSAGES_PER_WRITER);
        for reader in readers {
            assert_eq!(message_ids(&server, reader, &g).await, order);
        }
        let three = json!({ "channelUuid": g, "total": 3 });
        for reader in readers {
            let (before, _) = reader.unread(&server).await;
            response_data(&reader.post(&server, "/api/v1/message/read", &three).await);
            assert_eq!(reader.unread(&server).await.0, (before - 3).max(0));
            let row = &reader.chats(&server, "").await[0];
            assert_eq!(row["unreadMessageCount"], (before - 3).max(0));
            let all = json!({ "channelUuid": g, "total": 9_999 });
            response_data(&reader.post(&server, "/api/v1/message/read", &all).await);
            assert_eq!(reader.unread(&server).await, (0, 0));
        }
    }
}

async fn message_ids(server: &TestServer, member: &TestMember, group: &str) -> Vec<String> {
    let page = member.messages(server, group, "limit=100").await;
    page.iter()
        .filter(|message| message["type"] != "SYS")
        .map(|message| message["id"].as_str().unwrap().to_owned())
        .collect()
}
