//! A panicking encoder ends only its own subscriptions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parlor_bus::BusMessage;
use parlor_engine::conversation::LogPage;
use parlor_engine::{conversation, message};
use parlor_gateway::hub::{
    Frame, FrameEffect, FrameEncoder, Hub, PresenceChange, Subscription, SubscriptionEvent,
};
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::log::LogItem;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use parlor_testkit::{TestServer, both, tokio};
use uuid::Uuid;

/// Text on which the encoder panics; it must not be logged.
const PANIC_TEXT: &str = "what-nobody-may-read-in-a-log";

/// Encodes texts as they are.
struct TextEncoder {
    panics_on_trigger: bool,
}

impl FrameEncoder for TextEncoder {
    fn cache_key(&self) -> &'static str {
        if self.panics_on_trigger {
            "fragile"
        } else {
            "sturdy"
        }
    }

    fn encode_item(&self, item: &LogItem, _: &LogPage) -> Option<Utf8Bytes> {
        let LogItem::Message(message) = item else {
            return Some("entry".into());
        };
        let text: &String = &message.text;
        assert!(
            !self.panics_on_trigger || text != PANIC_TEXT,
            "a codec that fails"
        );
        Some(text.as_str().into())
    }

    fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<Utf8Bytes> {
        assert!(!self.panics_on_trigger, "a codec that fails");
        Some("signal".into())
    }

    fn encode_presence(&self, _: &PresenceChange) -> Option<Utf8Bytes> {
        assert!(!self.panics_on_trigger, "a codec that fails");
        Some("presence".into())
    }
}

/// Fails once where it is armed, and not in what is contained: whoever reads for all then fails with it.
#[derive(Default)]
struct Stumbling {
    is_armed: AtomicBool,
}

impl FrameEncoder for Stumbling {
    fn cache_key(&self) -> &'static str {
        assert!(
            !self.is_armed.swap(false, Ordering::SeqCst),
            "a name that fails"
        );
        "stumbling"
    }

    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<Utf8Bytes> {
        TextEncoder {
            panics_on_trigger: false,
        }
        .encode_item(item, known)
    }

    fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<Utf8Bytes> {
        None
    }
}

struct HubFixture {
    server: TestServer,
    hub: Arc<Hub>,
    conversation: i64,
}

impl HubFixture {
    async fn new(server: TestServer) -> Self {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let created = conversation::create(
            engine,
            &ctx,
            CreateConversation::new(ConversationKind::Group),
        )
        .await;
        let number = created.unwrap().number;
        let hub = Hub::start(engine);
        Self {
            server,
            hub,
            conversation: number,
        }
    }

    async fn send_message(&self, text: &str) {
        let key = ConversationKey::Number(self.conversation);
        let author = Some(self.server.a.owner.number);
        let command = CreateMessage::new(key, author, MessageRole::User, text);
        let created = message::create(&self.server.engine, &self.server.a.ctx(), command).await;
        created.unwrap();
    }

    /// Subscribes to entries after a seq.
    async fn subscribe(&self, is_fragile: bool, after: i64) -> Subscription {
        let encoder = Arc::new(TextEncoder {
            panics_on_trigger: is_fragile,
        });
        let ctx = self.server.a.ctx();
        let mut subscription = self.hub.subscribe(&ctx, self.conversation, encoder, after);
        while !subscription.is_live() && subscription.catch_up().await.unwrap().is_none() {}
        subscription
    }
}

/// Returns the next `count` frames.
async fn recv_frames(subscription: &mut Subscription, count: usize) -> Vec<Frame> {
    let mut all = Vec::new();
    while all.len() < count {
        let next = tokio::time::timeout(std::time::Duration::from_secs(20), subscription.next());
        match next.await.expect("nothing came").unwrap() {
            SubscriptionEvent::Frames(frames) => all.extend(frames),
            // It reads the log by itself from here.
            SubscriptionEvent::Lagged { .. } => {}
            SubscriptionEvent::Deleted => panic!("it is gone"),
        }
    }
    all
}

fn texts(frames: &[Frame]) -> Vec<&str> {
    let texts = frames.iter().map(|frame| frame.text.as_ref());
    texts
        .map(|text| text.map_or("", |text| text.as_str()))
        .collect()
}

both! {
    async fn reading_for_all_that_panics_leaves_nobody_waiting(server: TestServer) {
        let scene = HubFixture::new(server).await;
        let codec = Arc::new(Stumbling::default());
        let mut stumbling = scene.hub.subscribe(&scene.server.a.ctx(), scene.conversation, codec.clone(), 1);
        while !stumbling.is_live() && stumbling.catch_up().await.unwrap().is_none() {}
        let mut sturdy = scene.subscribe(false, 1).await;
        for round in 0..3 {
            let texts_of_round = [format!("fails {round}"), format!("works {round}")];
            // Both are told by the one who reads for all, as before the last failure.
            for feed in [&mut stumbling, &mut sturdy] {
                while !feed.is_live() {
                    assert!(feed.catch_up().await.unwrap().is_none());
                }
            }
            codec.is_armed.store(true, Ordering::SeqCst);
            for text in &texts_of_round {
                scene.send_message(text).await;
                for feed in [&mut stumbling, &mut sturdy] {
                    assert_eq!(texts(&recv_frames(feed, 1).await), [text.as_str()]);
                }
            }
            assert!(!codec.is_armed.load(Ordering::SeqCst), "nothing has failed");
        }
        assert!(scene.server.logs().contains("what reads a conversation for its listeners panicked"));
    }

    async fn encoder_panic_affects_only_its_own_subscribers(server: TestServer) {
        let fixture = HubFixture::new(server).await;
        let (mut working, mut panicking) = (fixture.subscribe(false, 1).await, fixture.subscribe(true, 1).await);
        for text in ["before", PANIC_TEXT, "after"] {
            fixture.send_message(text).await;
        }
        let frames = recv_frames(&mut working, 3).await;
        assert_eq!(texts(&frames), ["before", PANIC_TEXT, "after"]);
        let frames = recv_frames(&mut panicking, 2).await;
        assert_eq!(texts(&frames)[..2], ["before", ""]);
        assert!(matches!(frames[1].effect, FrameEffect::EncodeFailed), "{frames:?}");
        drop(panicking);
        // Catch-up reads with the same encoder and fails at the same entry.
        let encoder = Arc::new(TextEncoder { panics_on_trigger: true });
        let mut catching_up = fixture.hub.subscribe(&fixture.server.a.ctx(), fixture.conversation, encoder, 1);
        let frames = recv_frames(&mut catching_up, 3).await;
        assert!(matches!(frames[1].effect, FrameEffect::EncodeFailed), "{frames:?}");

        // Ephemeral events and presence are lost only for the panicking encoder.
        let mut panicking = fixture.subscribe(true, 4).await;
        fixture.hub.publish(&[BusMessage::Ephemeral(EphemeralEvent {
            ws: fixture.server.a.ctx().ws(),
            conversation: fixture.conversation,
            origin: Uuid::nil(),
            member: fixture.server.a.owner.clone(),
            content: EphemeralContent::Typing(true),
        })]);
        assert_eq!(texts(&recv_frames(&mut working, 1).await), ["signal"]);
        let ws = fixture.server.a.ctx().ws();
        let invisible = fixture.hub.join_presence(ws, fixture.conversation, None);
        let visible = fixture.hub.join_presence(ws, fixture.conversation, Some(fixture.server.a.owner.clone()));
        assert_eq!(texts(&recv_frames(&mut working, 1).await), ["presence"]);
        drop((visible, invisible));
        fixture.send_message("and on").await;
        let frames = recv_frames(&mut panicking, 1).await;
        assert_eq!(texts(&frames), ["and on"]);
        let mut frames = recv_frames(&mut working, 1).await;
        if texts(&frames) == ["presence"] {
            frames = recv_frames(&mut working, 1).await;
        }
        assert_eq!(texts(&frames), ["and on"]);
        let logs = fixture.server.logs();
        assert!(logs.contains("a codec panicked") && !logs.contains(PANIC_TEXT), "{logs}");
    }
}
