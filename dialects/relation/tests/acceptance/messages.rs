//! Sending, reading, hiding, listing: cases 30 to 35.

use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    ADD_PATH, CREATE_PATH, TestMember, UPDATE_PATH, count_rows, create_three_members, is_uuid,
    response_code, response_data,
};
use crate::wallet::{TestWallet, address_token, exchange_token};

const SEND_PATH: &str = "/api/v1/message/send";
const READ_PATH: &str = "/api/v1/message/read";
const HIDE_PATH: &str = "/api/v1/message/hide";

fn message_contents(page: &[Value]) -> Vec<&str> {
    page.iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect()
}

/// Returns the messages that are no system events.
async fn conversational_messages(
    server: &TestServer,
    member: &TestMember,
    channel: &str,
) -> Vec<Value> {
    let page = member.messages(server, channel, "limit=100").await;
    page.into_iter()
        .filter(|message| message["type"] != "SYS")
        .collect()
}

both! {
    async fn case_30_message_requires_a_channel_or_a_member(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let before = count_rows(&server).await;
        for body in [
            json!({ "content": "hi" }),
            json!({ "channelUuid": null, "toRelationId": null, "content": "hi" }),
            json!({ "toRelationId": ada.id, "content": "hi" }),
            json!({ "toRelationId": "0x1111111111111111111111111111111111111111", "content": "hi" }),
            json!({ "channelUuid": g }),
            json!({ "channelUuid": g, "content": "" }),
            json!({ "channelUuid": g, "content": "x".repeat(65_537) }),
            json!({ "channelUuid": g, "content": 7 }),
            json!({ "channelUuid": g, "content": "a\0" }),
            json!({ "channelUuid": g, "content": "hi", "type": "" }),
            json!({ "channelUuid": g, "content": "hi", "type": "t".repeat(33) }),
            json!({ "channelUuid": g, "content": "hi", "sendUuid": "s".repeat(257) }),
            json!({ "channelUuid": g, "content": "hi", "quoteId": "x" }),
            json!({ "channelUuid": g, "content": "hi", "quoteId": -1 }),
            json!({ "channelUuid": g, "content": "hi", "quoteId": 1.5 }),
            json!({ "channelUuid": g, "content": "hi", "quoteId": "070000000012" }),
            json!({ "channelUuid": g, "content": "hi", "mentionedUser": "b" }),
        ] {
            assert_eq!(response_code(&ada.post(&server, SEND_PATH, &body).await), "10112", "{body:.200}");
        }
        assert!(conversational_messages(&server, &ada, &g).await.is_empty());
        assert_eq!(count_rows(&server).await, before);
        let whole = "x".repeat(65_536);
        response_data(&ada.send_message(&server, &g, &whole).await);
    }

    async fn case_31_the_first_message_opens_the_pairs_channel(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let body = json!({ "toRelationId": bob.id, "content": "hi" });
        let sent = response_data(&ada.post(&server, SEND_PATH, &body).await);
        let (id, channel) = (sent["id"].as_str().unwrap(), sent["channelUuid"].as_str().unwrap());
        assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && is_uuid(channel));
        assert_eq!(sent.as_object().unwrap().len(), 2);
        assert_eq!(bob.chats(&server, "").await[0]["unreadMessageCount"], 1);
        assert_eq!(bob.unread(&server).await, (1, 0));
        assert_eq!(ada.unread(&server).await, (0, 0));
        let read = bob.post(&server, READ_PATH, &json!({ "channelUuid": channel, "total": 9_999 })).await;
        assert_eq!(response_data(&read), json!(1));
        assert_eq!(bob.unread(&server).await, (0, 0));
        assert_eq!(message_contents(&bob.messages(&server, channel, "").await), ["hi"]);
        let path = format!("/api/v1/message/list?toRelationId={}", ada.id);
        let page = response_data(&bob.with_credentials(&server, server.get(&path)).send().await);
        assert_eq!(page[0]["id"], id);
        let path = "/api/v1/message/list?toRelationId=2vxsx-fae";
        assert_eq!(response_data(&bob.with_credentials(&server, server.get(path)).send().await), json!([]));
    }

    async fn case_31_refused_message_creates_no_direct_channel(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let before = count_rows(&server).await;
        // The key that goes along narrows the member.
        for scopes in ["", "dm:read", "conversations:admin,messages:admin,members:admin"] {
            let key = server.a.create_key(scopes, None).await;
            for (path, body) in [
                (SEND_PATH, json!({ "toRelationId": bob.id, "content": "hi" })),
                (CREATE_PATH, json!({ "type": "P", "members": [bob.id] })),
            ] {
                let asked = server.post(path).header("ApiKey", &key).bearer(&ada.token).json(&body);
                let refused = asked.send().await;
                assert_ne!(response_code(&refused), "0", "{scopes}: {path}: {}", refused.text());
                assert_eq!(count_rows(&server).await, before, "{scopes}: {path}");
            }
        }
        let key = server.a.create_key("dm:write", None).await;
        let asked = server.post(SEND_PATH).header("ApiKey", &key).bearer(&ada.token);
        let sent = asked.json(&json!({ "toRelationId": bob.id, "content": "hi" })).send().await;
        response_data(&sent);
        assert_eq!(bob.unread(&server).await, (1, 0));
    }

    async fn case_31_signed_in_member_is_found_by_address(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let wallet = TestWallet::from_byte(9);
        let token = address_token(&server, &wallet).await;
        let token = response_data(&exchange_token(&server, &token).await)["token"].as_str().unwrap().to_owned();
        let holder = TestMember { id: crate::fixtures::claims(&token).sub, token };
        let info = holder.with_credentials(&server, server.get("/api/v1/userInfo")).send().await;
        let address = response_data(&info)["addressWithChain"][0]["address"].as_str().unwrap().to_owned();
        response_data(&ada.post(&server, SEND_PATH, &json!({ "toRelationId": address, "content": "hi" })).await);
        assert_eq!(holder.unread(&server).await, (1, 0));
    }

    async fn case_32_send_uuid_is_unique_per_sender(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g, "content": "once", "sendUuid": "a-1" });
        let first = response_data(&ada.post(&server, SEND_PATH, &body).await);
        let again = response_data(&ada.post(&server, SEND_PATH, &body).await);
        assert_eq!(first, again);
        let others = response_data(&bob.post(&server, SEND_PATH, &body).await);
        assert_ne!(first["id"], others["id"]);
        let page = conversational_messages(&server, &ada, &g).await;
        assert_eq!(page.len(), 2);
        assert!(page.iter().all(|message| message["sendUuid"] == "a-1"));
        let many = json!({ "channelUuid": g, "content": "many", "sendUuid": "a-2" });
        let calls = (0..20).map(|_| ada.post(&server, SEND_PATH, &many));
        let replies = futures_util::future::join_all(calls).await;
        let ids: std::collections::BTreeSet<String> = replies.iter().map(|reply| response_data(reply)["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(bob.unread(&server).await.0, 2);
    }

    async fn case_33_paging_back_is_complete(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        for n in 0..5 {
            server.clock.advance(std::time::Duration::from_millis(3));
            response_data(&bob.send_message(&server, &g, &format!("m{n}")).await);
        }
        let newest = ada.messages(&server, &g, "limit=2").await;
        assert_eq!(message_contents(&newest), ["m3", "m4"]);
        let (mut seen, mut until) = (Vec::new(), newest[0]["createAt"].clone());
        while seen.len() < 10 {
            let query = format!("limit=2&maxCreateAt={}", until.as_str().unwrap());
            let page = ada.messages(&server, &g, &query).await;
            seen.push(message_contents(&page).join(" "));
            if page[0]["createAt"] == until {
                break;
            }
            until = page[0]["createAt"].clone();
        }
        // The message at the boundary is on both pages; the group's creation is the last item.
        assert_eq!(seen, ["m2 m3", "m1 m2", "m0 m1", "Ada created Group team m0", "Ada created Group team"]);
        let turned = ada.messages(&server, &g, "limit=2&order=desc").await;
        assert_eq!(message_contents(&turned), ["m4", "m3"]);
        assert_eq!(ada.messages(&server, &g, "maxCreateAt=0").await, Vec::<Value>::new());
        assert_eq!(ada.messages(&server, &g, "limit=9223372036854775807&maxCreateAt=9223372036854775807").await.len(), 6);
        for bad in ["limit=0", "limit=x", "maxCreateAt=-9000000000000001", "maxCreateAt=x", "order=up"] {
            let path = format!("/api/v1/message/list?channelUuid={g}&{bad}");
            assert_eq!(response_code(&ada.with_credentials(&server, server.get(&path)).send().await), "10112", "{bad}");
        }
        let nowhere = ada.with_credentials(&server, server.get("/api/v1/message/list")).send().await;
        assert_eq!(response_code(&nowhere), "10112");
    }

    async fn case_34_quotes_and_mentions(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let quoted = response_data(&bob.send_message(&server, &g, "first").await)["id"].as_str().unwrap().to_owned();
        let number: u64 = quoted.parse().unwrap();
        // A duplicate, the sender, and a member outside of the group: one mention.
        let mentioned = json!([bob.id, bob.id, ada.id, cleo.id, "no id at all"]);
        for id in [json!(number), json!(quoted)] {
            let body = json!({ "channelUuid": g, "content": "yes", "quoteId": id, "mentionedUser": mentioned });
            response_data(&ada.post(&server, SEND_PATH, &body).await);
        }
        let page = conversational_messages(&server, &bob, &g).await;
        for message in &page[1..] {
            assert_eq!((&message["quote"]["id"], &message["quote"]["content"]), (&json!(quoted), &json!("first")));
            assert_eq!(message["quote"]["quote"], json!(null));
        }
        assert_eq!(bob.unread(&server).await, (2, 2));
        assert_eq!(ada.unread(&server).await, (1, 0));
        let row = &bob.chats(&server, "").await[0];
        assert_eq!(row["mentionsCount"], 2);
        response_data(&bob.post(&server, READ_PATH, &json!({ "channelUuid": g, "total": 1 })).await);
        assert_eq!(bob.unread(&server).await, (1, 1));
        // Values that clients send for "no quote".
        for id in [json!(null), json!(""), json!(0), json!("0")] {
            let body = json!({ "channelUuid": g, "content": "plain", "quoteId": id });
            response_data(&ada.post(&server, SEND_PATH, &body).await);
            assert_eq!(conversational_messages(&server, &ada, &g).await.pop().unwrap()["quote"], json!(null));
        }
    }

    async fn case_35_only_own_messages_can_be_hidden(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let mine = response_data(&ada.send_message(&server, &g, "secret").await)["id"].clone();
        let body = json!({ "channelUuid": g, "content": "what?", "quoteId": mine });
        response_data(&bob.post(&server, SEND_PATH, &body).await);
        let hide = json!({ "id": mine });
        assert_eq!(response_code(&bob.post(&server, HIDE_PATH, &hide).await), "10120");
        // To a member outside of the channel the message is unknown.
        assert_eq!(response_code(&cleo.post(&server, HIDE_PATH, &hide).await), "10112");
        assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &hide).await), "0");
        assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &hide).await), "0");
        let page = conversational_messages(&server, &bob, &g).await;
        assert_eq!((message_contents(&page), &page[0]["quote"]), (vec!["what?"], &json!(null)));
        assert_eq!(bob.unread(&server).await, (0, 0));
        let last = response_data(&bob.send_message(&server, &g, "last").await)["id"].clone();
        assert_eq!(response_code(&bob.post(&server, HIDE_PATH, &json!({ "id": last })).await), "0");
        assert_eq!(ada.chats(&server, "").await[0]["lastMessageContent"], "what?");
        for bad in [json!("0"), json!("x"), json!(null), json!(-1), json!("99999999"), json!("99999999999999999999"), json!([])] {
            assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &json!({ "id": bad })).await), "10112", "{bad}");
        }
    }

    async fn changes_of_a_group_are_system_events(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g });
        ada.post(&server, ADD_PATH, &json!({ "channelUuid": g, "members": [cleo.id] })).await;
        ada.post(&server, UPDATE_PATH, &json!({ "channelUuid": g, "channelName": "Hikers" })).await;
        ada.post(&server, crate::fixtures::REMOVE_PATH, &json!({ "channelUuid": g, "members": [cleo.id] })).await;
        ada.post(&server, ADD_PATH, &json!({ "channelUuid": g, "members": [cleo.id] })).await;
        ada.post(&server, crate::fixtures::LEAVE_PATH, &body).await;
        let page = bob.messages(&server, &g, "limit=100").await;
        assert_eq!(
            message_contents(&page),
            [
                "Ada created Group team",
                "Ada added Cleo to the group",
                "Ada renamed the group to Hikers",
                "Ada removed Cleo from the group",
                "Ada added Cleo to the group",
                "Ada left the group",
                "Bob is the admin of the group now",
            ]
        );
        let ids: std::collections::BTreeSet<&str> = page.iter().map(|message| message["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 7);
        for message in &page {
            let id = message["id"].as_str().unwrap();
            assert!(id.len() == 19 && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
            assert_eq!((&message["type"], &message["from"]), (&json!("SYS"), &json!("0".repeat(32))));
            assert_eq!((&message["fromName"], &message["fromAvatar"], &message["quote"]), (&json!(null), &json!(null), &json!(null)));
        }
        assert_eq!(bob.unread(&server).await, (0, 0));
        // The history is the same after a restart and for a member that joins later.
        let mut server = server;
        server.restart().await;
        assert_eq!(cleo.messages(&server, &g, "limit=100").await, page);
    }

    async fn marking_read_requires_membership_and_a_positive_total(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        for n in 0..3 {
            response_data(&ada.send_message(&server, &g, &format!("m{n}")).await);
        }
        for bad in [json!(0), json!(-1), json!("x"), json!(null), json!(1.5), json!(1e300)] {
            assert_eq!(response_code(&bob.post(&server, READ_PATH, &json!({ "channelUuid": g, "total": bad })).await), "10112", "{bad}");
        }
        assert_eq!(bob.unread(&server).await, (3, 0));
        response_data(&bob.post(&server, READ_PATH, &json!({ "channelUuid": g, "total": 2 })).await);
        assert_eq!(bob.unread(&server).await, (1, 0));
        let outsider = cleo.post(&server, READ_PATH, &json!({ "channelUuid": g, "total": 1 })).await;
        assert_eq!(response_code(&outsider), "13108");
    }
}

#[test]
fn message_list_order_is_configurable() {
    use parlor_testkit::{TestBackend, backend::block_on};
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.dialect_settings.insert(
                "relation".to_owned(),
                json!({ "message_list_order": "desc" }),
            );
        })
        .await;
        let (ada, bob, _) = create_three_members(&server).await;
        let p = ada.open_pair(&server, &bob).await;
        for n in ["one", "two"] {
            response_data(&ada.send_message(&server, &p, n).await);
        }
        let page = bob.messages(&server, &p, "").await;
        assert_eq!(message_contents(&page), ["two", "one"]);
        let page = bob.messages(&server, &p, "order=asc").await;
        assert_eq!(message_contents(&page), ["one", "two"]);
    });
}
