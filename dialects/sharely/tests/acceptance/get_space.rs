//! A space with its groups.

use parlor_engine::{conversation, message, space as spaces};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::member::{CreateMember, MemberKind as Of, Profile};
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
        let made = create_group(&server, &server.a, &token, &space, "Technical Support").await;
        let reply = read_space(&server, &server.a, &space).await;
        let whole = reply.expect(200);
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!(object_keys(&whole), [
            "id", "name", "description", "status", "createdAt", "workspace", "hosts", "coHosts", "guests",
            "spaceGroupConversation",
        ]);
        assert_eq!((&whole["id"], &whole["status"]), (&json!(space), &json!("ACTIVE")));
        assert_eq!(whole["workspace"], json!({
            "id": server.a.workspace,
            "name": "Tenant A",
            "organizationName": "Tenant A",
            "organizationId": server.a.organization,
        }));
        assert_eq!(whole["hosts"][0]["host"]["name"], "ada");
        assert_eq!((&whole["coHosts"], &whole["guests"]), (&json!([]), &json!([])));
        let groups = whole["spaceGroupConversation"].as_array().unwrap();
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0]["name"], "General");
        assert_eq!(groups[1], json!({
            "id": made["id"],
            "name": "Technical Support",
            "type": "PUBLIC",
            "lastMessageAt": null,
            "createdAt": made["createdAt"],
            "updatedAt": made["createdAt"],
            "conversations": [],
        }));
    }

    async fn case_28_shows_a_group_after_a_restart(server: TestServer) {
        let mut server = server;
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let made = create_group(&server, &server.a, &token, &space, "Technical Support").await;
        server.restart().await;
        let whole = read_space(&server, &server.a, &space).await.expect(200);
        let group = &whole["spaceGroupConversation"][1];
        assert_eq!((&group["id"], &group["name"]), (&made["id"], &json!("Technical Support")));
    }

    async fn a_token_does_as_well_and_the_organization_may_be_named(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let path = space_path(&server.a, &space);
        server.get(&path).bearer(&token).send().await.expect(200);
        let named = |organization: &str| server.get(&path).bearer(&token).header("organizationid", organization).send();
        named(&server.a.organization).await.expect(200);
        assert_eq!(named(UNKNOWN_ID).await.status, 403);
        assert_eq!(named("acme").await.status, 400);
    }

    async fn without_a_good_credential_nothing_is_shown(server: TestServer) {
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
        let weak = server.a.create_key("conversations:write", None).await;
        let reply = server.get(&path).header("x-api-key", &weak).send().await;
        assert_eq!(reply.expect(403)["message"], "Missing scope spaces:read");
    }

    async fn unknown_and_foreign_spaces_are_alike(server: TestServer) {
        let theirs = get_token(&server, &server.b).await;
        let foreign = create_space(&server, &server.b, &theirs).await;
        for id in [foreign.as_str(), UNKNOWN_ID, "not-a-uuid"] {
            assert_eq!(read_space(&server, &server.a, id).await.expect(404), no_space_error(), "{id}");
        }
    }

    async fn a_group_that_was_spoken_in_says_so(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let made = create_group(&server, &server.a, &token, &space, "Support").await;
        let id = made["id"].as_str().unwrap();
        let key = ConversationKey::Id(parse_uuid(id).unwrap());
        append_message(&server, key, "hello").await;
        let first = read_space(&server, &server.a, &space).await.expect(200)["spaceGroupConversation"][1].clone();
        assert_eq!(first["conversations"], json!([{ "id": id }]));
        assert!(first["lastMessageAt"].as_str().unwrap().ends_with('Z'));
        append_message(&server, key, "again").await;
        let second = read_space(&server, &server.a, &space).await.expect(200)["spaceGroupConversation"][1].clone();
        assert_eq!(second["conversations"], first["conversations"]);
    }

    async fn a_space_made_elsewhere_shows_what_it_has(server: TestServer) {
        let ctx = server.a.ctx();
        let contact = CreateMember {
            profile: Profile {
                name: Some("Grace".to_owned()),
                email: Some("grace@example.org".to_owned()),
                ..Profile::default()
            },
            ..CreateMember::new(Of::Contact)
        };
        let command = CreateSpace {
            name: Some("Support desk".to_owned()),
            description: Some("Where people ask".to_owned()),
            contact: Some(ContactRef::Ensure(Box::new(contact))),
            ..CreateSpace::default()
        };
        let id = spaces::create(&server.engine, &ctx, command).await.unwrap();
        let space = format_uuid(id);
        let whole = read_space(&server, &server.a, &space).await.expect(200);
        assert_eq!((&whole["name"], &whole["description"]), (&json!("Support desk"), &json!("Where people ask")));
        assert_eq!((&whole["hosts"], &whole["spaceGroupConversation"]), (&json!([]), &json!([])));
        let guest = &whole["guests"][0]["guest"];
        assert_eq!((&guest["name"], &guest["email"]), (&json!("Grace"), &json!("grace@example.org")));
        // Reading has made nothing, and addresses are for those who may read members.
        assert!(group_names(&server, &server.a, &space).await.is_empty());
        let weak = server.a.create_key("spaces:read", None).await;
        let weak = get_token_of_key(&server, &server.a, &weak).await;
        let seen = server.get(&space_path(&server.a, &space)).bearer(&weak).send().await.expect(200);
        assert_eq!(seen["guests"][0]["guest"]["email"], Value::Null);
        // A talk without a title has the default name.
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
