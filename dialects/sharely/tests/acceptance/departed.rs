//! Groups of its own space that a user has left or was removed from are in none of its lists.

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

/// Scopes for adding and removing participants.
const MANAGE: Scope = Scope::write(Resource::Conversations);

/// Reads every endpoint that reveals conversations of the space or their messages.
async fn lists(test_space: &TestSpace, token: &str) -> Vec<(&'static str, String)> {
    index_pending(&test_space.server.engine).await.unwrap();
    let workspace = &test_space.server.a.workspace;
    let question = json!({ "text": "unusual" });
    let read = |path: String| test_space.server.get(&path).bearer(token);
    let ask = |path: String| test_space.server.post(&path).bearer(token).json(&question);
    let mut all = Vec::new();
    for (name, request) in [
        ("the space", test_space.request_as(token, Method::GET, "")),
        (
            "its groups",
            test_space.request_as(token, Method::GET, "/group"),
        ),
        (
            "the widget's",
            read(format!("/spaces/{}", test_space.space)),
        ),
        (
            "its threads",
            read(format!("/v1/workspaces/{workspace}/agent/threads")),
        ),
        (
            "its search",
            test_space
                .request_as(token, Method::POST, "/rag")
                .json(&question),
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

/// Returns the names of the lists that contain one of the texts.
fn showing(lists: &[(&'static str, String)], any_of: &[&str]) -> Vec<&'static str> {
    let shows = |text: &str| any_of.iter().any(|one| text.contains(one));
    let found = lists.iter().filter(|(_, text)| shows(text));
    found.map(|(name, _)| *name).collect()
}

both! {
    async fn left_groups_are_missing_in_lists_of_own_space(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        let user = MemberKey::External("ada".to_owned());
        for end in ["removed", "left"] {
            let group = test_space.create_group(&format!("Group {end}")).await;
            let threads = format!("/v1/workspaces/{}/agent/threads", test_space.server.a.workspace);
            let body = json!({ "title": format!("Thread {end}"), "spaceId": test_space.space, "userId": "ada" });
            let thread: Value = test_space.server.post(&threads).bearer(&test_space.token).json(&body).send().await.expect(201);
            let thread = text(&thread, "id").to_owned();
            for id in [&group, &thread] {
                let conversation = ConversationKey::Id(parse_uuid(id).unwrap());
                let who = vec![NewParticipant { member: user.clone(), role: ParticipantRole::Member }];
                let add = AddParticipants { conversation, participants: who, on_duplicate: OnDuplicate::Skip, authority: ParticipantAuthority::Scope(MANAGE) };
                participant::add(engine, &ctx, add).await.unwrap();
                test_space.save_message(&json!({ "message": format!("an unusual {end}"), "groupId": id })).await;
            }
            let texts = [group.as_str(), thread.as_str(), &format!("an unusual {end}")];
            let before = lists(&test_space, &test_space.ada).await;
            assert_eq!(showing(&before, &texts), ["the space", "its groups", "the widget's", "its threads", "its search", "the agent's search"]);
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
            let after = lists(&test_space, &test_space.ada).await;
            assert!(showing(&after, &texts).is_empty(), "{end}: {after:#?}");
            // A caller with scopes of its own sees all groups, and the user still sees the space's other groups.
            let details = lists(&test_space, &test_space.token).await;
            assert_eq!(showing(&details, &texts), showing(&before, &texts));
            assert_eq!(showing(&after, &["General"]), ["the space", "its groups"]);
        }
    }
}
