//! What a user has left in its own space, or was removed from, is in none of the lists that it reads there.

use http::Method;
use parlor_engine::search::index_pending;
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

use crate::fixtures::{TestSpace, text};

/// By what others are added and removed.
const MANAGE: Scope = Scope::write(Resource::Conversations);

/// Everything that tells a caller which conversations of the space there are, and what was said in them.
async fn lists(room: &TestSpace, token: &str) -> Vec<(&'static str, String)> {
    index_pending(&room.server.engine).await.unwrap();
    let workspace = &room.server.a.workspace;
    let question = json!({ "text": "unusual" });
    let read = |path: String| room.server.get(&path).bearer(token);
    let ask = |path: String| room.server.post(&path).bearer(token).json(&question);
    let mut all = Vec::new();
    for (name, request) in [
        ("the space", room.request_as(token, Method::GET, "")),
        ("its groups", room.request_as(token, Method::GET, "/group")),
        ("the widget's", read(format!("/spaces/{}", room.space))),
        (
            "its threads",
            read(format!("/v1/workspaces/{workspace}/agent/threads")),
        ),
        (
            "its search",
            room.request_as(token, Method::POST, "/rag").json(&question),
        ),
        (
            "the agent's search",
            ask(format!("/v1/workspaces/{workspace}/agent/rag")),
        ),
    ] {
        let reply = request.send().await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.text());
        all.push((name, reply.text()));
    }
    all
}

/// The names of the lists that show one of these.
fn showing(lists: &[(&'static str, String)], any_of: &[&str]) -> Vec<&'static str> {
    let shows = |text: &str| any_of.iter().any(|one| text.contains(one));
    let found = lists.iter().filter(|(_, text)| shows(text));
    found.map(|(name, _)| *name).collect()
}

both! {
    async fn what_a_user_has_left_is_in_no_list_of_its_own_space(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        let user = MemberKey::External("ada".to_owned());
        for end in ["removed", "left"] {
            let group = room.create_group(&format!("Group {end}")).await;
            let threads = format!("/v1/workspaces/{}/agent/threads", room.server.a.workspace);
            let body = json!({ "title": format!("Thread {end}"), "spaceId": room.space, "userId": "ada" });
            let thread: Value = room.server.post(&threads).bearer(&room.token).json(&body).send().await.expect(201);
            let thread = text(&thread, "id").to_owned();
            for id in [&group, &thread] {
                let conversation = ConversationKey::Id(parse_uuid(id).unwrap());
                let who = vec![NewParticipant { member: user.clone(), role: ParticipantRole::Member }];
                let add = AddParticipants { conversation, participants: who, on_duplicate: OnDuplicate::Skip, authority: ParticipantAuthority::Scope(MANAGE) };
                participant::add(engine, &ctx, add).await.unwrap();
                room.save_message(&json!({ "message": format!("an unusual {end}"), "groupId": id })).await;
            }
            let told = [group.as_str(), thread.as_str(), &format!("an unusual {end}")];
            let before = lists(&room, &room.ada).await;
            assert_eq!(showing(&before, &told), ["the space", "its groups", "the widget's", "its threads", "its search", "the agent's search"]);
            for id in [&group, &thread] {
                let conversation = ConversationKey::Id(parse_uuid(id).unwrap());
                if end == "removed" {
                    let remove = RemoveParticipants { conversation, members: vec![user.clone()], authority: ParticipantAuthority::Scope(MANAGE) };
                    participant::remove(engine, &ctx, remove).await.unwrap();
                } else {
                    let member = member::find(engine, &ctx, user.clone()).await.unwrap().member.key;
                    let as_ada = member::context_by_id(engine, ctx.workspace, member.id, None, ctx.request).await.unwrap();
                    participant::leave(engine, &as_ada, conversation).await.unwrap();
                }
            }
            let after = lists(&room, &room.ada).await;
            assert!(showing(&after, &told).is_empty(), "{end}: {after:#?}");
            // Whose scopes are its own is told of all of them, and the space's other groups stay the user's.
            let whole = lists(&room, &room.token).await;
            assert_eq!(showing(&whole, &told), showing(&before, &told));
            assert_eq!(showing(&after, &["General"]), ["the space", "its groups"]);
        }
    }
}
