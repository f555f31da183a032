//! `POST /api/v1/channel/create`: cases 1 to 12.

use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    CREATE_PATH, INFO_PATH, IS_ADMIN_PATH, MEMBERS_PATH, count_rows, create_member,
    create_three_members, is_uuid, response_code, response_data,
};

/// The ids of the vendor's example.
const FIRST: &str = "dhkyq-sqaaa-aaaaj-sgz3q-cai";
const SECOND: &str = "qddyo-3aaaa-aaaaj-allxa-cai";

both! {
    async fn case_01_vendors_example_succeeds_on_an_empty_server(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let body = json!({ "members": [FIRST, SECOND], "name": "test-group", "type": "G" });
        let reply = ada.create(&server, &body).await;
        assert_eq!(response_code(&reply), "0");
        let data = reply.json()["data"].clone();
        assert_eq!(data.as_object().unwrap().len(), 1);
        let channel = data["channelUuid"].as_str().unwrap();
        assert!(is_uuid(channel));
        let members = ada.members(&server, channel).await;
        assert_eq!(members.len(), 3);
        assert!(members.contains(&FIRST.to_owned()) && members.contains(&SECOND.to_owned()));
    }

    async fn case_02_unknown_type_has_its_own_code(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let before = count_rows(&server).await;
        for kind in [json!("X"), json!("g"), json!(""), json!(null), json!(7), json!([]), json!(" G")] {
            let body = json!({ "members": [FIRST], "name": "test-group", "type": kind });
            assert_eq!(response_code(&ada.create(&server, &body).await), "13101", "{body}");
        }
        let body = json!({ "members": [FIRST], "name": "test-group" });
        assert_eq!(response_code(&ada.create(&server, &body).await), "13101");
        let empty = ada.with_credentials(&server, server.post(CREATE_PATH)).send().await;
        assert_eq!(response_code(&empty), "13101");
        assert_eq!(count_rows(&server).await, before);
    }

    async fn case_03_the_type_is_checked_before_everything_else_in_the_body(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        for body in [json!({ "type": "X" }), json!({ "type": 7, "name": 7, "members": "b" })] {
            assert_eq!(response_code(&ada.create(&server, &body).await), "13101", "{body}");
        }
    }

    async fn case_04_group_may_have_one_member(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        for members in [json!([]), json!(null)] {
            let body = json!({ "members": members, "name": "alone", "type": "G" });
            let channel = ada.channel(&server, &body).await;
            assert_eq!(ada.members(&server, &channel).await, [ada.id.as_str()]);
            assert_eq!(response_data(&ada.get(&server, IS_ADMIN_PATH, &channel).await), json!(true));
        }
    }

    async fn case_05_duplicates_are_ignored_and_only_the_creator_is_admin(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let body = json!({ "members": [ada.id, bob.id, bob.id], "name": "two", "type": "G" });
        let channel = ada.channel(&server, &body).await;
        assert_eq!(
            response_data(&bob.get(&server, MEMBERS_PATH, &channel).await),
            json!([
                { "relationId": ada.id, "name": "Ada", "avatar": "", "isAdmin": true },
                { "relationId": bob.id, "name": "Bob", "avatar": "", "isAdmin": false },
            ])
        );
        assert_eq!(response_data(&bob.get(&server, IS_ADMIN_PATH, &channel).await), json!(false));
    }

    async fn case_06_group_name_length_is_validated(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let before = count_rows(&server).await;
        let long = "n".repeat(129);
        for name in [json!(null), json!(""), json!("  \t\n"), json!(7), json!(["n"]), json!(long), json!("a\0b")] {
            let body = json!({ "members": [FIRST], "name": name, "type": "G" });
            assert_eq!(response_code(&ada.create(&server, &body).await), "10112", "{body}");
        }
        let body = json!({ "members": [FIRST], "type": "G" });
        assert_eq!(response_code(&ada.create(&server, &body).await), "10112");
        assert_eq!(count_rows(&server).await, before);
        // The limit counts characters, not bytes, and not surrounding whitespace.
        let whole = "ä".repeat(128);
        let body = json!({ "name": format!("  {whole} "), "type": "G" });
        let channel = ada.channel(&server, &body).await;
        assert_eq!(response_data(&ada.get(&server, INFO_PATH, &channel).await)["name"], json!(whole));
    }

    async fn case_07_pair_is_the_caller_and_the_first_other_member(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let body = json!({ "members": [bob.id, cleo.id], "type": "P" });
        let channel = ada.channel(&server, &body).await;
        let info = response_data(&ada.get(&server, INFO_PATH, &channel).await);
        assert_eq!(info["type"], "P");
        let mut members = ada.members(&server, &channel).await;
        members.sort();
        let mut pair = [ada.id.clone(), bob.id.clone()];
        pair.sort();
        assert_eq!(members, pair);
        assert_eq!(response_code(&cleo.get(&server, INFO_PATH, &channel).await), "13108");
        // Each member gets the peer's name.
        assert_eq!(info["name"], "Bob");
        assert_eq!(response_data(&bob.get(&server, INFO_PATH, &channel).await)["name"], "Ada");
    }

    async fn case_08_pair_requires_another_member(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        for members in [json!([]), json!([ada.id]), json!([ada.id, ada.id]), json!(null)] {
            let body = json!({ "members": members, "name": "x", "type": "P" });
            assert_eq!(response_code(&ada.create(&server, &body).await), "10112", "{body}");
        }
    }

    async fn case_09_pair_has_one_channel_for_both_members(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let of = |person: &str| json!({ "members": [person], "type": "P" });
        let first = ada.channel(&server, &of(&bob.id)).await;
        assert_eq!(ada.channel(&server, &of(&bob.id)).await, first);
        assert_eq!(bob.channel(&server, &of(&ada.id)).await, first);
    }

    async fn case_10_own_id_is_ignored(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let body = json!({ "members": [ada.id, bob.id], "name": "ignored", "type": "P" });
        let channel = ada.channel(&server, &body).await;
        let members = ada.members(&server, &channel).await;
        assert!(members.len() == 2 && members.contains(&bob.id));
        let plain = ada.channel(&server, &json!({ "members": [bob.id], "type": "P" })).await;
        assert_eq!(plain, channel);
    }

    async fn case_11_malformed_body_is_a_parameter_error(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let before = count_rows(&server).await;
        for text in ["{", "[]", "\"G\"", "7", "null", "{\"type\":\"G\",}", "{'type':'G'}"] {
            let reply = ada.with_credentials(&server, server.post(CREATE_PATH)).body(text).send().await;
            assert_eq!(response_code(&reply), "10112", "{text}");
        }
        let reply = ada.with_credentials(&server, server.post(CREATE_PATH)).body(b"{\"type\":\"G\",\"name\":\"\xff\"}").send().await;
        assert_eq!(response_code(&reply), "10112");
        let many: Vec<String> = (0..501).map(|number| format!("m-{number}")).collect();
        let long = "m".repeat(65);
        for kind in ["G", "P"] {
            for members in [json!("b"), json!([1]), json!([null]), json!([[]]), json!({}), json!([""]), json!(["B"]), json!(["a b"]), json!([long])] {
                let body = json!({ "members": members, "name": "x", "type": kind });
                assert_eq!(response_code(&ada.create(&server, &body).await), "10112", "{body}");
            }
            for (field, value) in [("channelIcon", json!(7)), ("openAccess", json!("yes")), ("openAccess", json!(1))] {
                let mut body = json!({ "members": [FIRST], "name": "x", "type": kind });
                body[field] = value;
                assert_eq!(response_code(&ada.create(&server, &body).await), "10112", "{body}");
            }
        }
        let body = json!({ "members": many, "name": "x", "type": "G" });
        assert_eq!(response_code(&ada.create(&server, &body).await), "10112");
        assert_eq!(count_rows(&server).await, before);
        let body = json!({ "members": many[1..], "name": "x", "type": "G" });
        let channel = ada.channel(&server, &body).await;
        assert_eq!(ada.members(&server, &channel).await.len(), 501);
    }

    async fn case_12_unknown_key_is_refused(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let body = json!({ "name": "x", "type": "G" });
        let send = |key: Option<String>| {
            let request = server.post(CREATE_PATH).bearer(&ada.token).json(&body);
            match key {
                Some(key) => request.header("ApiKey", key),
                None => request,
            }
        };
        assert_eq!(response_code(&send(None).send().await), "10120");
        let unknown = format!("sk-parlor-{}", "A".repeat(43));
        for wrong in ["", "x", "0123456789abcdef0123456789abcdef", &unknown] {
            assert_eq!(response_code(&send(Some(wrong.to_owned())).send().await), "10120", "{wrong}");
        }
        // Header names are case-insensitive.
        let request = server.post(CREATE_PATH).bearer(&ada.token).json(&body);
        assert_eq!(response_code(&request.header("apikey", &server.a.key).send().await), "0");
    }

    async fn group_stores_its_fields_and_has_the_vendors_defaults(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let plain = ada.channel(&server, &json!({ "name": "plain", "type": "G", "extra": 1 })).await;
        assert_eq!(
            response_data(&ada.get(&server, INFO_PATH, &plain).await),
            json!({
                "uuid": plain, "name": "plain", "icon": "", "announcement": "", "pinAnnouncement": false,
                "openAccess": true, "type": "G", "mute": false, "pin": false,
                "members": [{ "relationId": ada.id, "name": "Ada", "avatar": "", "isAdmin": true }],
            })
        );
        for (open, expected) in [(json!(false), false), (json!("false"), false), (json!("true"), true), (json!(null), true)] {
            let body = json!({ "name": "n", "type": "G", "channelIcon": "https://x.example/i.png", "openAccess": open });
            let channel = ada.channel(&server, &body).await;
            let info = response_data(&ada.get(&server, INFO_PATH, &channel).await);
            assert_eq!((&info["icon"], &info["openAccess"]), (&json!("https://x.example/i.png"), &json!(expected)));
        }
    }

    async fn unknown_members_are_named_by_a_prefix_of_their_id(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let channel = ada.channel(&server, &json!({ "name": "n", "type": "G", "members": [FIRST] })).await;
        let members = response_data(&ada.get(&server, MEMBERS_PATH, &channel).await);
        assert_eq!(members[1], json!({ "relationId": FIRST, "name": "dhkyq", "avatar": "", "isAdmin": false }));
        let pair = ada.channel(&server, &json!({ "type": "P", "members": [FIRST] })).await;
        assert_eq!(response_data(&ada.get(&server, INFO_PATH, &pair).await)["name"], "dhkyq");
        // A duplicate is ignored.
        let (_, before) = count_rows(&server).await;
        ada.channel(&server, &json!({ "name": "n", "type": "G", "members": [FIRST] })).await;
        assert_eq!(count_rows(&server).await.1, before);
    }
}

#[test]
fn strict_ids_require_a_valid_checksum() {
    use parlor_testkit::backend::block_on;
    block_on(async {
        let server = TestServer::start_with(parlor_testkit::TestBackend::Sqlite, |options| {
            options
                .dialect_settings
                .insert("relation".to_owned(), json!({ "strict_ids": true }));
        })
        .await;
        let ada = create_member(&server, "Ada").await;
        let of = |members: Value| json!({ "name": "n", "type": "G", "members": members });
        let good = of(json!([FIRST, "2vxsx-fae"]));
        assert_eq!(response_code(&ada.create(&server, &good).await), "0");
        for bad in ["1u4dp-6qaaa-aaaaj-aag4q-cai", "user-7"] {
            let body = of(json!([FIRST, bad]));
            assert_eq!(
                response_code(&ada.create(&server, &body).await),
                "10112",
                "{bad}"
            );
        }
    });
}
