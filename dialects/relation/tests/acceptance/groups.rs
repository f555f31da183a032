//! Joining, adding, removing, leaving, dismissing, transferring: cases 19 to 26.

use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    ADD_PATH, CREATE_PATH, DISBAND_PATH, INFO_PATH, IS_ADMIN_PATH, JOIN_PATH, LEAVE_PATH,
    MEMBERS_PATH, REMOVE_PATH, TRANSFER_PATH, UPDATE_PATH, count_rows, create_three_members,
    response_code, response_data,
};

both! {
    async fn case_19_open_group_is_joined_once(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g });
        let joined = cleo.post(&server, JOIN_PATH, &body).await;
        assert_eq!((response_code(&joined).as_str(), &joined.json()["data"]), ("0", &json!(null)));
        assert_eq!(response_code(&cleo.post(&server, JOIN_PATH, &body).await), "13302");
        assert_eq!(ada.members(&server, &g).await, [ada.id.as_str(), &bob.id, &cleo.id]);
    }

    async fn case_19_group_without_open_access_cannot_be_joined(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let body = json!({ "name": "n", "type": "G", "members": [bob.id], "openAccess": "false" });
        let g = ada.channel(&server, &body).await;
        let join = json!({ "channelUuid": g });
        assert_eq!(response_code(&cleo.post(&server, JOIN_PATH, &join).await), "10120");
        let add = json!({ "channelUuid": g, "members": [cleo.id] });
        assert_eq!(response_code(&cleo.post(&server, ADD_PATH, &add).await), "13108");
        assert_eq!(response_code(&bob.post(&server, ADD_PATH, &add).await), "10120");
        assert_eq!(response_code(&ada.post(&server, ADD_PATH, &add).await), "0");
        assert_eq!(ada.members(&server, &g).await.len(), 3);
        let open = json!({ "channelUuid": g, "openAccess": true });
        assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &open).await), "13107");
        assert_eq!(response_code(&ada.post(&server, UPDATE_PATH, &open).await), "0");
        assert_eq!(response_data(&bob.get(&server, INFO_PATH, &g).await)["openAccess"], json!(true));
    }

    async fn case_20_and_21_participants_of_a_pair_cannot_change(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let p = ada.open_pair(&server, &bob).await;
        let only = json!({ "channelUuid": p });
        let of = |name: &str, value: serde_json::Value| json!({ "channelUuid": p, name: value });
        for (member, path, body) in [
            (&cleo, JOIN_PATH, only.clone()),
            (&ada, ADD_PATH, of("members", json!([cleo.id]))),
            (&ada, REMOVE_PATH, of("members", json!([bob.id]))),
            (&ada, LEAVE_PATH, only.clone()),
            (&ada, DISBAND_PATH, only.clone()),
            (&ada, TRANSFER_PATH, of("relationId", json!(bob.id))),
            (&ada, "/api/v1/channel/announcement/update", of("announcement", json!("x"))),
            (&ada, UPDATE_PATH, of("channelName", json!("x"))),
            (&cleo, LEAVE_PATH, only.clone()),
            (&cleo, DISBAND_PATH, only.clone()),
        ] {
            assert_eq!(response_code(&member.post(&server, path, &body).await), "13109", "{path}");
        }
        assert_eq!(ada.members(&server, &p).await.len(), 2);
    }

    async fn case_22_only_the_admin_removes(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g, "members": [cleo.id] });
        assert_eq!(response_code(&bob.post(&server, REMOVE_PATH, &body).await), "13107");
        assert_eq!(response_code(&cleo.post(&server, REMOVE_PATH, &body).await), "13107");
        // Members that do not participate are skipped; the caller itself and an empty list are errors.
        assert_eq!(response_code(&ada.post(&server, REMOVE_PATH, &body).await), "0");
        for members in [json!([ada.id]), json!([]), json!(["A"]), json!(null), json!("b")] {
            let body = json!({ "channelUuid": g, "members": members });
            assert_eq!(response_code(&ada.post(&server, REMOVE_PATH, &body).await), "10112", "{members}");
        }
        assert_eq!(ada.members(&server, &g).await.len(), 2);
    }

    async fn case_23_removed_member_gets_its_own_code(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g, "members": [bob.id] });
        assert_eq!(response_code(&ada.post(&server, REMOVE_PATH, &body).await), "0");
        assert_eq!(response_code(&bob.get(&server, INFO_PATH, &g).await), "13102");
        assert_eq!(response_code(&bob.get(&server, MEMBERS_PATH, &g).await), "13102");
        assert_eq!(response_code(&bob.send_message(&server, &g, "still here?").await), "13108");
        assert_eq!(response_code(&bob.get(&server, "/api/v1/message/list", &g).await), "10120");
        assert_eq!(response_code(&bob.get(&server, "/api/v1/channel/announcement/get", &g).await), "13108");
        assert_eq!(response_data(&bob.get(&server, IS_ADMIN_PATH, &g).await), json!(false));
        let list = bob.chats(&server, "").await;
        assert_eq!((list.len(), &list[0]["status"]), (1, &json!(2)));
        // A removed member cannot join again by itself, not even an open group.
        assert_eq!(response_code(&bob.post(&server, JOIN_PATH, &json!({ "channelUuid": g })).await), "13102");
        assert_eq!(bob.chats(&server, "").await[0]["status"], 2);
        assert_eq!(response_code(&ada.post(&server, ADD_PATH, &body).await), "0");
        assert_eq!(bob.chats(&server, "").await[0]["status"], 0);
    }

    async fn case_24_member_that_left_may_join_again(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g });
        assert_eq!(response_code(&bob.post(&server, LEAVE_PATH, &body).await), "0");
        assert_eq!(response_code(&bob.get(&server, INFO_PATH, &g).await), "13103");
        assert_eq!(response_code(&bob.post(&server, LEAVE_PATH, &body).await), "13103");
        assert_eq!(bob.chats(&server, "").await[0]["status"], 1);
        assert_eq!(response_code(&bob.post(&server, JOIN_PATH, &body).await), "0");
        assert_eq!(bob.members(&server, &g).await, [ada.id.as_str(), &bob.id]);
    }

    async fn case_24_longest_participant_becomes_admin(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g });
        cleo.post(&server, JOIN_PATH, &body).await;
        assert_eq!(response_code(&ada.post(&server, LEAVE_PATH, &body).await), "0");
        assert_eq!(response_data(&bob.get(&server, IS_ADMIN_PATH, &g).await), json!(true));
        for last in [&bob, &cleo] {
            assert_eq!(response_code(&last.post(&server, LEAVE_PATH, &body).await), "0");
        }
        // The last participant has dismissed the group by leaving.
        assert_eq!(response_code(&ada.post(&server, JOIN_PATH, &body).await), "13104");
    }

    async fn case_25_dismissed_group_refuses_all_members(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let body = json!({ "channelUuid": g });
        assert_eq!(response_code(&bob.post(&server, DISBAND_PATH, &body).await), "13107");
        assert_eq!(response_code(&ada.post(&server, DISBAND_PATH, &body).await), "0");
        assert_eq!(response_code(&bob.get(&server, INFO_PATH, &g).await), "13104");
        assert_eq!(response_code(&cleo.post(&server, JOIN_PATH, &body).await), "13104");
        assert_eq!(response_code(&ada.post(&server, DISBAND_PATH, &body).await), "13104");
        assert_eq!(response_code(&bob.send_message(&server, &g, "hello?").await), "13104");
        assert_eq!(response_code(&bob.get(&server, "/api/v1/message/list", &g).await), "10120");
        for person in [&ada, &bob] {
            assert_eq!(person.chats(&server, "").await[0]["status"], 3);
        }
    }

    async fn case_26_ownership_is_transferred(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        let to = |id: &str| json!({ "channelUuid": g, "relationId": id });
        assert_eq!(response_code(&bob.post(&server, TRANSFER_PATH, &to(&bob.id)).await), "13107");
        assert_eq!(response_code(&ada.post(&server, TRANSFER_PATH, &to(&ada.id)).await), "0");
        assert_eq!(response_code(&ada.post(&server, TRANSFER_PATH, &to(&bob.id)).await), "0");
        assert_eq!(response_data(&ada.get(&server, IS_ADMIN_PATH, &g).await), json!(false));
        assert_eq!(response_data(&bob.get(&server, IS_ADMIN_PATH, &g).await), json!(true));
        assert_eq!(response_code(&ada.post(&server, DISBAND_PATH, &json!({ "channelUuid": g })).await), "13107");
        for nobody in [cleo.id.as_str(), "2vxsx-fae"] {
            assert_eq!(response_code(&bob.post(&server, TRANSFER_PATH, &to(nobody)).await), "13108");
        }
        assert_eq!(response_code(&bob.post(&server, TRANSFER_PATH, &to("")).await), "10112");
    }

    async fn case_36_unknown_channel_in_a_body_is_a_parameter_error(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        ada.group(&server, &[&bob]).await;
        let before = count_rows(&server).await;
        for (path, more) in [
            (JOIN_PATH, json!({})),
            (ADD_PATH, json!({ "members": [bob.id] })),
            (REMOVE_PATH, json!({ "members": [bob.id] })),
            (LEAVE_PATH, json!({})),
            (DISBAND_PATH, json!({})),
            (TRANSFER_PATH, json!({ "relationId": bob.id })),
            (UPDATE_PATH, json!({ "channelName": "n" })),
            ("/api/v1/channel/announcement/update", json!({ "announcement": "a" })),
            ("/api/v1/userChannels/pin", json!({ "pin": true })),
            ("/api/v1/userChannels/mute", json!({ "mute": true })),
            ("/api/v1/userChannels/hide", json!({})),
            ("/api/v1/message/send", json!({ "content": "hi" })),
            ("/api/v1/message/read", json!({ "total": 1 })),
        ] {
            for bad in [json!("0123456789abcdef0123456789abcdef"), json!("x"), json!(""), json!(7), json!(null)] {
                let mut body = more.clone();
                body["channelUuid"] = bad;
                assert_eq!(response_code(&ada.post(&server, path, &body).await), "10112", "{path} {body}");
            }
            assert_eq!(response_code(&ada.post(&server, path, &more).await), "10112", "{path}");
            let broken = ada.with_credentials(&server, server.post(path)).body("{").send().await;
            assert_eq!(response_code(&broken), "10112", "{path}");
        }
        for path in ["/api/v1/channel/announcement/get", "/api/v1/message/list", "/api/v1/userChannels/list"] {
            for bad in ["x", "0123456789abcdef0123456789abcdef"] {
                assert_eq!(response_code(&ada.get(&server, path, bad).await), "10112", "{path}");
            }
        }
        assert_eq!(count_rows(&server).await, before);
    }

    async fn fifty_concurrent_joins_add_each_member_once(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[]).await;
        let body = json!({ "channelUuid": g });
        let calls = (0..50).map(|call| if call % 2 == 0 { &bob } else { &cleo }).map(|member| member.post(&server, JOIN_PATH, &body));
        let replies = futures_util::future::join_all(calls).await;
        let codes: Vec<String> = replies.iter().map(response_code).collect();
        assert_eq!(codes.iter().filter(|code| *code == "0").count(), 2);
        assert_eq!(codes.iter().filter(|code| *code == "13302").count(), 48);
        assert_eq!(ada.members(&server, &g).await.len(), 3);
    }

    async fn new_group_name_is_validated_and_a_system_event(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        for name in [json!(""), json!("  "), json!("n".repeat(129)), json!(7), json!("a\0b")] {
            let body = json!({ "channelUuid": g, "channelName": name });
            assert_eq!(response_code(&ada.post(&server, UPDATE_PATH, &body).await), "10112", "{name}");
        }
        assert_eq!(response_code(&ada.post(&server, UPDATE_PATH, &json!({ "channelUuid": g })).await), "10112");
        let body = json!({ "channelUuid": g, "channelName": " Hikers ", "channelIcon": "icon.png" });
        assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &body).await), "13107");
        assert_eq!(response_code(&ada.post(&server, UPDATE_PATH, &body).await), "0");
        let info = response_data(&bob.get(&server, INFO_PATH, &g).await);
        assert_eq!((&info["name"], &info["icon"]), (&json!("Hikers"), &json!("icon.png")));
        assert_eq!(ada.create(&server, &json!({ "name": "n", "type": "G" })).await.status, 200);
        assert_eq!(CREATE_PATH, "/api/v1/channel/create");
    }
}
