//! Against a whole server, through a gate that breaks connections.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod world;

use std::time::Duration;

use parlor_client::{
    ChatChange, Closing, Connected, Entry, Error, Event, Events, NewChat, NewMessage, Paging,
    Start, Stretch, What,
};
use parlor_testkit::{Gate, both};
use world::{World, contents, quick};

/// The next entry that somebody said.
async fn said(events: &mut Events) -> Entry {
    loop {
        match events.entry().await.unwrap() {
            entry if entry.message().is_some() => return entry,
            other => assert_eq!(other.what, What::Joined(vec!["bob".to_owned()])),
        }
    }
}

both! {
    async fn chats_messages_users_and_their_refusals(server: TestServer) {
        let World { client, chat, .. } = World::of(&server, &server.url).await;
        assert_eq!((chat.user_id.as_str(), chat.title.as_str()), ("ada", "Parcel"));
        let said = client.post(&chat.id, NewMessage::new("Hi").id("m-1")).await.unwrap();
        let again = client.post(&chat.id, NewMessage::new("Hi").id("m-1")).await.unwrap();
        assert_eq!((said.duplicate, again.duplicate), (false, true));
        assert_eq!(said.message, again.message);
        client.post(&chat.id, NewMessage::new("Reply").by_assistant()).await.unwrap();
        client.post(&chat.id, NewMessage::new("Picture").by("bob").media("image", "https://example.com/p")).await.unwrap();
        let page = client.messages(&chat.id, Stretch { after_seq: Some(said.message.seq), ..Stretch::default() }).await.unwrap();
        assert_eq!(page.messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>(), ["Reply", "Picture"]);
        assert_eq!((page.total, page.has_more), (3, false));
        let change = ChatChange { title: Some("Found".to_owned()), ..ChatChange::default() };
        assert_eq!(client.update_chat(&chat.id, &change).await.unwrap().title, "Found");
        let found = client.chat(&chat.id).await.unwrap();
        assert_eq!((found.message_count, found.status.as_deref()), (Some(3), Some("active")));
        assert_eq!(client.chats_of("ada", Paging::default()).await.unwrap().total, 1);
        let log = client.log_after(&chat.id, 0).await.unwrap();
        assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as i64));
        assert_eq!(contents(&log), ["Hi", "Reply", "Picture"]);
        assert_eq!(client.user("ada").await.unwrap().chat_count, 1);
        client.delete_user("bob").await.unwrap();

        let unknown = client.chat("00000000-0000-7000-8000-000000000000").await.unwrap_err();
        assert_eq!((unknown.status(), unknown.code()), (Some(404), Some("CHAT_NOT_FOUND")));
        let foreign = parlor_client::Client::new(&server.url, &server.b.key).unwrap();
        assert_eq!(foreign.chat(&chat.id).await.unwrap_err().code(), Some("CHAT_NOT_FOUND"));
        let Error::Refused(blank) = client.post(&chat.id, " ").await.unwrap_err() else { panic!("it is refused") };
        assert_eq!((blank.status, blank.code.as_str()), (Some(400), "INVALID_REQUEST"));
        assert_eq!(blank.faults[0].loc, ["body", "content"]);
        assert!(blank.request_id.is_some());
        client.delete_chat(&chat.id, false).await.unwrap();
        assert_eq!(client.chat(&chat.id).await.unwrap_err().status(), Some(404));
    }

    async fn both_halves_of_a_socket(server: TestServer) {
        let World { client, chat, .. } = World::of(&server, &server.url).await;
        let (ada, mut heard) = client.socket(&chat.id, "ada").connect().await.unwrap();
        let (bob, mut bobs) = client.socket(&chat.id, "bob").connect().await.unwrap();
        let receipt = ada.send("Hi").await.unwrap();
        let repeated = ada.send(NewMessage::new("Hi").id(&receipt.client_message_id)).await.unwrap();
        assert_eq!((repeated.seq, repeated.duplicate), (receipt.seq, true));
        // One's own word and the other's are entries alike.
        let own = said(&mut heard).await;
        assert_eq!(own, said(&mut bobs).await);
        assert_eq!(own.message().unwrap().client_message_id.as_ref(), Some(&receipt.client_message_id));
        bob.typing(true).unwrap();
        bob.read(receipt.seq).unwrap();
        // What passes while somebody still reads the log passes unheard: only its end may be heard then.
        let (mut typed, mut has_read) = (false, false);
        while !(typed && has_read) {
            match heard.next().await.unwrap() {
                Event::Typing { user, .. } => typed = user == "bob",
                Event::Read { user, seq } => has_read = user == "bob" && seq == receipt.seq,
                other => assert!(matches!(other, Event::Connected(_)), "{other:?}"),
            }
        }
        ada.ping().await.unwrap();
        let history = ada.history(None, 10).await.unwrap();
        assert_eq!((history.messages.len(), history.has_more), (1, false));
        assert_eq!(ada.history(None, 101).await.unwrap_err().code(), Some("INVALID_JSON"));
        ada.close().await;
        assert!(matches!(ada.send("late").await, Err(Error::Closed(Closing::Here))));
        while let Some(event) = heard.next().await {
            assert!(matches!(event, Event::Read { .. } | Event::Typing { .. } | Event::Closed(Closing::Here)), "{event:?}");
        }
        assert!(heard.next().await.is_none());
        client.delete_chat(&chat.id, true).await.unwrap();
        loop {
            match bobs.next().await.unwrap() {
                Event::Closed(closing) => {
                    let deleted = Closing::Server { code: 4410, error_code: Some("CHAT_DELETED".to_owned()) };
                    break assert_eq!(closing, deleted);
                }
                other => assert!(!matches!(other, Event::Disconnected(_)), "{other:?}"),
            }
        }
    }

    async fn broken_connections_and_a_server_that_is_gone_lose_nothing(server: TestServer) {
        let mut server = server;
        let gate = Gate::open(&server.url).await;
        let World { client, chat, direct } = World::of(&server, &gate.url).await;
        let socket = || client.socket(&chat.id, "ada").backoff(quick());
        let (sender, events) = socket().connect().await.unwrap();
        drop(events);
        let (_reading, mut events) = socket().from_start().connect().await.unwrap();
        let mut receipts = Vec::new();
        for n in 0..30 {
            let sending = sender.send(format!("{n}"));
            if n % 5 == 0 { gate.cut(); }
            receipts.push(sending.await.unwrap().seq);
            if n == 15 {
                gate.shut();
                server.restart().await;
                gate.lead_to(&server.url);
            }
        }
        drop(direct);
        let mut entries = Vec::new();
        let mut again = 0;
        while contents(&entries).len() < 30 {
            match events.next().await.unwrap() {
                Event::Entry(entry) => entries.push(*entry),
                Event::Connected(Connected { start, after, .. }) => {
                    assert_eq!((start, after), (Start::Resumed, entries.len() as i64));
                    again += 1;
                }
                other => assert!(matches!(other, Event::Disconnected(_)), "{other:?}"),
            }
        }
        assert!(again > 3, "{again}");
        assert!(contents(&entries).into_iter().eq((0..30).map(|n| n.to_string())), "in the order they were said");
        assert_eq!(entries, client.log_after(&chat.id, 0).await.unwrap());
        assert_eq!(receipts, entries.iter().filter(|e| e.message().is_some()).map(|e| e.seq).collect::<Vec<_>>());
    }

    async fn a_position_is_gone_on_from_and_another_history_is_told(server: TestServer) {
        let World { client, chat, .. } = World::of(&server, &server.url).await;
        let (sender, mut events) = client.socket(&chat.id, "ada").connect().await.unwrap();
        sender.send("heard").await.unwrap();
        events.entry().await.unwrap();
        let position = events.position().unwrap().clone();
        drop((sender, events));
        for n in 0..250 {
            client.post(&chat.id, format!("missed {n}")).await.unwrap();
        }
        let kept = serde_json::to_string(&position).unwrap();
        let (_sender, mut events) = client.socket(&chat.id, "ada").after(serde_json::from_str(&kept).unwrap()).connect().await.unwrap();
        for n in 0..250 {
            let entry = events.entry().await.unwrap();
            assert_eq!((entry.seq, entry.message().unwrap().content.clone()), (position.seq + 1 + n, format!("missed {n}")));
        }
        let mut strange = position;
        strange.epoch = "00000000-0000-0000-0000-000000000000".to_owned();
        let (_sender, mut events) = client.socket(&chat.id, "ada").after(strange).connect().await.unwrap();
        let Some(Event::Connected(connected)) = events.next().await else { panic!("it is connected") };
        assert_eq!((connected.start, connected.after), (Start::Reset, connected.seq));
    }

    async fn an_answer_that_was_lost_is_asked_for_again(server: TestServer) {
        // Every other connection breaks when its answer begins, and the rest after an answer or two.
        let mut early = false;
        let fuse = move || { early = !early; Some(if early { 20 } else { 1_200 }) };
        let gate = Gate::fused(&server.url, Box::new(fuse)).await;
        let World { client, chat, direct } = World::of(&server, &gate.url).await;
        for n in 0..4 {
            client.create_chat(NewChat::of("bob").title(format!("{n}"))).await.unwrap();
            client.post(&chat.id, format!("{n}")).await.unwrap();
        }
        assert!(gate.passed() > 5, "{}", gate.passed());
        assert_eq!(direct.chats_of("bob", Paging::default()).await.unwrap().total, 4);
        assert_eq!(contents(&direct.log_after(&chat.id, 0).await.unwrap()), ["0", "1", "2", "3"]);
    }

    async fn tokens_open_sockets_and_end_them(server: TestServer) {
        let World { client, chat, .. } = World::of(&server, &server.url).await;
        let token = client.token(&chat.id, "ada", Duration::from_secs(60)).await.unwrap();
        assert!(!format!("{token:?}").contains(&token.token));
        let by_one = parlor_client::Socket::by_token(&server.url, &token.token).unwrap();
        let (sender, _events) = by_one.clone().connect().await.unwrap();
        sender.send("by token").await.unwrap();
        let (finding, found) = (client.clone(), chat.id.clone());
        let by_many = parlor_client::Socket::by_tokens(&server.url, move || {
            let (client, chat) = (finding.clone(), found.clone());
            async move { Ok::<_, Error>(client.token(&chat, "ada", Duration::from_secs(60)).await?.token) }
        });
        server.clock.advance(Duration::from_secs(61));
        let (many, _events) = by_many.unwrap().connect().await.unwrap();
        many.send("by another").await.unwrap();
        let refused = by_one.connect().await.unwrap_err();
        let Error::Closed(Closing::Server { code, error_code }) = refused else { panic!("{refused:?}") };
        assert_eq!((code, error_code.as_deref()), (4401, Some("INVALID_TOKEN")));
    }

    async fn a_reader_that_takes_nothing_holds_up_its_own_socket_alone(server: TestServer) {
        let World { client, chat, .. } = World::of(&server, &server.url).await;
        let (_slow, mut slow) = client.socket(&chat.id, "ada").queue(1).connect().await.unwrap();
        let (sender, events) = client.socket(&chat.id, "ada").connect().await.unwrap();
        drop(events);
        for n in 0..500 {
            sender.send(format!("{n}")).await.unwrap();
        }
        for n in 0..500 {
            assert_eq!(slow.entry().await.unwrap().message().unwrap().content, n.to_string());
        }
    }
}
