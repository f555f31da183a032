//! The caller's channel list: cases 27 to 29 and 38.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    INFO_PATH, create_member, create_three_members, response_code, response_data,
};

const PIN_PATH: &str = "/api/v1/userChannels/pin";
const MUTE_PATH: &str = "/api/v1/userChannels/mute";
const HIDE_PATH: &str = "/api/v1/userChannels/hide";
const ANNOUNCE_PATH: &str = "/api/v1/channel/announcement/update";
const ANNOUNCEMENT_PATH: &str = "/api/v1/channel/announcement/get";

fn display_names(list: &[Value]) -> Vec<&str> {
    list.iter()
        .map(|row| row["displayName"].as_str().unwrap())
        .collect()
}

both! {
    async fn case_27_admin_sets_an_announcement_that_members_read(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let empty = json!({ "announcement": "", "pinAnnouncement": false });
        assert_eq!(response_data(&bob.get(&server, ANNOUNCEMENT_PATH, &g).await), empty);
        let body = json!({ "channelUuid": g, "announcement": "1234", "pinAnnouncement": "true" });
        assert_eq!(response_code(&ada.post(&server, ANNOUNCE_PATH, &body).await), "0");
        let set = json!({ "announcement": "1234", "pinAnnouncement": true });
        assert_eq!(response_data(&bob.get(&server, ANNOUNCEMENT_PATH, &g).await), set);
        assert_eq!(response_code(&bob.post(&server, ANNOUNCE_PATH, &body).await), "13107");
        assert_eq!(response_code(&cleo.get(&server, ANNOUNCEMENT_PATH, &g).await), "13108");
        // Setting the same announcement again sends no message.
        assert_eq!(response_code(&ada.post(&server, ANNOUNCE_PATH, &body).await), "0");
        let messages = bob.messages(&server, &g, "").await;
        let messages: Vec<&Value> = messages.iter().filter(|message| message["type"] == "ANNOUNCEMENT").collect();
        assert_eq!(messages.len(), 1);
        assert_eq!((&messages[0]["content"], &messages[0]["from"]), (&json!("1234"), &json!(ada.id)));
        for bad in [json!(null), json!(7), json!("a".repeat(4_097)), json!("a\0")] {
            let body = json!({ "channelUuid": g, "announcement": bad });
            assert_eq!(response_code(&ada.post(&server, ANNOUNCE_PATH, &body).await), "10112");
        }
        let clear = json!({ "channelUuid": g, "announcement": "" });
        assert_eq!(response_code(&ada.post(&server, ANNOUNCE_PATH, &clear).await), "0");
        assert_eq!(response_data(&bob.get(&server, ANNOUNCEMENT_PATH, &g).await), empty);
    }

    async fn concurrent_announcements_match_the_last_message(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let g = ada.group(&server, &[]).await;
        let announce = async |text: &str| {
            let body = json!({ "channelUuid": g, "announcement": text });
            response_code(&ada.post(&server, ANNOUNCE_PATH, &body).await)
        };
        // Of concurrent requests one sets it and sends the message.
        let same = futures_util::future::join_all((0..8).map(|_| announce("same"))).await;
        assert_eq!(same, ["0"; 8]);
        assert_eq!(ada.messages(&server, &g, "limit=100").await.len(), 2);
        let texts = ["a", "b", "c", "d"];
        let codes = futures_util::future::join_all(texts.map(announce)).await;
        assert_eq!(codes, ["0"; 4]);
        let messages = ada.messages(&server, &g, "limit=100").await;
        assert_eq!(messages.len(), 6);
        let now = response_data(&ada.get(&server, ANNOUNCEMENT_PATH, &g).await)["announcement"].clone();
        assert_eq!(messages[5]["content"], now);
        // A former admin sets no announcement and sends no message.
        let bob = create_member(&server, "Bob").await;
        response_data(&ada.post(&server, "/api/v1/channel/members/add", &json!({ "channelUuid": g, "members": [bob.id] })).await);
        response_data(&ada.post(&server, "/api/v1/channel/ownerTransfer", &json!({ "channelUuid": g, "relationId": bob.id })).await);
        assert_eq!(announce("late").await, "13107");
        assert_eq!(response_data(&bob.get(&server, ANNOUNCEMENT_PATH, &g).await)["announcement"], now);
        assert!(bob.messages(&server, &g, "").await.iter().all(|one| one["content"] != "late"));
    }

    async fn case_28_pin_and_mute_are_per_member(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let later = ada.channel(&server, &json!({ "name": "later", "type": "G", "members": [bob.id] })).await;
        assert_eq!(response_code(&ada.post(&server, PIN_PATH, &json!({ "channelUuid": g, "pin": "true" })).await), "0");
        assert_eq!(response_code(&ada.post(&server, MUTE_PATH, &json!({ "channelUuid": g, "mute": true })).await), "0");
        let (own, other) = (response_data(&ada.get(&server, INFO_PATH, &g).await), response_data(&bob.get(&server, INFO_PATH, &g).await));
        assert_eq!((&own["pin"], &own["mute"]), (&json!(true), &json!(true)));
        assert_eq!((&other["pin"], &other["mute"]), (&json!(false), &json!(false)));
        let (own, other) = (ada.chats(&server, "").await, bob.chats(&server, "").await);
        assert_eq!(display_names(&own), ["team", "later"]);
        assert_eq!(display_names(&other), ["later", "team"]);
        assert_eq!((&own[0]["pin"], &own[0]["mute"]), (&json!(true), &json!(true)));
        assert!(own[0]["pinAt"].as_str().unwrap().parse::<i64>().unwrap() > 0);
        assert_eq!((&other[1]["pin"], &other[1]["mute"], &other[1]["pinAt"]), (&json!(false), &json!(false), &json!(null)));
        for body in [json!({ "channelUuid": g, "pin": false }), json!({ "channelUuid": g, "pin": "false" })] {
            assert_eq!(response_code(&ada.post(&server, PIN_PATH, &body).await), "0");
        }
        assert_eq!(display_names(&ada.chats(&server, "").await), ["later", "team"]);
        for bad in [json!("yes"), json!(1), json!(null)] {
            assert_eq!(response_code(&ada.post(&server, PIN_PATH, &json!({ "channelUuid": later, "pin": bad })).await), "10112");
        }
        for (path, name) in [(PIN_PATH, "pin"), (MUTE_PATH, "mute"), (HIDE_PATH, "x")] {
            assert_eq!(response_code(&cleo.post(&server, path, &json!({ "channelUuid": g, name: true })).await), "13108");
        }
    }

    async fn case_29_message_makes_a_hidden_channel_visible(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &json!({ "channelUuid": g })).await), "0");
        assert!(ada.chats(&server, "").await.is_empty());
        // A system event does not make the channel visible again.
        let body = json!({ "channelUuid": g, "members": ["2vxsx-fae"] });
        assert_eq!(response_code(&bob.post(&server, crate::fixtures::ADD_PATH, &body).await), "0");
        assert!(ada.chats(&server, "").await.is_empty());
        response_data(&bob.send_message(&server, &g, "hello").await);
        let list = ada.chats(&server, "").await;
        assert_eq!((list.len(), &list[0]["unreadMessageCount"]), (1, &json!(1)));
    }

    async fn case_38_channel_list_is_paged(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        for name in ["one", "Two", "three"] {
            ada.channel(&server, &json!({ "name": name, "type": "G" })).await;
        }
        for peer in [&bob, &cleo] {
            ada.open_pair(&server, peer).await;
        }
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ada.chat_page(&server, &format!("limit=1&cursor={cursor}")).await;
            cursor = page["cursor"].as_str().unwrap().to_owned();
            let list = page["list"].as_array().unwrap();
            assert_eq!(list.is_empty(), cursor.is_empty(), "{page}");
            let Some(row) = list.first() else { break };
            walked.push(row["displayName"].as_str().unwrap().to_owned());
        }
        assert_eq!(walked, ["Cleo", "Bob", "three", "Two", "one"]);
        assert_eq!(display_names(&ada.chats(&server, "keyword=TW").await), ["Two"]);
        assert_eq!(display_names(&ada.chats(&server, "keyword=le").await), ["Cleo"]);
        assert_eq!(display_names(&ada.chats(&server, "keyword=%25").await), [""; 0]);
        assert_eq!(ada.chats(&server, "limit=1000").await.len(), 5);
        for bad in ["cursor=zz", "limit=0", "limit=x", "limit=-1", "channelUuid=x"] {
            let path = format!("/api/v1/userChannels/list?{bad}");
            assert_eq!(response_code(&ada.with_credentials(&server, server.get(&path)).send().await), "10112", "{bad}");
        }
    }

    async fn channel_list_item_has_all_fields(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let nobody = create_member(&server, "Nobody").await;
        assert_eq!(nobody.chat_page(&server, "").await, json!({ "cursor": "", "list": [] }));
        let p = ada.open_pair(&server, &bob).await;
        let g = ada.group(&server, &[&bob]).await;
        let sent = json!({ "channelUuid": p, "content": "{}", "type": "card", "mentionedUser": [bob.id] });
        response_data(&ada.post(&server, "/api/v1/message/send", &sent).await);
        let list = bob.chats(&server, "").await;
        let row = &list[0];
        assert_eq!(
            (&row["channelUuid"], &row["displayName"], &row["channelType"], &row["toRelationId"]),
            (&json!(p), &json!("Ada"), &json!("P"), &json!(ada.id))
        );
        assert_eq!(
            (&row["unreadMessageCount"], &row["mentionsCount"], &row["lastMessageType"], &row["lastMessageContent"]),
            (&json!(1), &json!(1), &json!("CARD"), &json!("{}"))
        );
        let posted: i64 = row["lastPostAt"].as_str().unwrap().parse().unwrap();
        assert!(posted > 1_600_000_000_000);
        let row = &list[1];
        assert_eq!(
            (&row["lastMessageType"], &row["lastMessageContent"], &row["toRelationId"], &row["status"]),
            (&json!(null), &json!(null), &json!(null), &json!(0))
        );
        let only = bob.chats(&server, &format!("channelUuid={g}")).await;
        assert_eq!(display_names(&only), ["team"]);
    }
}
