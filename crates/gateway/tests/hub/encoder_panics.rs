//! A codec that panics ends what its own listeners hear, and nothing else.

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

/// What the codec stumbles over, and must not show anybody.
const PANIC_TEXT: &str = "what-nobody-may-read-in-a-log";

/// Tells texts as they are.
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
        let made = conversation::create(
            engine,
            &ctx,
            CreateConversation::new(ConversationKind::Group),
        )
        .await;
        let number = made.unwrap().number;
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
        let said = CreateMessage::new(key, author, MessageRole::User, text);
        let made = message::create(&self.server.engine, &self.server.a.ctx(), said).await;
        made.unwrap();
    }

    /// One who follows what happens from now on.
    async fn subscribe(&self, is_fragile: bool, after: i64) -> Subscription {
        let codec = Arc::new(TextEncoder {
            panics_on_trigger: is_fragile,
        });
        let ctx = self.server.a.ctx();
        let mut feed = self.hub.subscribe(&ctx, self.conversation, codec, after);
        while !feed.is_live() && feed.catch_up().await.unwrap().is_none() {}
        feed
    }
}

/// The frames that come next, so many.
async fn recv_frames(feed: &mut Subscription, count: usize) -> Vec<Frame> {
    let mut all = Vec::new();
    while all.len() < count {
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(20), feed.next());
        match waiting.await.expect("nothing came").unwrap() {
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
        let scene = HubFixture::new(server).await;
        let (mut sturdy, mut fragile) = (scene.subscribe(false, 1).await, scene.subscribe(true, 1).await);
        for text in ["before", PANIC_TEXT, "after"] {
            scene.send_message(text).await;
        }
        let heard = recv_frames(&mut sturdy, 3).await;
        assert_eq!(texts(&heard), ["before", PANIC_TEXT, "after"]);
        let heard = recv_frames(&mut fragile, 2).await;
        assert_eq!(texts(&heard)[..2], ["before", ""]);
        assert!(matches!(heard[1].effect, FrameEffect::EncodeFailed), "{heard:?}");
        drop(fragile);
        // Who reads the log by itself stumbles at the same place.
        let codec = Arc::new(TextEncoder { panics_on_trigger: true });
        let mut late = scene.hub.subscribe(&scene.server.a.ctx(), scene.conversation, codec, 1);
        let heard = recv_frames(&mut late, 3).await;
        assert!(matches!(heard[1].effect, FrameEffect::EncodeFailed), "{heard:?}");

        // What passes, and who is there, is lost on the one codec alone.
        let mut fragile = scene.subscribe(true, 4).await;
        scene.hub.publish(&[BusMessage::Ephemeral(EphemeralEvent {
            ws: scene.server.a.ctx().ws(),
            conversation: scene.conversation,
            origin: Uuid::nil(),
            member: scene.server.a.owner.clone(),
            content: EphemeralContent::Typing(true),
        })]);
        assert_eq!(texts(&recv_frames(&mut sturdy, 1).await), ["signal"]);
        let ws = scene.server.a.ctx().ws();
        let unseen = scene.hub.join_presence(ws, scene.conversation, None);
        let seen = scene.hub.join_presence(ws, scene.conversation, Some(scene.server.a.owner.clone()));
        assert_eq!(texts(&recv_frames(&mut sturdy, 1).await), ["presence"]);
        drop((seen, unseen));
        scene.send_message("and on").await;
        let heard = recv_frames(&mut fragile, 1).await;
        assert_eq!(texts(&heard), ["and on"]);
        let mut heard = recv_frames(&mut sturdy, 1).await;
        if texts(&heard) == ["presence"] {
            heard = recv_frames(&mut sturdy, 1).await;
        }
        assert_eq!(texts(&heard), ["and on"]);
        let logs = scene.server.logs();
        assert!(logs.contains("a codec panicked") && !logs.contains(PANIC_TEXT), "{logs}");
    }
}
