//! A user's token for its own space.

use http::Method;
use parlor_engine::{member, participant};
use parlor_kit::ids::parse_uuid;
use parlor_model::conversation::ConversationKey;
use parlor_model::member::MemberKey;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::participant_commands::{
    AddParticipants, OnDuplicate, ParticipantAuthority, RemoveParticipants,
};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    UNKNOWN_ID, activate_request, activate_space, create_group_request, get_token, group_names,
    space_path,
};
use crate::token::{decode_part, token_parts};

/// Scopes for adding and removing participants.
const MANAGE_SCOPE: Scope = Scope::write(Resource::Conversations);

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

both! {
    async fn user_token_contains_user_and_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let ada = activate_space(&server, &server.a, &token, "ada").await;
        let claims = decode_part(token_parts(text(&ada, "token"))[1]);
        assert_eq!(claims["typ_use"], "space");
        assert_eq!(claims["spaceId"], ada["spaceId"]);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
        let read = server.get(&space_path(&server.a, text(&ada, "spaceId"))).bearer(text(&ada, "token"));
        let host = read.send().await.expect(200)["hosts"][0]["host"].clone();
        assert_eq!(host["id"], claims["sub"]);
    }

    async fn user_token_is_limited_to_own_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let ada = activate_space(&server, &server.a, &token, "ada").await;
        let bob = activate_space(&server, &server.a, &token, "bob").await;
        let (adas, bobs) = (text(&ada, "spaceId"), text(&bob, "spaceId"));
        let own = text(&ada, "token");
        create_group_request(&server, &server.a, own, adas).json(&json!({ "name": "Mine" })).send().await.expect(200);
        server.get(&space_path(&server.a, adas)).bearer(own).send().await.expect(200);
        let refused = json!({ "error": "Forbidden", "message": "Token is not valid for this space" });
        for other in [bobs, UNKNOWN_ID] {
            let created = create_group_request(&server, &server.a, own, other).json(&json!({})).send().await;
            assert_eq!(created.expect(403), refused);
            let read = server.get(&space_path(&server.a, other)).bearer(own).send().await;
            assert_eq!(read.expect(403), refused);
        }
        let request = activate_request(&server, &server.a, own).json(&json!({ "customerIdString": "ada" }));
        assert_eq!(request.send().await.status, 403);
        assert_eq!(group_names(&server, &server.a, adas).await, ["General", "Mine"]);
        assert_eq!(group_names(&server, &server.a, bobs).await, ["General"]);
    }

    async fn owner_token_is_limited_to_own_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let owner = parlor_kit::ids::format_uuid(server.a.owner.id);
        let created = activate_request(&server, &server.a, &token).json(&json!({ "userId": owner })).send().await.expect(200);
        let ada = activate_space(&server, &server.a, &token, "ada").await;
        let read = server.get(&space_path(&server.a, text(&ada, "spaceId"))).bearer(text(&created, "token"));
        assert_eq!(read.send().await.status, 403);
        let own = server.get(&space_path(&server.a, text(&created, "spaceId"))).bearer(text(&created, "token"));
        own.send().await.expect(200);
    }

    async fn user_token_does_not_rejoin_conversation(server: TestServer) {
        let session = get_token(&server, &server.a).await;
        let ada = activate_space(&server, &server.a, &session, "ada").await;
        let (space, own) = (text(&ada, "spaceId"), text(&ada, "token"));
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let user = MemberKey::External("ada".to_owned());
        for end in ["removed", "left"] {
            let created = create_group_request(&server, &server.a, &session, space).json(&json!({ "name": end })).send().await.expect(200);
            let id = text(&created, "id");
            let conversation = ConversationKey::Id(parse_uuid(id).unwrap());
            let participants = vec![NewParticipant { member: user.clone(), role: ParticipantRole::Member }];
            let add = AddParticipants { conversation, participants, on_duplicate: OnDuplicate::Skip, authority: ParticipantAuthority::Scope(MANAGE_SCOPE) };
            participant::add(engine, &ctx, add).await.unwrap();
            let path = format!("{}/message", space_path(&server.a, space));
            let body = json!({ "message": "Hello", "groupId": id });
            let ask = |method: Method, path: &str| {
                server.request(method, path).bearer(own).header("organizationid", &server.a.organization)
            };
            ask(Method::POST, &path).json(&body).send().await.expect(200);
            let bearer = format!("Bearer {own}");
            let headers = [("authorization", bearer.as_str()), ("organizationid", &server.a.organization)];
            let events = format!("{}/group/{id}/events", space_path(&server.a, space));
            let mut live = server.open_events(&events, &headers).await;
            if end == "removed" {
                let members = vec![user.clone()];
                let remove = RemoveParticipants { conversation, members, authority: ParticipantAuthority::Scope(MANAGE_SCOPE) };
                participant::remove(engine, &ctx, remove).await.unwrap();
            } else {
                let member = member::find(engine, &ctx, user.clone()).await.unwrap().member.key;
                let as_ada = member::context_by_id(engine, ctx.workspace, member.id, None, ctx.request).await.unwrap();
                participant::leave(engine, &as_ada, conversation).await.unwrap();
            }
            while live.try_next().await.is_some() {}
            let group = format!("{}/group/{id}", space_path(&server.a, space));
            for (method, path, body) in [
                (Method::GET, group.clone(), None),
                (Method::GET, format!("{path}?groupId={id}"), None),
                (Method::GET, format!("{group}/events"), None),
                (Method::GET, format!("/spaces/{space}/messages?groupId={id}"), None),
                (Method::POST, path.clone(), Some(body)),
                (Method::PUT, group.clone(), Some(json!({ "name": "Mine again" }))),
                (Method::DELETE, group.clone(), None),
            ] {
                let request = ask(method.clone(), &path);
                let request = match &body {
                    Some(body) => request.json(body),
                    None => request,
                };
                let reply = request.send().await;
                assert!([403, 404].contains(&reply.status), "{end}: {method} {path}: {} {}", reply.status, reply.text());
            }
        }
    }
}
