//! Reading a space with its groups.

use parlor_engine::{conversation, message, space};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    UNKNOWN_ID, bad_token_error, create_group, create_space, get_token, get_token_of_key,
    group_names, no_space_error, read_space, space_path,
};

fn object_keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

both! {
    async fn case_25_shows_the_groups_to_a_key(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let created = create_group(&server, &server.a, &token, &space, "Technical Support").await;
        let reply = read_space(&server, &server.a, &space).await;
        let details = reply.expect(200);
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!(object_keys(&details), [
            "id", "name", "description", "status", "createdAt", "workspace", "hosts", "coHosts", "guests",
            "spaceGroupConversation",
        ]);
        assert_eq!((&details["id"], &details["status"]), (&json!(space), &json!("ACTIVE")));
        assert_eq!(details["workspace"], json!({
            "id": server.a.workspace,
            "name": "Tenant A",
            "organizationName": "Tenant A",
            "organizationId": server.a.organization,
        }));
        assert_eq!(details["hosts"][0]["host"]["name"], "ada");
        assert_eq!((&details["coHosts"], &details["guests"]), (&json!([]), &json!([])));
        let groups = details["spaceGroupConversation"].as_array().unwrap();
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0]["name"], "General");
        assert_eq!(groups[1], json!({
            "id": created["id"],
            "name": "Technical Support",
            "type": "PUBLIC",
            "lastMessageAt": null,
            "createdAt": created["createdAt"],
            "updatedAt": created["createdAt"],
            "conversations": [],
        }));
    }

    async fn case_28_shows_a_group_after_a_restart(server: TestServer) {
        let mut server = server;
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let created = create_group(&server, &server.a, &token, &space, "Technical Support").await;
        server.restart().await;
        let details = read_space(&server, &server.a, &space).await.expect(200);
        let group = &details["spaceGroupConversation"][1];
        assert_eq!((&group["id"], &group["name"]), (&created["id"], &json!("Technical Support")));
    }

    async fn token_and_organization_header_are_accepted(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let path = space_path(&server.a, &space);
        server.get(&path).bearer(&token).send().await.expect(200);
        let with_organization = |organization: &str| server.get(&path).bearer(&token).header("organizationid", organization).send();
        with_organization(&server.a.organization).await.expect(200);
        assert_eq!(with_organization(UNKNOWN_ID).await.status, 403);
        assert_eq!(with_organization("acme").await.status, 400);
    }

    async fn invalid_credential_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let path = space_path(&server.a, &space);
        assert_eq!(server.get(&path).send().await.expect(401), bad_token_error());
        let reply = server.get(&path).bearer("garbage").send().await;
        assert_eq!(reply.expect(401), bad_token_error());
        for key in [server.b.key.as_str(), "sk-parlor-x"] {
            let reply = server.get(&path).header("x-api-key", key).send().await;
            assert_eq!(reply.expect(401)["message"], "Invalid or expired API key");
        }
        let limited_token = server.a.create_key("conversations:write", None).await;
        let reply = server.get(&path).header("x-api-key", &limited_token).send().await;
        assert_eq!(reply.expect(403)["message"], "Missing scope spaces:read");
    }

    async fn foreign_space_equals_unknown_space(server: TestServer) {
        let theirs = get_token(&server, &server.b).await;
        let foreign = create_space(&server, &server.b, &theirs).await;
        for id in [foreign.as_str(), UNKNOWN_ID, "not-a-uuid"] {
            assert_eq!(read_space(&server, &server.a, id).await.expect(404), no_space_error(), "{id}");
        }
    }

    async fn group_with_messages_has_last_message_time(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let created = create_group(&server, &server.a, &token, &space, "Support").await;
        let id = created["id"].as_str().unwrap();
        let key = ConversationKey::Id(parse_uuid(id).unwrap());
        append_message(&server, key, "hello").await;
        let first = read_space(&server, &server.a, &space).await.expect(200)["spaceGroupConversation"][1].clone();
        assert_eq!(first["conversations"], json!([{ "id": id }]));
        assert!(first["lastMessageAt"].as_str().unwrap().ends_with('Z'));
        append_message(&server, key, "again").await;
        let second = read_space(&server, &server.a, &space).await.expect(200)["spaceGroupConversation"][1].clone();
        assert_eq!(second["conversations"], first["conversations"]);
    }

    async fn space_of_another_dialect_is_readable(server: TestServer) {
        let ctx = server.a.ctx();
        let contact = CreateMember {
            profile: Profile {
                name: Some("Grace".to_owned()),
                email: Some("grace@example.org".to_owned()),
                ..Profile::default()
            },
            ..CreateMember::new(MemberKind::Contact)
        };
        let command = CreateSpace {
            name: Some("Support desk".to_owned()),
            description: Some("Where people ask".to_owned()),
            contact: Some(ContactRef::Ensure(Box::new(contact))),
            ..CreateSpace::default()
        };
        let id = space::create(&server.engine, &ctx, command).await.unwrap();
        let space = format_uuid(id);
        let details = read_space(&server, &server.a, &space).await.expect(200);
        assert_eq!((&details["name"], &details["description"]), (&json!("Support desk"), &json!("Where people ask")));
        assert_eq!((&details["hosts"], &details["spaceGroupConversation"]), (&json!([]), &json!([])));
        let guest = &details["guests"][0]["guest"];
        assert_eq!((&guest["name"], &guest["email"]), (&json!("Grace"), &json!("grace@example.org")));
        // Reading creates no group, and addresses require the scope to read members.
        assert!(group_names(&server, &server.a, &space).await.is_empty());
        let limited_token = server.a.create_key("spaces:read", None).await;
        let limited_token = get_token_of_key(&server, &server.a, &limited_token).await;
        let seen = server.get(&space_path(&server.a, &space)).bearer(&limited_token).send().await.expect(200);
        assert_eq!(seen["guests"][0]["guest"]["email"], Value::Null);
        // A group without a title has the default name.
        let untitled = CreateConversation { space: Some(id), ..CreateConversation::new(ConversationKind::Chat) };
        conversation::create(&server.engine, &ctx, untitled).await.unwrap();
        let token = get_token(&server, &server.a).await;
        create_group(&server, &server.a, &token, &space, "Billing").await;
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Billing"]);
    }
}

async fn append_message(server: &TestServer, conversation: ConversationKey, text: &str) {
    let command = CreateMessage::new(
        conversation,
        Some(server.a.owner.number),
        MessageRole::User,
        text,
    );
    message::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
}
