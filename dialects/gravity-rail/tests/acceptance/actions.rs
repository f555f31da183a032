//! Participants, the assistant's side, summaries, and how far somebody has read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parlor_engine::conversation;
use parlor_engine::outbound::{Carrier, DeliveryError, DeliveryFuture, OutboundMessage};
use parlor_model::conversation::{ConversationKey, ConversationState, UpdateConversation};
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::{PHONE, TestWorkspace};
use crate::initial_message::{RecordingCarrier, on_both};

impl TestWorkspace {
    /// Closes a chat for good, as another vocabulary may.
    pub(crate) async fn close(&self, key: ConversationKey) {
        let command = UpdateConversation {
            state: Some(ConversationState::Closed),
            ..UpdateConversation::default()
        };
        conversation::update(&self.server.engine, &self.server.a.ctx(), key, command)
            .await
            .unwrap();
    }

    async fn fetch_chat(&self, chat: &Value) -> Value {
        self.get(&self.g, &format!("/chats/{}", chat["id"]))
            .await
            .expect(200)
    }
}

fn participant_roles(chat: &Value) -> Vec<(i64, String)> {
    let rows = chat["participants"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["memberId"].as_i64().unwrap(),
                row["role"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

both! {
    async fn case_23_participants_are_added(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/participants", chat["id"]);
        let added = world.post(&world.g, &path, json!({ "memberId": world.v.number })).await.expect(200);
        assert_eq!((&added["success"], &added["participantId"]), (&json!(true), &json!(world.v.number)));
        assert!(added["message"].is_string());
        let again = world.post(&world.g, &path, json!({ "memberId": world.v.uuid })).await.expect(400);
        assert_eq!(again["code"], "participant_exists");
        for role in [json!("king"), json!("owner"), json!("member"), json!(7)] {
            let refusal = world.post(&world.g, &path, json!({ "memberId": world.n.number, "role": role })).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "role"]));
        }
        assert_eq!(world.post(&world.u, &path, json!({ "memberId": world.n.number })).await.expect(403)["code"], "forbidden");
        world.post(&world.v, &path, json!({ "memberId": world.n.number })).await.expect(403);
        world.post(&world.g, &path, json!({ "memberId": 900_000_001 })).await.expect(404);
        world.post(&world.g, &path, json!({})).await.expect(400);
        world.post(&world.g, "/chats/900000001/participants", json!({ "memberId": world.n.number })).await.expect(404);
        world.post(&world.g, &path, json!({ "memberId": world.agent, "role": "assistant" })).await.expect(200);
        let expected = [(world.g.number, "owner"), (world.v.number, "contributor"), (world.agent, "assistant")];
        let seen = world.fetch_chat(&chat).await;
        assert_eq!(participant_roles(&seen), expected.map(|(member, role)| (member, role.to_owned())));
        // Whoever takes part reads and writes.
        world.send_message(&world.v, &chat, "thank you").await;

        let one = format!("{path}/{}", world.v.number);
        world.delete(&world.u, &one).await.expect(403);
        let gone = world.delete(&world.g, &one).await;
        assert_eq!((gone.status, gone.bytes.len()), (204, 0));
        world.delete(&world.g, &one).await.expect(404);
        world.get(&world.v, &format!("/chats/{}", chat["id"])).await.expect(403);
        let owner = world.delete(&world.g, &format!("{path}/{}", world.g.number)).await;
        assert_eq!(owner.expect(409)["code"], "conflict");
        for unknown in ["900000001", "x"] {
            world.delete(&world.g, &format!("{path}/{unknown}")).await.expect(404);
        }
        // Whoever was removed may come back.
        world.post(&world.g, &path, json!({ "memberId": world.v.number, "role": "operator" })).await.expect(200);
        assert!(participant_roles(&world.fetch_chat(&chat).await).contains(&(world.v.number, "operator".to_owned())));
    }

    async fn dms_and_closed_chats_keep_their_participants(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let dm = world.post(&world.g, "/chats/dm", json!({ "memberId": world.v.number })).await.expect(200);
        let path = format!("/chats/{}/participants", dm["id"]);
        world.post(&world.g, &path, json!({ "memberId": world.u.number })).await.expect(409);
        world.delete(&world.g, &format!("{path}/{}", world.v.number)).await.expect(409);
        world.post(&world.g, &format!("/chats/{}/send-assistant-message", dm["id"]), json!({ "message": "x" })).await.expect(409);
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        world.close(ConversationKey::Number(chat["id"].as_i64().unwrap())).await;
        for (rest, body) in [("participants", json!({ "memberId": world.u.number })), ("send-assistant-message", json!({ "message": "x" }))] {
            world.post(&world.g, &format!("/chats/{}/{rest}", chat["id"]), body).await.expect(409);
        }
    }

    async fn case_24_who_waits_for_an_answer(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "assistantEnabled": false, "memberId": world.v.number });
        let chat = world.create_chat(&world.g, body).await;
        let waiting = async |who| world.get(who, "/chats/needs-response").await.expect(200)["chatIds"].clone();
        assert_eq!((&chat["needsResponse"], waiting(&world.g).await), (&json!(false), json!([])));
        world.send_message(&world.v, &chat, "anybody there?").await;
        assert_eq!(world.fetch_chat(&chat).await["needsResponse"], true);
        // Those who may see the chat see that it waits.
        assert_eq!((waiting(&world.g).await, waiting(&world.v).await, waiting(&world.u).await), (json!([chat["id"]]), json!([chat["id"]]), json!([])));
        assert_eq!(world.total("/chats?needsResponse=true").await, 1);
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let sent = world.post(&world.g, &path, json!({ "message": "ok" })).await.expect(200);
        assert_eq!((&sent["success"], &sent["deliveryStatus"]), (&json!(true), &Value::Null));
        let seen = world.fetch_chat(&chat).await;
        assert_eq!((&seen["needsResponse"], &seen["assistantMessageCount"], waiting(&world.g).await), (&json!(false), &json!(1), json!([])));
        let rows = world.get(&world.v, &format!("/chats/{}/messages", chat["id"])).await.expect(200);
        assert_eq!((&rows[0]["uuid"], &rows[0]["role"], &rows[0]["memberId"]), (&sent["messageUuid"], &json!("assistant"), &json!(world.g.number)));
        // A paused assistant answers nobody either; one that works does. What is put away waits for nobody.
        let served = world.create_chat(&world.v, json!({ "channel": "web-chat" })).await;
        world.send_message(&world.v, &served, "hello").await;
        assert_eq!(waiting(&world.g).await, json!([]));
        world.put(&world.g, &format!("/chats/{}", served["id"]), json!({ "paused": true })).await.expect(200);
        world.send_message(&world.v, &served, "hello?").await;
        assert_eq!(waiting(&world.g).await, json!([served["id"]]));
        world.put(&world.g, &format!("/chats/{}", served["id"]), json!({ "archived": true })).await.expect(200);
        assert_eq!(waiting(&world.g).await, json!([]));
    }

    async fn what_the_assistants_side_may_say(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.v.number })).await;
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let call = |id: &str, name: &str| json!([{ "id": id, "function": { "name": name } }]);
        for bad in [
            json!({}), json!({ "message": "" }), json!({ "message": " " }), json!({ "message": 7 }), json!({ "message": "x".repeat(65_537) }), json!({ "message": "a\u{0}" }),
            json!({ "message": "x", "tool_calls": {} }), json!({ "message": "x", "tool_calls": [{}] }), json!({ "message": "x", "tool_calls": call("", "n") }),
            json!({ "message": "x", "tool_calls": call("1", " ") }), json!({ "message": "x", "tool_calls": vec![call("1", "n")[0].clone(); 101] }),
        ] {
            world.post(&world.g, &path, bad).await.expect(400);
        }
        world.post(&world.v, &path, json!({ "message": "x" })).await.expect(403);
        world.post(&world.u, &path, json!({ "message": "x" })).await.expect(403);
        world.post(&world.g, "/chats/900000001/send-assistant-message", json!({ "message": "x" })).await.expect(404);
        assert_eq!(world.fetch_chat(&chat).await["messageCount"], 0);
        // Without a carrier nothing leaves, and nothing is kept.
        let sms = world.create_chat(&world.g, json!({ "channel": "phone-sms", "memberId": world.v.number, "phoneNumberId": world.p1, "assistantEnabled": false })).await;
        let path = format!("/chats/{}/send-assistant-message", sms["id"]);
        let unsent = world.post(&world.g, &path, json!({ "message": "private words" })).await;
        assert!(!unsent.text().contains("private words") && !unsent.text().contains(PHONE));
        let unsent = unsent.expect(200);
        assert_eq!((&unsent["success"], &unsent["error"], unsent.get("messageUuid")), (&json!(false), &json!("sms_dispatch_failed"), None));
        assert_eq!(world.fetch_chat(&sms).await["messageCount"], 0);
        for (member, why) in [(world.o.number, "recipient_opted_out"), (world.n.number, "missing_recipient_phone")] {
            let chat = world.create_chat(&world.g, json!({ "channel": "phone-sms", "memberId": member, "phoneNumberId": world.p1 })).await;
            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            assert_eq!(world.post(&world.g, &path, json!({ "message": "x" })).await.expect(200)["error"], why);
        }
        // A number that is put away while the chats over it are archived serves none that is opened again.
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "defaultPhoneNumberId": null })).await.expect(200);
        let over = world.get(&world.g, "/chats?channel=phone-sms").await.expect(200)["items"].clone();
        for chat in over.as_array().unwrap() {
            world.put(&world.g, &format!("/chats/{}", chat["id"]), json!({ "archived": true })).await.expect(200);
        }
        world.post(&world.g, &format!("/phone-numbers/{}/archive", world.p1), json!({})).await.expect(200);
        world.put(&world.g, &format!("/chats/{}", sms["id"]), json!({ "archived": false })).await.expect(200);
        assert_eq!(world.post(&world.g, &path, json!({ "message": "x" })).await.expect(200)["error"], "missing_phone_number");
        assert!(!world.server.logs().contains("private words"));
    }

    async fn summaries_need_a_model(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/summarize", chat["id"]);
        assert_eq!(world.post(&world.u, &path, json!({})).await.expect(400)["code"], "invalid_request");
        world.send_message(&world.u, &chat, "much was said").await;
        let refusal = world.post(&world.u, &path, json!({})).await.expect(501);
        assert_eq!(refusal["code"], "not_implemented");
        world.post(&world.v, &path, json!({})).await.expect(403);
        world.post(&world.g, "/chats/900000001/summarize", json!({})).await.expect(404);
    }

    async fn read_marks_move_forward_only(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let dm = world.post(&world.g, "/chats/dm", json!({ "memberId": world.v.number })).await.expect(200);
        let path = format!("/chats/{}/read", dm["id"]);
        let mut said = Vec::new();
        for text in ["one", "two", "three"] {
            said.push(world.send_message(&world.g, &dm, text).await["uuid"].clone());
        }
        let unread = async |who| world.get(who, &format!("/chats/{}", dm["id"])).await.expect(200)["unreadCount"].clone();
        assert_eq!((unread(&world.v).await, unread(&world.g).await), (json!(3), json!(0)));
        let mark = world.post(&world.v, &path, json!({ "messageUuid": said[1] })).await.expect(200);
        assert_eq!(mark, json!({ "chatId": dm["id"], "lastReadMessageUuid": said[1], "unreadCount": 1 }));
        let back = world.post(&world.v, &path, json!({ "messageUuid": said[0] })).await.expect(200);
        assert_eq!((&back["lastReadMessageUuid"], &back["unreadCount"]), (&said[1], &json!(1)));
        let all = world.post(&world.v, &path, json!({})).await.expect(200);
        assert_eq!((&all["lastReadMessageUuid"], &all["unreadCount"]), (&said[2], &json!(0)));
        assert_eq!(unread(&world.v).await, json!(0));
        // The other one sees it.
        let seen = world.get(&world.g, &format!("/chats/{}", dm["id"])).await.expect(200);
        let reader = seen["participants"].as_array().unwrap().iter().find(|row| row["memberId"] == world.v.number).unwrap();
        assert!(reader["lastReadAt"].is_string());
        for (body, status) in [(json!({ "messageUuid": "x" }), 400), (json!({ "messageUuid": 7 }), 400), (json!({ "messageUuid": "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001" }), 404)] {
            world.post(&world.v, &path, body).await.expect(status);
        }
        world.post(&world.u, &path, json!({})).await.expect(403);
        world.post(&world.u, "/chats/900000001/read", json!({})).await.expect(404);
        // An empty body will do.
        let reply = world.server.post(&world.path(&path)).bearer(&world.v.token).send().await;
        reply.expect(200);
    }
}

/// A carrier that can be repaired.
#[derive(Default)]
struct RepairableCarrier {
    works: AtomicBool,
    sent: RecordingCarrier,
}

impl Carrier for RepairableCarrier {
    fn deliver(&self, dispatch: OutboundMessage) -> DeliveryFuture<'_> {
        if self.works.load(Ordering::SeqCst) {
            self.sent.deliver(dispatch)
        } else {
            Box::pin(std::future::ready(Err(DeliveryError)))
        }
    }
}

#[test]
fn case_14_trying_again_sends_once() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let carrier = Arc::new(RepairableCarrier::default());
            let server = TestServer::start_with_outbound(backend, carrier.clone()).await;
            let world = TestWorkspace::new(server).await;
            let body = json!({
                "channel": "email", "assistantEnabled": false, "memberId": world.v.number, "inboxId": world.inbox,
                "initialMessage": "Hi",
            });
            let chat = world.create_chat(&world.g, body).await;
            assert_eq!(chat["initialMessageError"], "email_dispatch_failed");
            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            let body = json!({ "message": "Hi" });
            let failed = world.post(&world.g, &path, body.clone()).await.expect(200);
            assert_eq!(
                (&failed["success"], &failed["error"]),
                (&json!(false), &json!("email_dispatch_failed"))
            );
            assert_eq!(world.fetch_chat(&chat).await["messageCount"], 0);
            carrier.works.store(true, Ordering::SeqCst);
            let sent = world.post(&world.g, &path, body).await.expect(200);
            assert_eq!(
                (&sent["success"], &sent["deliveryStatus"]),
                (&json!(true), &json!("sent"))
            );
            assert_eq!(sent["chatMessage"]["deliveryStatus"], "sent");
            assert_eq!(carrier.sent.sent.lock().unwrap().len(), 1);
            assert_eq!(world.fetch_chat(&chat).await["messageCount"], 1);
        });
    }
}

#[test]
fn what_a_member_posts_stays_on_the_server() {
    on_both(false, async |world, recorder| {
        let body = json!({ "channel": "phone-sms", "memberId": world.v.number, "phoneNumberId": world.p1, "assistantEnabled": false });
        let chat = world.create_chat(&world.g, body).await;
        world.send_message(&world.v, &chat, "a note").await;
        assert!(recorder.sent.lock().unwrap().is_empty());
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        world
            .post(&world.g, &path, json!({ "message": "an answer" }))
            .await
            .expect(200);
        let sent = recorder.sent.lock().unwrap();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, PHONE));
    });
}
