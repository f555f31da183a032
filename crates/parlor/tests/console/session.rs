//! The way in, and how it ends.
//!
//! Proves INV-86 and INV-87 (`docs/invariants.md`).

use std::time::Duration;

use parlor_engine::{api_key, console};
use parlor_model::scope::Scopes;
use parlor_testkit::{TestServer, both};
use secrecy::ExposeSecret;

use crate::visitor::{Visitor, create_key};

async fn create_link(server: &TestServer) -> String {
    let ctx = server.a.ctx();
    let created = console::create_link(&server.engine, &ctx, Some(server.a.owner.id));
    created.await.unwrap().secret.expose_secret().to_owned()
}

both! {
    async fn link_signs_in_once_and_expires(server: TestServer) {
        let mut visitor = Visitor::new(&server);
        let link = create_link(&server).await;
        let answer = visitor.post("/console/setup", &[("link", &link)]).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/console/"));
        visitor.take_session(&answer).await;
        let again = visitor.post("/console/setup", &[("link", &link)]).await;
        assert_eq!(again.status, 401);
        assert!(again.text.contains("parlor console link"), "{}", again.text);

        let late = create_link(&server).await;
        server.clock.advance(console::LINK_TTL);
        assert_eq!(visitor.post("/console/setup", &[("link", &late)]).await.status, 401);
        // A session ends with its member's tokens.
        let ctx = server.a.ctx();
        let owner = parlor_model::member::MemberKey::Id(server.a.owner.id);
        parlor_engine::member::revoke_tokens(&server.engine, &ctx, owner).await.unwrap();
        assert_eq!(visitor.get("/console/start").await.status, 303);
    }

    async fn session_ends_idle_and_at_seven_days_and_with_its_key(server: TestServer) {
        let (_, secret) = create_key(&server, Scopes::all()).await;
        let visitor = Visitor::sign_in(&server, &secret).await;
        let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
        // Use keeps it, until it is seven days old.
        for _ in 0..15 {
            server.clock.advance(hours(11));
            assert_eq!(visitor.get("/console/start").await.status, 200);
        }
        server.clock.advance(hours(3));
        let ended = visitor.get("/console/keys?offset=0").await;
        assert_eq!(ended.status, 303);
        assert_eq!(ended.location, "/console/sign-in?next=%2Fconsole%2Fkeys%3Foffset%3D0");

        let idle = Visitor::sign_in(&server, &secret).await;
        server.clock.advance(hours(12));
        assert_eq!(idle.get("/console/start").await.status, 303);

        let (created, secret) = create_key(&server, Scopes::all()).await;
        let revoked = Visitor::sign_in(&server, &secret).await;
        api_key::revoke(&server.engine, &server.a.ctx(), created.key.id).await.unwrap();
        assert_eq!(revoked.get("/console/start").await.status, 303);
        assert_eq!(revoked.post("/console/theme", &[]).await.status, 401);
    }

    async fn signing_out_everywhere_ends_every_session_of_the_key(server: TestServer) {
        let (_, secret) = create_key(&server, Scopes::all()).await;
        let one = Visitor::sign_in(&server, &secret).await;
        let two = Visitor::sign_in(&server, &secret).await;
        let other = Visitor::sign_in(&server, &server.a.key).await;
        let third = Visitor::sign_in(&server, &secret).await;
        assert_eq!(third.post("/console/sign-out", &[]).await.status, 303);
        assert_eq!(third.get("/console/start").await.status, 303);
        assert_eq!(one.get("/console/start").await.status, 200);
        assert_eq!(one.post("/console/sign-out", &[("everywhere", "yes")]).await.status, 303);
        for ended in [&one, &two] {
            assert_eq!(ended.get("/console/start").await.status, 303);
        }
        assert_eq!(other.get("/console/start").await.status, 200);
    }

    async fn forms_and_hosts_of_others_are_refused(server: TestServer) {
        let visitor = Visitor::sign_in(&server, &server.a.key).await;
        let token = [("form_token", visitor.form_token.as_str())];
        let own = [("sec-fetch-site", "same-origin")];
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
        ] {
            let answer = visitor.post_as("/console/sign-out", &token, headers).await;
            assert_eq!(answer.status, 403, "{headers:?}");
        }
        let other = Visitor::sign_in(&server, &server.b.key).await;
        for wrong in ["", "x", other.form_token.as_str()] {
            let fields = [("form_token", wrong)];
            assert_eq!(visitor.post_as("/console/sign-out", &fields, &own).await.status, 403);
        }
        assert_eq!(visitor.get("/console/start").await.status, 200, "nothing was done");
        let same = [("origin", server.url.as_str())];
        assert_eq!(visitor.post_as("/console/theme", &token, &same).await.status, 303);

        let rebound = crate::program::client().get(format!("{}/console/sign-in", server.url));
        let rebound = rebound.header("host", "evil.example").send().await.unwrap();
        assert_eq!(rebound.status().as_u16(), 421);
        let large = "x".repeat(300_000);
        let large = visitor.post("/console/theme", &[("theme", &large)]).await;
        assert_eq!(large.status, 413);
    }

    async fn pages_have_their_headers_and_unknown_ones_an_answer(server: TestServer) {
        let visitor = Visitor::sign_in(&server, &server.a.key).await;
        for path in ["/console/start", "/console/nothing", "/console/sign-in"] {
            let page = visitor.get(path).await;
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.headers["cache-control"], "no-store");
            assert_eq!(page.headers["referrer-policy"], "same-origin");
            assert_eq!(page.status, if path.ends_with("nothing") { 404 } else { 200 });
        }
        let unknown = visitor.get("/console/nothing").await;
        let id = unknown.headers["x-request-id"].to_str().unwrap();
        assert!(unknown.text.contains(id), "{}", unknown.text);
        let start = visitor.get("/console/start").await.text;
        let (_, rest) = start.split_once("href=\"/console/asset/").unwrap();
        let style = format!("/console/asset/{}", rest.split('"').next().unwrap());
        let style = visitor.get(&style).await;
        assert_eq!(style.status, 200);
        let kept = style.headers["cache-control"].to_str().unwrap();
        assert!(kept.contains("immutable"), "{kept}");
        assert_eq!(visitor.get("/console/asset/0/console.css").await.headers["cache-control"], "no-store");
        assert_eq!(visitor.get("/console/asset/0/nothing.css").await.status, 404);
    }

    async fn wrong_keys_of_an_address_have_to_wait(server: TestServer) {
        let visitor = Visitor::sign_in(&server, &server.a.key).await;
        let mut statuses = Vec::new();
        for attempt in 0..10 {
            let key = format!("sk-parlor-{attempt:043}");
            statuses.push(visitor.post("/console/sign-in", &[("key", &key)]).await.status);
        }
        assert_eq!(statuses[..8], [401; 8]);
        assert_eq!(statuses[9], 429, "{statuses:?}");
        // A key that has been accepted is not locked out.
        Visitor::sign_in(&server, &server.a.key).await;
    }

    async fn key_without_a_scope_sees_and_does_what_the_engine_allows(server: TestServer) {
        let (_, secret) = create_key(&server, "conversations:read".parse().unwrap()).await;
        let visitor = Visitor::sign_in(&server, &secret).await;
        let start = visitor.get("/console/start").await;
        assert!(!start.text.contains("data-letter=\"k\""), "{}", start.text);
        assert_eq!(visitor.get("/console/keys").await.status, 403);
        let made = visitor.post("/console/keys", &[("power", "everything")]).await;
        assert_eq!(made.status, 403, "{}", made.text);
        // Another workspace's key is as unknown as none.
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let theirs = api_key::list(&server.engine, &server.b.ctx()).await.unwrap();
        let theirs = theirs[0].id.uuid().hyphenated();
        for path in ["revoke", "rotate"] {
            let path = format!("/console/keys/{theirs}/{path}");
            let answer = owner.post(&path, &[("hours", "1")]).await;
            assert_eq!(answer.status, 404, "{path}");
        }
    }

    async fn rotated_key_works_until_the_overlap_ends(server: TestServer) {
        let (old, secret) = create_key(&server, Scopes::all()).await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let path = format!("/console/keys/{}/rotate", old.key.id.uuid().hyphenated());
        assert_eq!(owner.post(&path, &[("hours", "x")]).await.status, 400);
        let page = owner.post(&path, &[("hours", "1")]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (_, rest) = page.text.split_once("value=\"sk-parlor-").unwrap();
        let new = format!("sk-parlor-{}", rest.split('"').next().unwrap());
        Visitor::sign_in(&server, &secret).await;
        server.clock.advance(Duration::from_secs(60 * 60));
        let late = owner.post("/console/sign-in", &[("key", &secret)]).await;
        assert_eq!(late.status, 401);
        Visitor::sign_in(&server, &new).await;
    }
}
