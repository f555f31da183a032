//! Participants, messages of the assistant's side, summaries and read marks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parlor_engine::conversation;
use parlor_engine::outbound::{Carrier, DeliveryError, DeliveryFuture, OutboundMessage};
use parlor_model::conversation::{ConversationKey, ConversationState, UpdateConversation};
use parlor_model::outbox::DeliveryFailureReason;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::{PHONE, TestWorkspace};
use crate::initial_message::{RecordingCarrier, on_both};

impl TestWorkspace {
    /// Closes a chat, as another dialect may.
    pub(crate) async fn close(&self, key: ConversationKey) {
        let command = UpdateConversation {
            state: Some(ConversationState::Closed),
            ..UpdateConversation::default()
        };
        conversation::update(&self.server.engine, &self.server.a.ctx(), key, command)
            .await
            .unwrap();
    }

    pub(crate) async fn fetch_chat(&self, chat: &Value) -> Value {
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
    async fn case_23_participant_is_added(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/participants", chat["id"]);
        let added = setup.post(&setup.g, &path, json!({ "memberId": setup.v.number })).await.expect(200);
        assert_eq!((&added["success"], &added["participantId"]), (&json!(true), &json!(setup.v.number)));
        assert!(added["message"].is_string());
        let again = setup.post(&setup.g, &path, json!({ "memberId": setup.v.uuid })).await.expect(400);
        assert_eq!(again["code"], "participant_exists");
        for role in [json!("king"), json!("owner"), json!("member"), json!(7)] {
            let refusal = setup.post(&setup.g, &path, json!({ "memberId": setup.n.number, "role": role })).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "role"]));
        }
        assert_eq!(setup.post(&setup.u, &path, json!({ "memberId": setup.n.number })).await.expect(403)["code"], "forbidden");
        setup.post(&setup.v, &path, json!({ "memberId": setup.n.number })).await.expect(403);
        setup.post(&setup.g, &path, json!({ "memberId": 900_000_001 })).await.expect(404);
        setup.post(&setup.g, &path, json!({})).await.expect(400);
        setup.post(&setup.g, "/chats/900000001/participants", json!({ "memberId": setup.n.number })).await.expect(404);
        setup.post(&setup.g, &path, json!({ "memberId": setup.agent, "role": "assistant" })).await.expect(200);
        let expected = [(setup.g.number, "owner"), (setup.v.number, "contributor"), (setup.agent, "assistant")];
        let visible = setup.fetch_chat(&chat).await;
        assert_eq!(participant_roles(&visible), expected.map(|(member, role)| (member, role.to_owned())));
        // Participants read and write.
        setup.send_message(&setup.v, &chat, "thank you").await;

        let one = format!("{path}/{}", setup.v.number);
        setup.delete(&setup.u, &one).await.expect(403);
        let gone = setup.delete(&setup.g, &one).await;
        assert_eq!((gone.status, gone.bytes.len()), (204, 0));
        setup.delete(&setup.g, &one).await.expect(404);
        setup.get(&setup.v, &format!("/chats/{}", chat["id"])).await.expect(403);
        let owner = setup.delete(&setup.g, &format!("{path}/{}", setup.g.number)).await;
        assert_eq!(owner.expect(409)["code"], "conflict");
        for unknown in ["900000001", "x"] {
            setup.delete(&setup.g, &format!("{path}/{unknown}")).await.expect(404);
        }
        // A removed participant can be added again.
        setup.post(&setup.g, &path, json!({ "memberId": setup.v.number, "role": "operator" })).await.expect(200);
        assert!(participant_roles(&setup.fetch_chat(&chat).await).contains(&(setup.v.number, "operator".to_owned())));
    }

    async fn dm_and_closed_chat_refuse_participant_changes(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.v.number })).await.expect(200);
        let path = format!("/chats/{}/participants", dm["id"]);
        setup.post(&setup.g, &path, json!({ "memberId": setup.u.number })).await.expect(409);
        setup.delete(&setup.g, &format!("{path}/{}", setup.v.number)).await.expect(409);
        setup.post(&setup.g, &format!("/chats/{}/send-assistant-message", dm["id"]), json!({ "message": "x" })).await.expect(409);
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        setup.close(ConversationKey::Number(chat["id"].as_i64().unwrap())).await;
        for (rest, body) in [("participants", json!({ "memberId": setup.u.number })), ("send-assistant-message", json!({ "message": "x" }))] {
            setup.post(&setup.g, &format!("/chats/{}/{rest}", chat["id"]), body).await.expect(409);
        }
    }

    async fn case_24_user_message_marks_chat_as_needing_response(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "assistantEnabled": false, "memberId": setup.v.number });
        let chat = setup.create_chat(&setup.g, body).await;
        let waiting = async |caller| setup.get(caller, "/chats/needs-response").await.expect(200)["chatIds"].clone();
        assert_eq!((&chat["needsResponse"], waiting(&setup.g).await), (&json!(false), json!([])));
        setup.send_message(&setup.v, &chat, "anybody there?").await;
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], true);
        // Every reader of the chat sees that it waits.
        assert_eq!((waiting(&setup.g).await, waiting(&setup.v).await, waiting(&setup.u).await), (json!([chat["id"]]), json!([chat["id"]]), json!([])));
        assert_eq!(setup.total("/chats?needsResponse=true").await, 1);
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let sent = setup.post(&setup.g, &path, json!({ "message": "ok" })).await.expect(200);
        assert_eq!((&sent["success"], &sent["deliveryStatus"]), (&json!(true), &Value::Null));
        let visible = setup.fetch_chat(&chat).await;
        assert_eq!((&visible["needsResponse"], &visible["assistantMessageCount"], waiting(&setup.g).await), (&json!(false), &json!(1), json!([])));
        let rows = setup.get(&setup.v, &format!("/chats/{}/messages", chat["id"])).await.expect(200);
        assert_eq!((&rows[0]["uuid"], &rows[0]["role"], &rows[0]["memberId"]), (&sent["messageUuid"], &json!("assistant"), &json!(setup.g.number)));
        // So does an assistant that is paused, or has no provider to answer with. Archived chats do not wait.
        let served = setup.create_chat(&setup.v, json!({ "channel": "web-chat" })).await;
        setup.send_message(&setup.v, &served, "hello").await;
        assert_eq!(waiting(&setup.g).await, json!([served["id"]]));
        setup.post(&setup.g, &format!("/chats/{}/send-assistant-message", served["id"]), json!({ "message": "yes" })).await.expect(200);
        assert_eq!(waiting(&setup.g).await, json!([]));
        setup.put(&setup.g, &format!("/chats/{}", served["id"]), json!({ "paused": true })).await.expect(200);
        setup.send_message(&setup.v, &served, "hello?").await;
        assert_eq!(waiting(&setup.g).await, json!([served["id"]]));
        setup.put(&setup.g, &format!("/chats/{}", served["id"]), json!({ "archived": true })).await.expect(200);
        assert_eq!(waiting(&setup.g).await, json!([]));
    }

    async fn assistant_message_is_validated_and_stored(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.v.number })).await;
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let call = |id: &str, name: &str| json!([{ "id": id, "function": { "name": name } }]);
        for bad in [
            json!({}), json!({ "message": "" }), json!({ "message": " " }), json!({ "message": 7 }), json!({ "message": "x".repeat(65_537) }), json!({ "message": "a\u{0}" }),
            json!({ "message": "x", "tool_calls": {} }), json!({ "message": "x", "tool_calls": [{}] }), json!({ "message": "x", "tool_calls": call("", "n") }),
            json!({ "message": "x", "tool_calls": call("1", " ") }), json!({ "message": "x", "tool_calls": vec![call("1", "n")[0].clone(); 101] }),
        ] {
            setup.post(&setup.g, &path, bad).await.expect(400);
        }
        setup.post(&setup.v, &path, json!({ "message": "x" })).await.expect(403);
        setup.post(&setup.u, &path, json!({ "message": "x" })).await.expect(403);
        setup.post(&setup.g, "/chats/900000001/send-assistant-message", json!({ "message": "x" })).await.expect(404);
        assert_eq!(setup.fetch_chat(&chat).await["messageCount"], 0);
        // Without a carrier delivery fails and nothing is stored.
        let sms = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "memberId": setup.v.number, "phoneNumberId": setup.p1, "assistantEnabled": false })).await;
        let path = format!("/chats/{}/send-assistant-message", sms["id"]);
        let unsent = setup.post(&setup.g, &path, json!({ "message": "private words" })).await;
        assert!(!unsent.text().contains("private words") && !unsent.text().contains(PHONE));
        let unsent = unsent.expect(200);
        assert_eq!((&unsent["success"], &unsent["error"], unsent.get("messageUuid")), (&json!(false), &json!("sms_dispatch_failed"), None));
        assert_eq!(setup.fetch_chat(&sms).await["messageCount"], 0);
        for (member, why) in [(setup.o.number, "recipient_opted_out"), (setup.n.number, "missing_recipient_phone")] {
            let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "memberId": member, "phoneNumberId": setup.p1 })).await;
            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            assert_eq!(setup.post(&setup.g, &path, json!({ "message": "x" })).await.expect(200)["error"], why);
        }
        // A number archived while its chats were archived serves none that is unarchived.
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "defaultPhoneNumberId": null })).await.expect(200);
        let over = setup.get(&setup.g, "/chats?channel=phone-sms").await.expect(200)["items"].clone();
        for chat in over.as_array().unwrap() {
            setup.put(&setup.g, &format!("/chats/{}", chat["id"]), json!({ "archived": true })).await.expect(200);
        }
        setup.post(&setup.g, &format!("/phone-numbers/{}/archive", setup.p1), json!({})).await.expect(200);
        setup.put(&setup.g, &format!("/chats/{}", sms["id"]), json!({ "archived": false })).await.expect(200);
        assert_eq!(setup.post(&setup.g, &path, json!({ "message": "x" })).await.expect(200)["error"], "missing_phone_number");
        assert!(!setup.server.logs().contains("private words"));
    }

    async fn summary_without_model_is_not_implemented(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/summarize", chat["id"]);
        assert_eq!(setup.post(&setup.u, &path, json!({})).await.expect(400)["code"], "invalid_request");
        setup.send_message(&setup.u, &chat, "much was said").await;
        let refusal = setup.post(&setup.u, &path, json!({})).await.expect(501);
        assert_eq!(refusal["code"], "not_implemented");
        setup.post(&setup.v, &path, json!({})).await.expect(403);
        setup.post(&setup.g, "/chats/900000001/summarize", json!({})).await.expect(404);
    }

    async fn read_mark_never_moves_backwards(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.v.number })).await.expect(200);
        let path = format!("/chats/{}/read", dm["id"]);
        let mut posted = Vec::new();
        for text in ["one", "two", "three"] {
            posted.push(setup.send_message(&setup.g, &dm, text).await["uuid"].clone());
        }
        let unread = async |caller| setup.get(caller, &format!("/chats/{}", dm["id"])).await.expect(200)["unreadCount"].clone();
        assert_eq!((unread(&setup.v).await, unread(&setup.g).await), (json!(3), json!(0)));
        let mark = setup.post(&setup.v, &path, json!({ "messageUuid": posted[1] })).await.expect(200);
        assert_eq!(mark, json!({ "chatId": dm["id"], "lastReadMessageUuid": posted[1], "unreadCount": 1 }));
        let back = setup.post(&setup.v, &path, json!({ "messageUuid": posted[0] })).await.expect(200);
        assert_eq!((&back["lastReadMessageUuid"], &back["unreadCount"]), (&posted[1], &json!(1)));
        let all = setup.post(&setup.v, &path, json!({})).await.expect(200);
        assert_eq!((&all["lastReadMessageUuid"], &all["unreadCount"]), (&posted[2], &json!(0)));
        assert_eq!(unread(&setup.v).await, json!(0));
        // The other member sees the archived state.
        let visible = setup.get(&setup.g, &format!("/chats/{}", dm["id"])).await.expect(200);
        let reader = visible["participants"].as_array().unwrap().iter().find(|row| row["memberId"] == setup.v.number).unwrap();
        assert!(reader["lastReadAt"].is_string());
        for (body, status) in [(json!({ "messageUuid": "x" }), 400), (json!({ "messageUuid": 7 }), 400), (json!({ "messageUuid": "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001" }), 404)] {
            setup.post(&setup.v, &path, body).await.expect(status);
        }
        setup.post(&setup.u, &path, json!({})).await.expect(403);
        setup.post(&setup.u, "/chats/900000001/read", json!({})).await.expect(404);
        // An empty body marks everything read.
        let reply = setup.server.post(&setup.path(&path)).bearer(&setup.v.token).send().await;
        reply.expect(200);
    }
}

/// A carrier that starts to work during the test.
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
            Box::pin(std::future::ready(Err(DeliveryError::Permanent(
                DeliveryFailureReason::Rejected,
            ))))
        }
    }
}

#[test]
fn case_14_retry_after_failed_delivery_sends_once() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let carrier = Arc::new(RepairableCarrier::default());
            let server = TestServer::start_with_outbound(backend, carrier.clone()).await;
            let setup = TestWorkspace::new(server).await;
            let body = json!({
                "channel": "email", "assistantEnabled": false, "memberId": setup.v.number, "inboxId": setup.inbox,
                "initialMessage": "Hi",
            });
            let chat = setup.create_chat(&setup.g, body).await;
            assert_eq!(chat["initialMessageError"], "email_dispatch_failed");
            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            let body = json!({ "message": "Hi" });
            let failed = setup.post(&setup.g, &path, body.clone()).await.expect(200);
            assert_eq!(
                (&failed["success"], &failed["error"]),
                (&json!(false), &json!("email_dispatch_failed"))
            );
            assert_eq!(setup.fetch_chat(&chat).await["messageCount"], 0);
            carrier.works.store(true, Ordering::SeqCst);
            let sent = setup.post(&setup.g, &path, body).await.expect(200);
            assert_eq!(
                (&sent["success"], &sent["deliveryStatus"]),
                (&json!(true), &json!("sent"))
            );
            assert_eq!(sent["chatMessage"]["deliveryStatus"], "sent");
            assert_eq!(carrier.sent.sent.lock().unwrap().len(), 1);
            assert_eq!(setup.fetch_chat(&chat).await["messageCount"], 1);
        });
    }
}

#[test]
fn posted_message_is_not_sent_to_carrier() {
    on_both(false, async |setup, recorder| {
        let body = json!({ "channel": "phone-sms", "memberId": setup.v.number, "phoneNumberId": setup.p1, "assistantEnabled": false });
        let chat = setup.create_chat(&setup.g, body).await;
        setup.send_message(&setup.v, &chat, "a note").await;
        assert!(recorder.sent.lock().unwrap().is_empty());
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        setup
            .post(&setup.g, &path, json!({ "message": "an answer" }))
            .await
            .expect(200);
        let sent = recorder.sent.lock().unwrap();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, PHONE));
    });
}
