//! A codec that panics ends what its own listeners hear, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parlor_bus::Note;
use parlor_engine::conversation::Chronicle;
use parlor_engine::{conversation, message};
use parlor_gateway::hub::{Change, Codec, Feed, Frame, Heard, Hub, Turn};
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::conversation::{ConversationKey, CreateConversation, Kind};
use parlor_model::live::{Sign, Signal};
use parlor_model::log::Item;
use parlor_model::message::{CreateMessage, Role};
use parlor_testkit::{TestServer, both, tokio};
use uuid::Uuid;

/// What the codec stumbles over, and must not show anybody.
const BOOM: &str = "what-nobody-may-read-in-a-log";

/// Tells texts as they are.
struct Plain {
    is_fragile: bool,
}

impl Codec for Plain {
    fn name(&self) -> &'static str {
        if self.is_fragile { "fragile" } else { "sturdy" }
    }

    fn item(&self, item: &Item, _: &Chronicle) -> Option<Utf8Bytes> {
        let Item::Message(message) = item else {
            return Some("entry".into());
        };
        let text: &String = &message.text;
        assert!(!self.is_fragile || text != BOOM, "a codec that fails");
        Some(text.as_str().into())
    }

    fn signal(&self, _: &Signal) -> Option<Utf8Bytes> {
        assert!(!self.is_fragile, "a codec that fails");
        Some("signal".into())
    }

    fn presence(&self, _: &Change) -> Option<Utf8Bytes> {
        assert!(!self.is_fragile, "a codec that fails");
        Some("presence".into())
    }
}

/// Fails once where it is armed, and not in what is contained: whoever reads for all then fails with it.
#[derive(Default)]
struct Stumbling {
    is_armed: AtomicBool,
}

impl Codec for Stumbling {
    fn name(&self) -> &'static str {
        assert!(
            !self.is_armed.swap(false, Ordering::SeqCst),
            "a name that fails"
        );
        "stumbling"
    }

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes> {
        Plain { is_fragile: false }.item(item, known)
    }

    fn signal(&self, _: &Signal) -> Option<Utf8Bytes> {
        None
    }
}

struct Scene {
    server: TestServer,
    hub: Arc<Hub>,
    number: i64,
}

impl Scene {
    async fn new(server: TestServer) -> Self {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let made = conversation::create(engine, &ctx, CreateConversation::of(Kind::Group)).await;
        let number = made.unwrap().number;
        let hub = Hub::start(engine);
        Self {
            server,
            hub,
            number,
        }
    }

    async fn say(&self, text: &str) {
        let key = ConversationKey::Number(self.number);
        let author = Some(self.server.a.owner.number);
        let said = CreateMessage::new(key, author, Role::User, text);
        let made = message::create(&self.server.engine, &self.server.a.ctx(), said).await;
        made.unwrap();
    }

    /// One who follows what happens from now on.
    async fn listen(&self, is_fragile: bool, after: i64) -> Feed {
        let codec = Arc::new(Plain { is_fragile });
        let ctx = self.server.a.ctx();
        let mut feed = self.hub.feed(&ctx, self.number, codec, after);
        while !feed.is_live() && feed.catch_up().await.unwrap().is_none() {}
        feed
    }
}

/// The frames that come next, so many.
async fn hear(feed: &mut Feed, count: usize) -> Vec<Frame> {
    let mut all = Vec::new();
    while all.len() < count {
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(20), feed.next());
        match waiting.await.expect("nothing came").unwrap() {
            Heard::Frames(frames) => all.extend(frames),
            // It reads the log by itself from here.
            Heard::Lagged { .. } => {}
            Heard::Gone => panic!("it is gone"),
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
        let scene = Scene::new(server).await;
        let codec = Arc::new(Stumbling::default());
        let mut stumbling = scene.hub.feed(&scene.server.a.ctx(), scene.number, codec.clone(), 1);
        while !stumbling.is_live() && stumbling.catch_up().await.unwrap().is_none() {}
        let mut sturdy = scene.listen(false, 1).await;
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
                scene.say(text).await;
                for feed in [&mut stumbling, &mut sturdy] {
                    assert_eq!(texts(&hear(feed, 1).await), [text.as_str()]);
                }
            }
            assert!(!codec.is_armed.load(Ordering::SeqCst), "nothing has failed");
        }
        assert!(scene.server.logs().contains("what reads a conversation for its listeners panicked"));
    }

    async fn the_others_hear_everything_and_go_on(server: TestServer) {
        let scene = Scene::new(server).await;
        let (mut sturdy, mut fragile) = (scene.listen(false, 1).await, scene.listen(true, 1).await);
        for text in ["before", BOOM, "after"] {
            scene.say(text).await;
        }
        let heard = hear(&mut sturdy, 3).await;
        assert_eq!(texts(&heard), ["before", BOOM, "after"]);
        let heard = hear(&mut fragile, 2).await;
        assert_eq!(texts(&heard)[..2], ["before", ""]);
        assert!(matches!(heard[1].turn, Turn::Broken), "{heard:?}");
        drop(fragile);
        // Who reads the log by itself stumbles at the same place.
        let codec = Arc::new(Plain { is_fragile: true });
        let mut late = scene.hub.feed(&scene.server.a.ctx(), scene.number, codec, 1);
        let heard = hear(&mut late, 3).await;
        assert!(matches!(heard[1].turn, Turn::Broken), "{heard:?}");

        // What passes, and who is there, is lost on the one codec alone.
        let mut fragile = scene.listen(true, 4).await;
        scene.hub.tell(&[Note::Signal(Signal {
            ws: scene.server.a.ctx().ws(),
            conversation: scene.number,
            from: Uuid::nil(),
            who: scene.server.a.owner.clone(),
            sign: Sign::Typing(true),
        })]);
        assert_eq!(texts(&hear(&mut sturdy, 1).await), ["signal"]);
        let ws = scene.server.a.ctx().ws();
        let unseen = scene.hub.look(ws, scene.number, None);
        let seen = scene.hub.look(ws, scene.number, Some(scene.server.a.owner.clone()));
        assert_eq!(texts(&hear(&mut sturdy, 1).await), ["presence"]);
        drop((seen, unseen));
        scene.say("and on").await;
        let heard = hear(&mut fragile, 1).await;
        assert_eq!(texts(&heard), ["and on"]);
        let mut heard = hear(&mut sturdy, 1).await;
        if texts(&heard) == ["presence"] {
            heard = hear(&mut sturdy, 1).await;
        }
        assert_eq!(texts(&heard), ["and on"]);
        let logs = scene.server.logs();
        assert!(logs.contains("a codec panicked") && !logs.contains(BOOM), "{logs}");
    }
}
