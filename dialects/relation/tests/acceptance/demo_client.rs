//! The requests of the vendor's demo client, in its order. Exactly the fields that the client uses are read of each
//! response; a missing field or one of another type fails the test.

use parlor_testkit::{Reader, TestResponse, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::fixtures::{TestMember, claims};
use crate::live::connect;
use crate::wallet::{EXCHANGE_PATH, TestWallet, VERIFY_PATH, server_time};

/// What an answer holds, after its code was read as the client does: as a number.
#[track_caller]
fn expect_result(reply: &TestResponse, code: f64) -> Reader {
    assert_eq!(reply.status, 200);
    let body = Reader::new("answer", reply.json());
    let read: f64 = body.field("code").text().parse().unwrap();
    assert_eq!(read, code, "{}", body.value);
    body.field("data")
}

#[derive(Debug, PartialEq)]
struct ClientUser {
    relation_id: String,
    name: String,
    avatar: String,
}

impl ClientUser {
    #[track_caller]
    fn from_fields(reader: &Reader) -> Self {
        Self {
            relation_id: reader.field("relationId").text(),
            name: reader.field("name").text(),
            avatar: reader.field("avatar").text(),
        }
    }
}

#[derive(Debug, PartialEq)]
struct ClientChat {
    channel_uuid: String,
    display_name: String,
    channel_icon: String,
    channel_type: String,
}

#[derive(Debug, PartialEq)]
struct ClientMessage {
    id: String,
    send_uuid: String,
    kind: String,
    from: String,
    from_name: Option<String>,
    from_avatar: Option<String>,
    content: String,
}

impl ClientMessage {
    #[track_caller]
    fn from_fields(reader: &Reader) -> Self {
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
struct DemoClient<'s> {
    server: &'s TestServer,
    member: TestMember,
}

impl<'s> DemoClient<'s> {
    /// Signs in with a wallet and reads the own profile.
    async fn sign_in(server: &'s TestServer, wallet: &TestWallet) -> Self {
        let verify = server.post(VERIFY_PATH).header("ApiKey", &server.a.key);
        let proof = expect_result(
            &verify
                .json(&wallet.signed_body(&server_time(server)))
                .send()
                .await,
            0.0,
        );
        let exchange = server.post(EXCHANGE_PATH).header("ApiKey", &server.a.key);
        let proof = format!("Bearer {}", proof.field("token").text());
        let token = exchange.header("I-Authorization", proof).send().await;
        let token = expect_result(&token, 0.0).field("token").text();
        let id = claims(&token).sub;
        let client = Self {
            server,
            member: TestMember { id, token },
        };
        assert_eq!(client.user(None).await.relation_id, client.member.id);
        client
    }

    async fn get(&self, path: &str) -> TestResponse {
        let path = format!("/api/v1/{path}");
        self.member
            .with_credentials(self.server, self.server.get(&path))
            .send()
            .await
    }

    async fn post(&self, path: &str, body: Value) -> TestResponse {
        let path = format!("/api/v1/{path}");
        self.member.post(self.server, &path, &body).await
    }

    async fn user(&self, address: Option<&str>) -> ClientUser {
        let path = address.map_or("userInfo".to_owned(), |id| format!("userInfo?address={id}"));
        ClientUser::from_fields(&expect_result(&self.get(&path).await, 0.0))
    }

    /// Returns the first page of the channel list. A page with channels has a cursor; the client discards it otherwise.
    async fn chats(&self) -> Vec<ClientChat> {
        let page = expect_result(&self.get("userChannels/list?cursor=&limit=100").await, 0.0);
        let list = page.field("list").items();
        assert!(list.is_empty() || !page.field("cursor").text().is_empty());
        let read = |row: &Reader| ClientChat {
            channel_uuid: row.field("channelUuid").text(),
            display_name: row.field("displayName").text(),
            channel_icon: row.field("channelIcon").text(),
            channel_type: row.field("channelType").text(),
        };
        list.iter().map(read).collect()
    }

    async fn messages(&self, channel: &str) -> Vec<ClientMessage> {
        let now = server_time(self.server);
        let path = format!("message/list?channelUuid={channel}&maxCreateAt={now}&limit=50");
        let page = expect_result(&self.get(&path).await, 0.0);
        page.items()
            .iter()
            .map(ClientMessage::from_fields)
            .collect()
    }

    /// Returns the data of a channel's dialog: name, icon, type and participants.
    async fn info(&self, channel: &str) -> (String, String, String, Vec<ClientUser>) {
        let path = format!("channel/info?channelUuid={channel}");
        let info = expect_result(&self.get(&path).await, 0.0);
        let text = |name: &str| info.field(name).text();
        let members = info
            .field("members")
            .items()
            .iter()
            .map(ClientUser::from_fields)
            .collect();
        (text("name"), text("icon"), text("type"), members)
    }

    /// Returns the members that a member follows, up to the empty page.
    async fn following(&self, address: &str) -> Vec<ClientUser> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("follow/list?address={address}&limit=2&cursor={cursor}");
            let page = expect_result(&self.get(&path).await, 0.0);
            let list = page.field("list").items();
            if list.is_empty() {
                return all;
            }
            all.extend(list.iter().map(ClientUser::from_fields));
            cursor = page.field("cursor").text();
        }
    }

    async fn recommended(&self) -> Vec<(ClientUser, bool)> {
        let page = expect_result(&self.get("follow/recommended?limit=100&cursor=").await, 0.0);
        assert!(!page.field("cursor").text().is_empty());
        let read = |row: &Reader| (ClientUser::from_fields(row), row.field("following").flag());
        page.field("list").items().iter().map(read).collect()
    }
}

/// Returns the channel and the message of the next frame.
async fn next_message(socket: &mut TestSocket) -> (String, ClientMessage) {
    let frame = socket.next().await;
    let message = Reader::new("frame", frame).field("im-message");
    (
        message.field("channelUuid").text(),
        ClientMessage::from_fields(&message),
    )
}

fn message_contents(lines: &[ClientMessage]) -> Vec<&str> {
    lines.iter().map(|line| line.content.as_str()).collect()
}

both! {
    async fn demo_client_finds_every_field_it_reads(server: TestServer) {
        // Both sign in; the second one's default name is its address.
        let (ada, bob) = (DemoClient::sign_in(&server, &TestWallet::from_byte(1)).await, DemoClient::sign_in(&server, &TestWallet::from_byte(2)).await);
        assert_eq!(ada.chats().await, []);
        let (mut adas, mut bobs) = (connect(&server, &ada.member).await, connect(&server, &bob.member).await);

        // Recommendations, following, and the list of followed members.
        let bobs_face = bob.user(None).await;
        assert_eq!(bobs_face.name, TestWallet::from_byte(2).address()[..6]);
        assert_eq!(ada.recommended().await, [(bob.user(None).await, false)]);
        expect_result(&ada.post("follow/add", json!({ "address": bob.member.id })).await, 0.0);
        assert_eq!(ada.recommended().await, [(bob.user(None).await, true)]);
        assert_eq!(ada.following(&ada.member.id).await, [bob.user(None).await]);
        expect_result(&ada.post("follow/remove", json!({ "address": bob.member.id })).await, 0.0);
        assert_eq!(ada.following(&ada.member.id).await, []);

        // A member is looked up by address; the first message creates the channel.
        assert_eq!(ada.user(Some(&TestWallet::from_byte(2).address())).await, bobs_face);
        assert_eq!(ada.user(Some(&bob.member.id)).await, bobs_face);
        let hi = json!({ "toRelationId": bob.member.id, "content": "say hi", "sendUuid": "hi-1" });
        let sent = expect_result(&ada.post("message/send", hi).await, 0.0);
        let pair = sent.field("channelUuid").text();
        let (channel, line) = next_message(&mut bobs).await;
        let expected = ClientMessage {
            id: sent.field("id").text(),
            send_uuid: "hi-1".to_owned(),
            kind: "TEXT".to_owned(),
            from: ada.member.id.clone(),
            from_name: Some(ada.user(None).await.name),
            from_avatar: Some(String::new()),
            content: "say hi".to_owned(),
        };
        assert_eq!((&channel, &line), (&pair, &expected));
        assert_eq!(next_message(&mut adas).await, (pair.clone(), line));
        assert_eq!(bob.messages(&pair).await, [expected]);
        let bobs_chat = ClientChat {
            channel_uuid: pair.clone(),
            display_name: ada.user(None).await.name,
            channel_icon: String::new(),
            channel_type: "P".to_owned(),
        };
        assert_eq!(bob.chats().await, [bobs_chat]);

        // A group: a system event, a card, and a message without a type.
        let group = json!({ "members": [bob.member.id], "name": "Friends", "type": "G" });
        let group = expect_result(&ada.post("channel/create", group).await, 0.0);
        let group = group.field("channelUuid").text();
        let created_text = format!("{} created Group Friends", ada.user(None).await.name);
        let (channel, line) = next_message(&mut bobs).await;
        assert_eq!((channel.as_str(), line.kind.as_str(), &line.content), (group.as_str(), "SYS", &created_text));
        assert_eq!((line.from, line.from_name, line.from_avatar), ("0".repeat(32), None, None));
        let card = json!({ "contentAction": "joinGroup", "groupId": group, "groupName": "Friends" }).to_string();
        let body = json!({ "channelUuid": pair, "type": "CARD", "content": card });
        expect_result(&ada.post("message/send", body).await, 0.0);
        let (channel, line) = next_message(&mut bobs).await;
        assert_eq!((&channel, line.kind.as_str(), &line.content), (&pair, "CARD", &card));
        expect_result(&bob.post("message/send", json!({ "channelUuid": group, "content": "hello" })).await, 0.0);
        let lines = ada.messages(&group).await;
        assert_eq!(message_contents(&lines), [created_text.as_str(), "hello"]);
        assert_eq!(lines[1].kind, "TEXT");
        let (name, icon, kind, members) = ada.info(&group).await;
        assert_eq!((name.as_str(), icon.as_str(), kind.as_str()), ("Friends", "", "G"));
        assert_eq!(members, [ada.user(None).await, bob.user(None).await]);
        assert_eq!(ada.chats().await.len(), 2);

        // Leaving, joining by the card, and dismissal, which only the admin may do.
        let named = || json!({ "channelUuid": group });
        expect_result(&bob.post("channel/disband", named()).await, 13_107.0);
        expect_result(&bob.post("channel/members/leave", named()).await, 0.0);
        assert_eq!(ada.info(&group).await.3, [ada.user(None).await]);
        expect_result(&bob.post("channel/join", named()).await, 0.0);
        expect_result(&bob.post("channel/join", named()).await, 13_302.0);
        assert_eq!(ada.info(&group).await.3.len(), 2);
        expect_result(&ada.post("channel/disband", named()).await, 0.0);
        expect_result(&bob.get(&format!("channel/info?channelUuid={group}")).await, 13_104.0);
    }

    async fn demo_client_pages_through_many_chats(server: TestServer) {
        let ada = DemoClient::sign_in(&server, &TestWallet::from_byte(1)).await;
        for n in 0..3 {
            let group = json!({ "members": [], "name": format!("g{n}"), "type": "G" });
            expect_result(&ada.post("channel/create", group).await, 0.0);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = expect_result(&ada.get(&format!("userChannels/list?cursor={cursor}&limit=2")).await, 0.0);
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
