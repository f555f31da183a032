//! Members that send the requests, and checks of the envelope.

use parlor_engine::{conversation, member};
use parlor_kit::member_token::MemberClaims;
use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use parlor_testkit::{TestRequest, TestResponse, TestServer};
use serde_json::{Value, json};

pub(crate) const CREATE_PATH: &str = "/api/v1/channel/create";
pub(crate) const INFO_PATH: &str = "/api/v1/channel/info";
pub(crate) const MEMBERS_PATH: &str = "/api/v1/channel/members";
pub(crate) const IS_ADMIN_PATH: &str = "/api/v1/channel/isAdmin";
pub(crate) const JOIN_PATH: &str = "/api/v1/channel/join";
pub(crate) const ADD_PATH: &str = "/api/v1/channel/members/add";
pub(crate) const REMOVE_PATH: &str = "/api/v1/channel/members/remove";
pub(crate) const LEAVE_PATH: &str = "/api/v1/channel/members/leave";
pub(crate) const DISBAND_PATH: &str = "/api/v1/channel/disband";
pub(crate) const TRANSFER_PATH: &str = "/api/v1/channel/ownerTransfer";
pub(crate) const UPDATE_PATH: &str = "/api/v1/channel/update";

/// A member of tenant A with a unified token.
pub(crate) struct TestMember {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Creates a person without a role, who has no rights but those of every member.
pub(crate) async fn create_member(server: &TestServer, name: &str) -> TestMember {
    let (member, token) = server.create_signed_in_member(name, None, "").await;
    TestMember {
        id: member.handle,
        token,
    }
}

/// Creates the members A, B and C of the cases.
pub(crate) async fn create_three_members(
    server: &TestServer,
) -> (TestMember, TestMember, TestMember) {
    (
        create_member(server, "Ada").await,
        create_member(server, "Bob").await,
        create_member(server, "Cleo").await,
    )
}

impl TestMember {
    /// Adds both credentials to a request.
    pub(crate) fn with_credentials(
        &self,
        server: &TestServer,
        request: TestRequest,
    ) -> TestRequest {
        request.header("ApiKey", &server.a.key).bearer(&self.token)
    }

    pub(crate) async fn post(&self, server: &TestServer, path: &str, body: &Value) -> TestResponse {
        self.with_credentials(server, server.post(path))
            .json(body)
            .send()
            .await
    }

    /// Returns the channel of the pair with another member.
    pub(crate) async fn open_pair(&self, server: &TestServer, peer: &TestMember) -> String {
        self.channel(server, &json!({ "type": "P", "members": [peer.id] }))
            .await
    }

    /// Sends a message to a channel.
    pub(crate) async fn send_message(
        &self,
        server: &TestServer,
        channel: &str,
        text: &str,
    ) -> TestResponse {
        let body = json!({ "channelUuid": channel, "content": text });
        self.post(server, "/api/v1/message/send", &body).await
    }

    /// Lists messages of a channel.
    pub(crate) async fn messages(
        &self,
        server: &TestServer,
        channel: &str,
        query: &str,
    ) -> Vec<Value> {
        let path = format!("/api/v1/message/list?channelUuid={channel}&{query}");
        let page = response_data(
            &self
                .with_credentials(server, server.get(&path))
                .send()
                .await,
        );
        page.as_array().unwrap().clone()
    }

    /// Returns a page of the member's channel list.
    pub(crate) async fn chat_page(&self, server: &TestServer, query: &str) -> Value {
        let path = format!("/api/v1/userChannels/list?{query}");
        response_data(
            &self
                .with_credentials(server, server.get(&path))
                .send()
                .await,
        )
    }

    /// Returns the rows of that page.
    pub(crate) async fn chats(&self, server: &TestServer, query: &str) -> Vec<Value> {
        let page = self.chat_page(server, query).await;
        page["list"].as_array().unwrap().clone()
    }

    /// Returns the member's unread messages and mentions.
    pub(crate) async fn unread(&self, server: &TestServer) -> (i64, i64) {
        let reply = self.with_credentials(server, server.get("/api/v1/message/unreadCount"));
        let counts = response_data(&reply.send().await);
        let count = |name: &str| counts[name].as_i64().unwrap();
        (count("unreadCount"), count("mentionsCount"))
    }

    pub(crate) async fn create(&self, server: &TestServer, body: &Value) -> TestResponse {
        self.with_credentials(server, server.post(CREATE_PATH))
            .json(body)
            .send()
            .await
    }

    pub(crate) async fn get(&self, server: &TestServer, path: &str, channel: &str) -> TestResponse {
        let path = format!("{path}?channelUuid={channel}");
        self.with_credentials(server, server.get(&path))
            .send()
            .await
    }

    /// Creates a channel and returns its uuid.
    pub(crate) async fn channel(&self, server: &TestServer, body: &Value) -> String {
        let data = response_data(&self.create(server, body).await);
        data["channelUuid"].as_str().unwrap().to_owned()
    }

    /// Creates a group of the member and others.
    pub(crate) async fn group(&self, server: &TestServer, others: &[&TestMember]) -> String {
        let others: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
        self.channel(
            server,
            &json!({ "name": "team", "type": "G", "members": others }),
        )
        .await
    }

    /// Returns the ids of a channel's members.
    pub(crate) async fn members(&self, server: &TestServer, channel: &str) -> Vec<String> {
        let data = response_data(&self.get(server, MEMBERS_PATH, channel).await);
        let members = data.as_array().unwrap();
        let ids = members.iter().map(|member| &member["relationId"]);
        ids.map(|id| id.as_str().unwrap().to_owned()).collect()
    }
}

/// Returns the code of a response, which must be an envelope under HTTP 200, without data if it is an error.
#[track_caller]
pub(crate) fn response_code(reply: &TestResponse) -> String {
    let body = reply.expect(200);
    let keys: Vec<&str> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["code", "desc", "data"], "{body}");
    let code = body["code"].as_str().unwrap();
    assert_eq!(code == "0", body["desc"] == "success", "{body}");
    assert!(code == "0" || body["data"].is_null(), "{body}");
    code.to_owned()
}

/// Returns the data of a successful response.
#[track_caller]
pub(crate) fn response_data(reply: &TestResponse) -> Value {
    assert_eq!(response_code(reply), "0", "{}", reply.text());
    reply.json()["data"].clone()
}

/// Whether a text is 32 lower-case hex digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Returns the numbers of tenant A's groups and members.
pub(crate) async fn count_rows(server: &TestServer) -> (i64, i64) {
    let listing = conversation::ListConversations {
        sort: ConversationSort::CreatedAt,
        order: SortOrder::Ascending,
        limit: 1,
        offset: 0,
    };
    let ctx = server.a.ctx();
    let filter = ConversationFilter::default();
    let (_, groups) = conversation::list(&server.engine, &ctx, filter, listing)
        .await
        .unwrap();
    let (_, members) = member::page(&server.engine, &ctx, None, 1, 0)
        .await
        .unwrap();
    (groups, members)
}

/// Decodes a token's claims without verification.
pub(crate) fn claims(token: &str) -> MemberClaims {
    serde_json::from_str(&token_part(token, 1)).unwrap()
}

/// Encodes a part of a token.
pub(crate) fn token_part(token: &str, index: usize) -> String {
    let part = token.split('.').nth(index).unwrap();
    String::from_utf8(
        data_encoding::BASE64URL_NOPAD
            .decode(part.as_bytes())
            .unwrap(),
    )
    .unwrap()
}
