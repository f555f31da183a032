//! A limit holds for every route that sets a field: a text of the maximum length is accepted, one character more is
//! refused in the dialect's error format and nothing of it is stored.

use parlor_engine::member;
use parlor_model::limit::{BACKSTORY, DESCRIPTION, NAME, REFERENCE};
use parlor_model::member::{CreateMember, MemberKind, Profile, UpdateMember};
use parlor_testkit::{TestResponse, both};
use serde_json::{Value, json};

use crate::text_fixture::{Dialect, TextFixture};
use crate::text_inputs::TextInput;

/// Whether a dialect accepted the request; anything but a grant or a documented refusal fails.
#[track_caller]
fn is_accepted(input: &TextInput, reply: &TestResponse) -> bool {
    let body = reply.json();
    match input.dialect {
        Dialect::Relation => {
            assert_eq!(reply.status, 200, "{}", input.name);
            assert!(
                ["0", "10112"].contains(&body["code"].as_str().unwrap_or_default()),
                "{}: {body}",
                input.name
            );
            body["code"] == "0"
        }
        _ if reply.status < 300 => true,
        _ => {
            assert_eq!(reply.status, 400, "{}: {body}", input.name);
            let is_explained = ["message", "detail", "error", "code"]
                .iter()
                .any(|field| !body[field].is_null())
                || body["error"].is_object();
            assert!(is_explained, "{}: {body}", input.name);
            false
        }
    }
}

/// Letters of two and four bytes, so that bytes and UTF-16 units are not counted as characters.
fn text_of_chars(chars: usize) -> String {
    let letters = ['ß', '𝔸'];
    (0..chars).map(|at| letters[at % 2]).collect()
}

both! {
    async fn every_text_obeys_its_limit_on_every_route(server: TestServer) {
        let scene = TextFixture::new(&server).await;
        for input in scene.text_inputs() {
            for (more, expected) in [(0, true), (1, false)] {
                let body = (input.body)(&text_of_chars(input.max_chars + more));
                let reply = scene.call(input.dialect, input.method, &input.path, &body).send().await;
                let shown: String = reply.text().chars().take(300).collect();
                assert_eq!(is_accepted(&input, &reply), expected, "{} {} with {} characters: {shown}", input.name, input.path, input.max_chars + more);
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
                    row[field] = text_of_chars(limit.max_chars + more).into();
                    let import = server.post(&format!("/api/v1/{what}/import")).bearer(key).header("content-type", "application/jsonl");
                    let report = import.body(row.to_string()).send().await;
                    let shown: String = report.text().chars().take(300).collect();
                    assert_eq!(report.json()["failed"].as_array().map_or(0, Vec::len), failed, "{what} {field} +{more}: {shown}");
                }
            }
        }
    }

    async fn operator_commands_obey_the_limits(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let new = |name: String, external: String| CreateMember {
            profile: Profile { name: Some(name), ..Profile::default() },
            external_id: Some(external),
            ..CreateMember::new(MemberKind::Person)
        };
        assert!(member::create(engine, &ctx, new(text_of_chars(256), "x".into())).await.is_err());
        assert!(member::create(engine, &ctx, new("x".into(), text_of_chars(256))).await.is_err());
        let made = member::create(engine, &ctx, new(text_of_chars(255), text_of_chars(255))).await.unwrap();
        let rename = |name: String| UpdateMember { name: Some(Some(name)), ..UpdateMember::default() };
        assert!(member::update(engine, &ctx, made.id, rename(text_of_chars(256))).await.is_err());
        member::update(engine, &ctx, made.id, rename(text_of_chars(255))).await.unwrap();
    }
}
