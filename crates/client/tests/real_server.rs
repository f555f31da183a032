//! Client against a real server, through a proxy that breaks connections.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod fixture;

use std::time::Duration;

use fixture::{TestWorkspace, contents, fast_backoff};
use parlor_client::{
    ChatEvent, ChatLogEntry, CloseReason, ConnectionInfo, CreateChatRequest, CreateMessageRequest,
    Error, EventReceiver, ListMessagesQuery, LogEvent, PageQuery, ResumeOutcome, UpdateChatRequest,
};
use parlor_testkit::{FaultProxy, both};

/// Returns the next message entry; skips joins.
async fn next_message_entry(events: &mut EventReceiver) -> ChatLogEntry {
    loop {
        match events.next_entry().await.unwrap() {
            entry if entry.message().is_some() => return entry,
            other => assert_eq!(other.event, LogEvent::UsersJoined(vec!["bob".to_owned()])),
        }
    }
}

both! {
    async fn http_api_covers_chats_messages_and_users(server: TestServer) {
        let TestWorkspace { client, chat, .. } = TestWorkspace::new(&server, &server.url).await;
        assert_eq!((chat.user_id.as_str(), chat.title.as_str()), ("ada", "Parcel"));
        let first = client.send_message(&chat.id, CreateMessageRequest::new("Hi").client_message_id("m-1")).await.unwrap();
        let repeated = client.send_message(&chat.id, CreateMessageRequest::new("Hi").client_message_id("m-1")).await.unwrap();
        assert_eq!((first.duplicate, repeated.duplicate), (false, true));
        assert_eq!(first.message, repeated.message);
        client.send_message(&chat.id, CreateMessageRequest::new("Reply").assistant()).await.unwrap();
        client.send_message(&chat.id, CreateMessageRequest::new("Picture").user_id("bob").media("image", "https://example.com/p")).await.unwrap();
        let page = client.list_messages(&chat.id, ListMessagesQuery { after_seq: Some(first.message.seq), ..ListMessagesQuery::default() }).await.unwrap();
        assert_eq!(page.messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>(), ["Reply", "Picture"]);
        assert_eq!((page.total, page.has_more), (3, false));
        let change = UpdateChatRequest { title: Some("Found".to_owned()), ..UpdateChatRequest::default() };
        assert_eq!(client.update_chat(&chat.id, &change).await.unwrap().title, "Found");
        let found = client.get_chat(&chat.id).await.unwrap();
        assert_eq!((found.message_count, found.status.as_deref()), (Some(3), Some("active")));
        assert_eq!(client.list_chats("ada", PageQuery::default()).await.unwrap().total, 1);
        let log = client.read_log_to_end(&chat.id, 0).await.unwrap();
        assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as i64));
        assert_eq!(contents(&log), ["Hi", "Reply", "Picture"]);
        assert_eq!(client.get_user("ada").await.unwrap().chat_count, 1);
        client.delete_user("bob").await.unwrap();

        let unknown = client.get_chat("00000000-0000-7000-8000-000000000000").await.unwrap_err();
        assert_eq!((unknown.status(), unknown.code()), (Some(404), Some("CHAT_NOT_FOUND")));
        let foreign = parlor_client::Client::new(&server.url, &server.b.key).unwrap();
        assert_eq!(foreign.get_chat(&chat.id).await.unwrap_err().code(), Some("CHAT_NOT_FOUND"));
        let Error::Api(blank) = client.send_message(&chat.id, " ").await.unwrap_err() else { panic!("it is refused") };
        assert_eq!((blank.status, blank.code.as_str()), (Some(400), "INVALID_REQUEST"));
        assert_eq!(blank.field_errors[0].loc, ["body", "content"]);
        assert!(blank.request_id.is_some());
        client.delete_chat(&chat.id, false).await.unwrap();
        assert_eq!(client.get_chat(&chat.id).await.unwrap_err().status(), Some(404));
    }

    async fn socket_sends_and_receives(server: TestServer) {
        let TestWorkspace { client, chat, .. } = TestWorkspace::new(&server, &server.url).await;
        let (ada, mut heard) = client.socket(&chat.id, "ada").connect().await.unwrap();
        let (bob, mut bobs) = client.socket(&chat.id, "bob").connect().await.unwrap();
        let receipt = ada.send("Hi").await.unwrap();
        let repeated = ada.send(CreateMessageRequest::new("Hi").client_message_id(&receipt.client_message_id)).await.unwrap();
        assert_eq!((repeated.seq, repeated.duplicate), (receipt.seq, true));
        // Own and other users' messages are the same entries.
        let own = next_message_entry(&mut heard).await;
        assert_eq!(own, next_message_entry(&mut bobs).await);
        assert_eq!(own.message().unwrap().client_message_id.as_ref(), Some(&receipt.client_message_id));
        bob.set_typing(true).unwrap();
        bob.mark_read(receipt.seq).unwrap();
        // Ephemeral events are not replayed: during catch-up only the final ones may arrive.
        let (mut typed, mut has_read) = (false, false);
        while !(typed && has_read) {
            match heard.next().await.unwrap() {
                ChatEvent::Typing { user, .. } => typed = user == "bob",
                ChatEvent::Read { user, seq } => has_read = user == "bob" && seq == receipt.seq,
                other => assert!(matches!(other, ChatEvent::Connected(_)), "{other:?}"),
            }
        }
        ada.ping().await.unwrap();
        let history = ada.list_history(None, 10).await.unwrap();
        assert_eq!((history.messages.len(), history.has_more), (1, false));
        assert_eq!(ada.list_history(None, 101).await.unwrap_err().code(), Some("INVALID_JSON"));
        ada.close().await;
        assert!(matches!(ada.send("late").await, Err(Error::Closed(CloseReason::ByClient))));
        while let Some(event) = heard.next().await {
            assert!(matches!(event, ChatEvent::Read { .. } | ChatEvent::Typing { .. } | ChatEvent::Closed(CloseReason::ByClient)), "{event:?}");
        }
        assert!(heard.next().await.is_none());
        client.delete_chat(&chat.id, true).await.unwrap();
        loop {
            match bobs.next().await.unwrap() {
                ChatEvent::Closed(closing) => {
                    let deleted = CloseReason::Server { code: 4410, error_code: Some("CHAT_DELETED".to_owned()) };
                    break assert_eq!(closing, deleted);
                }
                other => assert!(!matches!(other, ChatEvent::Disconnected(_)), "{other:?}"),
            }
        }
    }

    async fn reconnects_and_restart_lose_no_message(server: TestServer) {
        let mut server = server;
        let gate = FaultProxy::start(&server.url).await;
        let TestWorkspace { client, chat, direct } = TestWorkspace::new(&server, &gate.url).await;
        let socket = || client.socket(&chat.id, "ada").backoff(fast_backoff());
        let (sender, events) = socket().connect().await.unwrap();
        drop(events);
        let (_reading, mut events) = socket().replay_all().connect().await.unwrap();
        let mut receipts = Vec::new();
        for n in 0..30 {
            let sending = sender.send(format!("{n}"));
            if n % 5 == 0 { gate.drop_connections(); }
            receipts.push(sending.await.unwrap().seq);
            if n == 15 {
                gate.refuse_connections();
                server.restart().await;
                gate.set_target(&server.url);
            }
        }
        drop(direct);
        let mut entries = Vec::new();
        let mut repeated = 0;
        while contents(&entries).len() < 30 {
            match events.next().await.unwrap() {
                ChatEvent::Entry(entry) => entries.push(*entry),
                ChatEvent::Connected(ConnectionInfo { resume, after_seq, .. }) => {
                    assert_eq!((resume, after_seq), (ResumeOutcome::Resumed, entries.len() as i64));
                    repeated += 1;
                }
                other => assert!(matches!(other, ChatEvent::Disconnected(_)), "{other:?}"),
            }
        }
        assert!(repeated > 3, "{repeated}");
        assert!(contents(&entries).into_iter().eq((0..30).map(|n| n.to_string())), "in the order they were said");
        assert_eq!(entries, client.read_log_to_end(&chat.id, 0).await.unwrap());
        assert_eq!(receipts, entries.iter().filter(|e| e.message().is_some()).map(|e| e.seq).collect::<Vec<_>>());
    }

    async fn stored_position_resumes_and_other_epoch_resets(server: TestServer) {
        let TestWorkspace { client, chat, .. } = TestWorkspace::new(&server, &server.url).await;
        let (sender, mut events) = client.socket(&chat.id, "ada").connect().await.unwrap();
        sender.send("heard").await.unwrap();
        events.next_entry().await.unwrap();
        let position = events.position().unwrap().clone();
        drop((sender, events));
        for n in 0..250 {
            client.send_message(&chat.id, format!("missed {n}")).await.unwrap();
        }
        let kept = serde_json::to_string(&position).unwrap();
        let (_sender, mut events) = client.socket(&chat.id, "ada").resume_from(serde_json::from_str(&kept).unwrap()).connect().await.unwrap();
        for n in 0..250 {
            let entry = events.next_entry().await.unwrap();
            assert_eq!((entry.seq, entry.message().unwrap().content.clone()), (position.seq + 1 + n, format!("missed {n}")));
        }
        let mut strange = position;
        strange.epoch = "00000000-0000-0000-0000-000000000000".to_owned();
        let (_sender, mut events) = client.socket(&chat.id, "ada").resume_from(strange).connect().await.unwrap();
        let Some(ChatEvent::Connected(connected)) = events.next().await else { panic!("it is connected") };
        assert_eq!((connected.resume, connected.after_seq), (ResumeOutcome::Reset, connected.head_seq));
    }

    async fn lost_response_is_retried_idempotently(server: TestServer) {
        // Every other connection breaks at the start of its response, the others after one or two responses.
        let mut early = false;
        let fuse = move || { early = !early; Some(if early { 20 } else { 1_200 }) };
        let gate = FaultProxy::with_byte_limit(&server.url, Box::new(fuse)).await;
        let TestWorkspace { client, chat, direct } = TestWorkspace::new(&server, &gate.url).await;
        for n in 0..4 {
            client.create_chat(CreateChatRequest::new("bob").title(format!("{n}"))).await.unwrap();
            client.send_message(&chat.id, format!("{n}")).await.unwrap();
        }
        assert!(gate.connection_count() > 5, "{}", gate.connection_count());
        assert_eq!(direct.list_chats("bob", PageQuery::default()).await.unwrap().total, 4);
        assert_eq!(contents(&direct.read_log_to_end(&chat.id, 0).await.unwrap()), ["0", "1", "2", "3"]);
    }

    async fn expired_token_closes_socket_4401(server: TestServer) {
        let TestWorkspace { client, chat, .. } = TestWorkspace::new(&server, &server.url).await;
        let token = client.create_token(&chat.id, "ada", Duration::from_secs(60)).await.unwrap();
        assert!(!format!("{token:?}").contains(&token.token));
        let by_one = parlor_client::SocketBuilder::with_token(&server.url, &token.token).unwrap();
        let (sender, _events) = by_one.clone().connect().await.unwrap();
        sender.send("by token").await.unwrap();
        let (finding, found) = (client.clone(), chat.id.clone());
        let by_many = parlor_client::SocketBuilder::with_token_provider(&server.url, move || {
            let (client, chat) = (finding.clone(), found.clone());
            async move { Ok::<_, Error>(client.create_token(&chat, "ada", Duration::from_secs(60)).await?.token) }
        });
        server.clock.advance(Duration::from_secs(61));
        let (many, _events) = by_many.unwrap().connect().await.unwrap();
        many.send("by another").await.unwrap();
        let refused = by_one.connect().await.unwrap_err();
        let Error::Closed(CloseReason::Server { code, error_code }) = refused else { panic!("{refused:?}") };
        assert_eq!((code, error_code.as_deref()), (4401, Some("INVALID_TOKEN")));
    }

    async fn slow_reader_blocks_only_its_own_socket(server: TestServer) {
        let TestWorkspace { client, chat, .. } = TestWorkspace::new(&server, &server.url).await;
        let (_slow, mut slow) = client.socket(&chat.id, "ada").event_buffer(1).connect().await.unwrap();
        let (sender, events) = client.socket(&chat.id, "ada").connect().await.unwrap();
        drop(events);
        for n in 0..500 {
            sender.send(format!("{n}")).await.unwrap();
        }
        for n in 0..500 {
            assert_eq!(slow.next_entry().await.unwrap().message().unwrap().content, n.to_string());
        }
    }
}
