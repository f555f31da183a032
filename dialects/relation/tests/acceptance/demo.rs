//! The calls of the vendor's demonstration client, in its order, read as that client reads them: of each answer exactly the
//! fields that it uses, and a field that is missing or of another type fails the reading.

use parlor_testkit::{Reader, Reply, Socket, TestServer, both};
use serde_json::{Value, json};

use crate::live::open;
use crate::people::{Person, claims};
use crate::wallet::{EXCHANGE, VERIFY, Wallet, now};

/// What an answer holds, after its code was read as the client does: as a number.
#[track_caller]
fn result(reply: &Reply, code: f64) -> Reader {
    assert_eq!(reply.status, 200);
    let body = Reader::new("answer", reply.json());
    let read: f64 = body.field("code").text().parse().unwrap();
    assert_eq!(read, code, "{}", body.value);
    body.field("data")
}

#[derive(Debug, PartialEq)]
struct User {
    relation_id: String,
    name: String,
    avatar: String,
}

impl User {
    #[track_caller]
    fn read(reader: &Reader) -> Self {
        Self {
            relation_id: reader.field("relationId").text(),
            name: reader.field("name").text(),
            avatar: reader.field("avatar").text(),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Chat {
    channel_uuid: String,
    display_name: String,
    channel_icon: String,
    channel_type: String,
}

#[derive(Debug, PartialEq)]
struct Line {
    id: String,
    send_uuid: String,
    kind: String,
    from: String,
    from_name: Option<String>,
    from_avatar: Option<String>,
    content: String,
}

impl Line {
    #[track_caller]
    fn read(reader: &Reader) -> Self {
        // Of what the system tells, nobody is the author.
        let optional = |name: &str| reader.field(name).nullable(Reader::text);
        Self {
            id: reader.field("id").text(),
            send_uuid: reader.field("sendUuid").text(),
            kind: reader.field("type").text(),
            from: reader.field("from").text(),
            from_name: optional("fromName"),
            from_avatar: optional("fromAvatar"),
            content: reader.field("content").text(),
        }
    }
}

/// The client of one user.
struct Client<'s> {
    server: &'s TestServer,
    who: Person,
}

impl<'s> Client<'s> {
    /// Signs in with a wallet, and asks who one is.
    async fn sign_in(server: &'s TestServer, wallet: &Wallet) -> Self {
        let verify = server.post(VERIFY).header("ApiKey", &server.a.key);
        let proof = result(&verify.json(&wallet.body(&now(server))).send().await, 0.0);
        let exchange = server.post(EXCHANGE).header("ApiKey", &server.a.key);
        let proof = format!("Bearer {}", proof.field("token").text());
        let token = exchange.header("I-Authorization", proof).send().await;
        let token = result(&token, 0.0).field("token").text();
        let id = claims(&token).sub;
        let client = Self {
            server,
            who: Person { id, token },
        };
        assert_eq!(client.user(None).await.relation_id, client.who.id);
        client
    }

    async fn get(&self, path: &str) -> Reply {
        let path = format!("/api/v1/{path}");
        self.who
            .on(self.server, self.server.get(&path))
            .send()
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        let path = format!("/api/v1/{path}");
        self.who.post(self.server, &path, &body).await
    }

    async fn user(&self, address: Option<&str>) -> User {
        let path = address.map_or("userInfo".to_owned(), |id| format!("userInfo?address={id}"));
        User::read(&result(&self.get(&path).await, 0.0))
    }

    /// The first page of the list of chats; a page that holds some has a cursor, or the client would throw it away.
    async fn chats(&self) -> Vec<Chat> {
        let page = result(&self.get("userChannels/list?cursor=&limit=100").await, 0.0);
        let list = page.field("list").items();
        assert!(list.is_empty() || !page.field("cursor").text().is_empty());
        let read = |row: &Reader| Chat {
            channel_uuid: row.field("channelUuid").text(),
            display_name: row.field("displayName").text(),
            channel_icon: row.field("channelIcon").text(),
            channel_type: row.field("channelType").text(),
        };
        list.iter().map(read).collect()
    }

    async fn lines(&self, channel: &str) -> Vec<Line> {
        let now = now(self.server);
        let path = format!("message/list?channelUuid={channel}&maxCreateAt={now}&limit=50");
        let page = result(&self.get(&path).await, 0.0);
        page.items().iter().map(Line::read).collect()
    }

    /// What the dialog about a channel shows: name, icon, type, and who takes part.
    async fn info(&self, channel: &str) -> (String, String, String, Vec<User>) {
        let path = format!("channel/info?channelUuid={channel}");
        let info = result(&self.get(&path).await, 0.0);
        let text = |name: &str| info.field(name).text();
        let members = info
            .field("members")
            .items()
            .iter()
            .map(User::read)
            .collect();
        (text("name"), text("icon"), text("type"), members)
    }

    /// Whom somebody follows, up to the page that is empty.
    async fn following(&self, address: &str) -> Vec<User> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("follow/list?address={address}&limit=2&cursor={cursor}");
            let page = result(&self.get(&path).await, 0.0);
            let list = page.field("list").items();
            if list.is_empty() {
                return all;
            }
            all.extend(list.iter().map(User::read));
            cursor = page.field("cursor").text();
        }
    }

    async fn recommended(&self) -> Vec<(User, bool)> {
        let page = result(&self.get("follow/recommended?limit=100&cursor=").await, 0.0);
        assert!(!page.field("cursor").text().is_empty());
        let read = |row: &Reader| (User::read(row), row.field("following").flag());
        page.field("list").items().iter().map(read).collect()
    }
}

/// The channel and the line of the next frame.
async fn heard(socket: &mut Socket) -> (String, Line) {
    let frame = socket.next().await;
    let message = Reader::new("frame", frame).field("im-message");
    (message.field("channelUuid").text(), Line::read(&message))
}

fn contents(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.content.as_str()).collect()
}

both! {
    async fn the_demonstration_client_finds_all_it_reads(server: TestServer) {
        // Both sign in; the second one's address is the name of its holder until another is chosen.
        let (ada, bob) = (Client::sign_in(&server, &Wallet::of(1)).await, Client::sign_in(&server, &Wallet::of(2)).await);
        assert_eq!(ada.chats().await, []);
        let (mut adas, mut bobs) = (open(&server, &ada.who).await, open(&server, &bob.who).await);

        // The middle pane: recommendations, following, the list of those one follows.
        let bobs_face = bob.user(None).await;
        assert_eq!(bobs_face.name, Wallet::of(2).address()[..6]);
        assert_eq!(ada.recommended().await, [(bob.user(None).await, false)]);
        result(&ada.post("follow/add", json!({ "address": bob.who.id })).await, 0.0);
        assert_eq!(ada.recommended().await, [(bob.user(None).await, true)]);
        assert_eq!(ada.following(&ada.who.id).await, [bob.user(None).await]);
        result(&ada.post("follow/remove", json!({ "address": bob.who.id })).await, 0.0);
        assert_eq!(ada.following(&ada.who.id).await, []);

        // Somebody is looked up by address and greeted, which opens the chat.
        assert_eq!(ada.user(Some(&Wallet::of(2).address())).await, bobs_face);
        assert_eq!(ada.user(Some(&bob.who.id)).await, bobs_face);
        let hi = json!({ "toRelationId": bob.who.id, "content": "say hi", "sendUuid": "hi-1" });
        let sent = result(&ada.post("message/send", hi).await, 0.0);
        let pair = sent.field("channelUuid").text();
        let (channel, line) = heard(&mut bobs).await;
        let expected = Line {
            id: sent.field("id").text(),
            send_uuid: "hi-1".to_owned(),
            kind: "TEXT".to_owned(),
            from: ada.who.id.clone(),
            from_name: Some(ada.user(None).await.name),
            from_avatar: Some(String::new()),
            content: "say hi".to_owned(),
        };
        assert_eq!((&channel, &line), (&pair, &expected));
        assert_eq!(heard(&mut adas).await, (pair.clone(), line));
        assert_eq!(bob.lines(&pair).await, [expected]);
        let bobs_chat = Chat {
            channel_uuid: pair.clone(),
            display_name: ada.user(None).await.name,
            channel_icon: String::new(),
            channel_type: "P".to_owned(),
        };
        assert_eq!(bob.chats().await, [bobs_chat]);

        // A group: what the system tells, a card, and a message without a type.
        let group = json!({ "members": [bob.who.id], "name": "Friends", "type": "G" });
        let group = result(&ada.post("channel/create", group).await, 0.0);
        let group = group.field("channelUuid").text();
        let told = format!("{} created Group Friends", ada.user(None).await.name);
        let (channel, line) = heard(&mut bobs).await;
        assert_eq!((channel.as_str(), line.kind.as_str(), &line.content), (group.as_str(), "SYS", &told));
        assert_eq!((line.from, line.from_name, line.from_avatar), ("0".repeat(32), None, None));
        let card = json!({ "contentAction": "joinGroup", "groupId": group, "groupName": "Friends" }).to_string();
        let body = json!({ "channelUuid": pair, "type": "CARD", "content": card });
        result(&ada.post("message/send", body).await, 0.0);
        let (channel, line) = heard(&mut bobs).await;
        assert_eq!((&channel, line.kind.as_str(), &line.content), (&pair, "CARD", &card));
        result(&bob.post("message/send", json!({ "channelUuid": group, "content": "hello" })).await, 0.0);
        let lines = ada.lines(&group).await;
        assert_eq!(contents(&lines), [told.as_str(), "hello"]);
        assert_eq!(lines[1].kind, "TEXT");
        let (name, icon, kind, members) = ada.info(&group).await;
        assert_eq!((name.as_str(), icon.as_str(), kind.as_str()), ("Friends", "", "G"));
        assert_eq!(members, [ada.user(None).await, bob.user(None).await]);
        assert_eq!(ada.chats().await.len(), 2);

        // Leaving, joining by the card, and the end, which is the admin's alone.
        let named = || json!({ "channelUuid": group });
        result(&bob.post("channel/disband", named()).await, 13_107.0);
        result(&bob.post("channel/members/leave", named()).await, 0.0);
        assert_eq!(ada.info(&group).await.3, [ada.user(None).await]);
        result(&bob.post("channel/join", named()).await, 0.0);
        result(&bob.post("channel/join", named()).await, 13_302.0);
        assert_eq!(ada.info(&group).await.3.len(), 2);
        result(&ada.post("channel/disband", named()).await, 0.0);
        result(&bob.get(&format!("channel/info?channelUuid={group}")).await, 13_104.0);
    }

    async fn a_client_with_many_chats_pages_through_them(server: TestServer) {
        let ada = Client::sign_in(&server, &Wallet::of(1)).await;
        for n in 0..3 {
            let group = json!({ "members": [], "name": format!("g{n}"), "type": "G" });
            result(&ada.post("channel/create", group).await, 0.0);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = result(&ada.get(&format!("userChannels/list?cursor={cursor}&limit=2")).await, 0.0);
            let list = page.field("list").items();
            if list.is_empty() {
                break;
            }
            seen.extend(list.iter().map(|row| row.field("displayName").text()));
            cursor = page.field("cursor").text();
        }
        assert_eq!(seen, ["g2", "g1", "g0"]);
    }
}
