//! A limit holds on every way into a field: a text of the longest length is taken, one character more is refused in
//! the dialect's own words, and nothing of it is kept.

use parlor_engine::member;
use parlor_model::limit::{
    BACKSTORY, DESCRIPTION, EXTERNAL_ID, MESSAGE, NAME, REFERENCE, TextLimit,
};
use parlor_model::member::{CreateMember, Kind, Profile, UpdateMember};
use parlor_testkit::{Reply, Request, TestServer, both};
use serde_json::{Value, json};

/// Everything that requests need.
struct Scene<'s> {
    server: &'s TestServer,
    /// The owner's member token.
    member: String,
    /// A token made of the key, for the dialect that wants one.
    session: String,
    contact: String,
    space: String,
    conversation: String,
    chat: i64,
    channel: String,
    tenant_chat: String,
}

/// How a dialect is spoken to.
#[derive(Clone, Copy)]
enum Dialect {
    ChatBotKit,
    GravityRail,
    Relation,
    Sharely,
    TenantChats,
}

/// A way into a field: its dialect, its path, and the body with the text in it.
struct Road {
    name: &'static str,
    dialect: Dialect,
    method: &'static str,
    path: String,
    body: Box<dyn Fn(&str) -> Value>,
    max_chars: usize,
}

impl Scene<'_> {
    async fn new(server: &TestServer) -> Scene<'_> {
        let exchange = format!(
            "/workspaces/{}/generate-access-key-token",
            server.a.workspace
        );
        let exchange = server.post(&exchange).header("x-api-key", &server.a.key);
        let exchanged = exchange.json(&json!({})).send().await.expect(200);
        let mut scene = Scene {
            server,
            member: server.a.sign_in(&server.a.owner).await,
            session: exchanged["token"].as_str().unwrap().to_owned(),
            contact: String::new(),
            space: String::new(),
            conversation: String::new(),
            chat: 0,
            channel: String::new(),
            tenant_chat: String::new(),
        };
        let made = async |dialect, path: &str, body: Value| {
            let reply = scene.call(dialect, "POST", path, &body).send().await;
            assert!(reply.status < 300, "{path}: {}", reply.text());
            reply.json()
        };
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        let contact = made(Dialect::ChatBotKit, "/api/v1/contact/create", json!({})).await;
        let space = made(Dialect::ChatBotKit, "/api/v1/space/create", json!({})).await;
        let talk = made(
            Dialect::ChatBotKit,
            "/api/v1/conversation/create",
            json!({}),
        )
        .await;
        let path = format!("/api/v2/w/{}/chats", server.a.workspace);
        let chat = made(
            Dialect::GravityRail,
            &path,
            json!({ "channel": "web-chat" }),
        )
        .await;
        let body = json!({ "name": "Group", "type": "G" });
        let channel = made(Dialect::Relation, "/api/v1/channel/create", body).await;
        let body = json!({ "user_id": "u1" });
        let tenant_chat = made(Dialect::TenantChats, "/api/v1/chats/create", body).await;
        let data = &channel["data"];
        let channel = data["channelUuid"]
            .as_str()
            .or(data.as_str())
            .unwrap()
            .to_owned();
        (scene.contact, scene.space, scene.conversation) = (id(&contact), id(&space), id(&talk));
        (scene.chat, scene.channel) = (chat["id"].as_i64().unwrap(), channel);
        scene.tenant_chat = id(&tenant_chat);
        scene
    }

    fn call(&self, dialect: Dialect, method: &str, path: &str, body: &Value) -> Request {
        let method = method.parse().unwrap();
        let request = self.server.request(method, path).json(body);
        let key = &self.server.a.key;
        match dialect {
            Dialect::ChatBotKit => request.bearer(key),
            Dialect::GravityRail => request.bearer(&self.member),
            Dialect::Relation => request.header("ApiKey", key).bearer(&self.member),
            Dialect::Sharely => request
                .bearer(&self.session)
                .header("organizationid", &self.server.a.organization),
            Dialect::TenantChats => request.header("x-api-key", key),
        }
    }

    fn roads(&self) -> Vec<Road> {
        use Dialect::{ChatBotKit, GravityRail, Relation, Sharely, TenantChats};
        let mut roads = Vec::new();
        let mut add = |name,
                       dialect,
                       method,
                       path: String,
                       limit: TextLimit,
                       body: Box<dyn Fn(&str) -> Value>| {
            roads.push(Road {
                name,
                dialect,
                method,
                path,
                body,
                max_chars: limit.max_chars,
            });
        };
        let workspace = &self.server.a.workspace;
        for (field, limit) in [
            ("name", NAME),
            ("nick", NAME),
            ("description", DESCRIPTION),
            ("preferences", DESCRIPTION),
            ("fingerprint", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text, "meta": {} }))
                    as Box<dyn Fn(&str) -> Value>
            };
            add(
                "contact create",
                ChatBotKit,
                "POST",
                "/api/v1/contact/create".into(),
                limit,
                body(),
            );
            add(
                "contact ensure",
                ChatBotKit,
                "POST",
                "/api/v1/contact/ensure".into(),
                limit,
                body(),
            );
            if field != "fingerprint" {
                let update = format!("/api/v1/contact/{}/update", self.contact);
                add("contact update", ChatBotKit, "POST", update, limit, body());
                let new = Box::new(
                    move |text: &str| json!({ "contactId": { "fingerprint": format!("{field} {}", text.len()), field: text } }),
                );
                add(
                    "contact of a space",
                    ChatBotKit,
                    "POST",
                    "/api/v1/space/create".into(),
                    limit,
                    new,
                );
            }
        }
        for (field, limit) in [
            ("name", NAME),
            ("description", DESCRIPTION),
            ("alias", REFERENCE),
            ("blueprintId", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text })) as Box<dyn Fn(&str) -> Value>
            };
            let update = format!("/api/v1/space/{}/update", self.space);
            add("space update", ChatBotKit, "POST", update, limit, body());
            if field != "alias" {
                add(
                    "space create",
                    ChatBotKit,
                    "POST",
                    "/api/v1/space/create".into(),
                    limit,
                    body(),
                );
            }
        }
        for (field, limit) in [
            ("name", NAME),
            ("description", DESCRIPTION),
            ("backstory", BACKSTORY),
            ("datasetId", REFERENCE),
            ("model", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text })) as Box<dyn Fn(&str) -> Value>
            };
            let update = format!("/api/v1/conversation/{}/update", self.conversation);
            add(
                "conversation create",
                ChatBotKit,
                "POST",
                "/api/v1/conversation/create".into(),
                limit,
                body(),
            );
            add(
                "conversation update",
                ChatBotKit,
                "POST",
                update,
                limit,
                body(),
            );
        }
        let say = format!("/api/v1/conversation/{}/message/create", self.conversation);
        for (field, limit) in [
            ("text", MESSAGE),
            ("name", NAME),
            ("description", DESCRIPTION),
        ] {
            let body = Box::new(move |text: &str| {
                let mut body = json!({ "type": "user", "text": "Hello" });
                body[field] = text.into();
                body
            });
            add(
                "message create",
                ChatBotKit,
                "POST",
                say.clone(),
                limit,
                body,
            );
        }
        let base = format!("/api/v2/w/{workspace}");
        let new = |field: &'static str| {
            Box::new(move |text: &str| {
                let mut member = json!({ "email": format!("{field}@example.org") });
                member[field] = text.into();
                json!({ "member": member })
            })
        };
        add(
            "sign-up",
            GravityRail,
            "POST",
            format!("{base}/create-signup"),
            NAME,
            new("name"),
        );
        add(
            "sign-up",
            GravityRail,
            "POST",
            format!("{base}/create-signup"),
            EXTERNAL_ID,
            new("externalId"),
        );
        let owner = self.server.a.owner.number;
        add(
            "member",
            GravityRail,
            "PUT",
            format!("{base}/members/{owner}"),
            NAME,
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "agent",
            GravityRail,
            "POST",
            format!("{base}/agents"),
            DESCRIPTION,
            Box::new(|text| json!({ "name": "A", "description": text })),
        );
        add(
            "agent",
            GravityRail,
            "POST",
            format!("{base}/agents"),
            NAME,
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "chat",
            GravityRail,
            "POST",
            format!("{base}/chats"),
            NAME,
            Box::new(|text| json!({ "channel": "web-chat", "title": text })),
        );
        add(
            "chat update",
            GravityRail,
            "PUT",
            format!("{base}/chats/{}", self.chat),
            NAME,
            Box::new(|text| json!({ "title": text })),
        );
        let of = |max_chars| TextLimit {
            subject: "of the dialect's own",
            max_chars,
        };
        let channel = self.channel.clone();
        add(
            "channel",
            Relation,
            "POST",
            "/api/v1/channel/create".into(),
            of(128),
            Box::new(|text| json!({ "name": text, "type": "G" })),
        );
        add(
            "profile",
            Relation,
            "POST",
            "/api/v1/userInfo/update".into(),
            of(64),
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "frame",
            Relation,
            "POST",
            "/api/v1/message/send".into(),
            MESSAGE,
            Box::new(
                move |text| json!({ "channelUuid": channel, "content": text, "type": "TEXT" }),
            ),
        );
        add(
            "user space",
            Sharely,
            "PUT",
            format!("/workspaces/{workspace}/activate-or-retrieve-user-space"),
            EXTERNAL_ID,
            Box::new(|text| json!({ "customerIdString": text })),
        );
        add(
            "chat",
            TenantChats,
            "POST",
            "/api/v1/chats/create".into(),
            NAME,
            Box::new(|text| json!({ "user_id": "u1", "title": text })),
        );
        add(
            "user",
            TenantChats,
            "POST",
            "/api/v1/chats/create".into(),
            EXTERNAL_ID,
            Box::new(|text| json!({ "user_id": text })),
        );
        add(
            "chat update",
            TenantChats,
            "PATCH",
            format!("/api/v1/chats/{}", self.tenant_chat),
            NAME,
            Box::new(|text| json!({ "title": text })),
        );
        add(
            "message",
            TenantChats,
            "POST",
            format!("/api/v1/chats/{}/messages", self.tenant_chat),
            of(32_768),
            Box::new(|text| json!({ "content": text })),
        );
        roads
    }
}

/// Whether a dialect took what was sent; anything but that and a refusal in its words fails.
#[track_caller]
fn is_taken(road: &Road, reply: &Reply) -> bool {
    let body = reply.json();
    match road.dialect {
        Dialect::Relation => {
            assert_eq!(reply.status, 200, "{}", road.name);
            assert!(
                ["0", "10112"].contains(&body["code"].as_str().unwrap_or_default()),
                "{}: {body}",
                road.name
            );
            body["code"] == "0"
        }
        _ if reply.status < 300 => true,
        _ => {
            assert_eq!(reply.status, 400, "{}: {body}", road.name);
            let said = ["message", "error", "code"]
                .iter()
                .any(|field| !body[field].is_null())
                || body["error"].is_object();
            assert!(said, "{}: {body}", road.name);
            false
        }
    }
}

/// A letter of two bytes and one of four, so that bytes and UTF-16 units are not taken for characters.
fn text(chars: usize) -> String {
    let letters = ['ß', '𝔸'];
    (0..chars).map(|at| letters[at % 2]).collect()
}

both! {
    async fn every_text_obeys_its_limit_on_every_road(server: TestServer) {
        let scene = Scene::new(&server).await;
        for road in scene.roads() {
            for (more, expected) in [(0, true), (1, false)] {
                let body = (road.body)(&text(road.max_chars + more));
                let reply = scene.call(road.dialect, road.method, &road.path, &body).send().await;
                let shown: String = reply.text().chars().take(300).collect();
                assert_eq!(is_taken(&road, &reply), expected, "{} {} with {} characters: {shown}", road.name, road.path, road.max_chars + more);
            }
        }
        let (all, _) = member::page(&server.engine, &server.a.ctx(), None, 500, 0).await.unwrap();
        assert!(all.iter().all(|one| one.profile.name.as_ref().is_none_or(|name| name.chars().count() <= NAME.max_chars)));
    }

    async fn a_line_of_a_backup_obeys_the_limits(server: TestServer) {
        let key = &server.a.key;
        let export = async |what: &str| {
            let path = format!("/api/v1/{what}/export");
            server.get(&path).bearer(key).header("accept", "application/jsonl").send().await.text()
        };
        for (what, fields) in [
            ("contact", vec![("name", NAME), ("nick", NAME), ("description", DESCRIPTION), ("preferences", DESCRIPTION), ("fingerprint", REFERENCE)]),
            ("space", vec![("name", NAME), ("description", DESCRIPTION), ("blueprintId", REFERENCE)]),
            ("conversation", vec![("name", NAME), ("description", DESCRIPTION), ("backstory", BACKSTORY)]),
        ] {
            server.post(&format!("/api/v1/{what}/create")).bearer(key).json(&json!({})).send().await.expect(200);
            let line = export(what).await;
            let row: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
            for (field, limit) in fields {
                for (more, failed) in [(1, 1), (0, 0)] {
                    let mut row = row.clone();
                    row[field] = text(limit.max_chars + more).into();
                    let import = server.post(&format!("/api/v1/{what}/import")).bearer(key).header("content-type", "application/jsonl");
                    let report = import.body(row.to_string()).send().await;
                    let shown: String = report.text().chars().take(300).collect();
                    assert_eq!(report.json()["failed"].as_array().map_or(0, Vec::len), failed, "{what} {field} +{more}: {shown}");
                }
            }
        }
    }

    async fn the_operators_road_obeys_the_limits(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let new = |name: String, external: String| CreateMember {
            profile: Profile { name: Some(name), ..Profile::default() },
            external_id: Some(external),
            ..CreateMember::of(Kind::Person)
        };
        assert!(member::create(engine, &ctx, new(text(256), "x".into())).await.is_err());
        assert!(member::create(engine, &ctx, new("x".into(), text(256))).await.is_err());
        let made = member::create(engine, &ctx, new(text(255), text(255))).await.unwrap();
        let rename = |name: String| UpdateMember { name: Some(Some(name)), ..UpdateMember::default() };
        assert!(member::update(engine, &ctx, made.id, rename(text(256))).await.is_err());
        member::update(engine, &ctx, made.id, rename(text(255))).await.unwrap();
    }
}
