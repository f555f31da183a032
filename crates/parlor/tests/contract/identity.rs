//! One person is one member, in whatever form and by whichever route an address arrives.
//!
//! Proves INV-30 (`docs/invariants.md`).

use std::collections::BTreeSet;
use std::sync::Arc;

use parlor::system::SystemRandom;
use parlor_engine::member::{self, list_duplicates};
use parlor_engine::workspace;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::member::{CreateMember, MemberKey, MemberKind, Profile, UpdateMember};
use parlor_model::time::Clock;
use parlor_model::workspace::{Region, UpdateWorkspace};
use parlor_store::repo::member as rows;
use parlor_store::repo::workspace::set_address_form;
use parlor_store::{Bounds, CommitListener, Store, StoreOptions};
use parlor_testkit::{TestRequest, TestServer, both, tokio};
use serde_json::{Value, json};

async fn set_region(server: &TestServer, region: Option<&str>) {
    let change = UpdateWorkspace {
        region: Some(region.map(|text| Region::parse(text).unwrap())),
        ..UpdateWorkspace::default()
    };
    workspace::update(&server.engine, &server.a.ctx(), change)
        .await
        .unwrap();
}

/// The routes by which an address arrives and names a member.
const ADDRESS_ROUTES: [&str; 4] = ["sign-up", "ensure", "create", "space"];

/// A request that names a member by an address. `token` is the owner's.
fn address_request(server: &TestServer, token: &str, route: &str, address: &Value) -> TestRequest {
    let (path, bearer, body) = match route {
        "sign-up" => (
            format!("/api/v2/w/{}/create-signup", server.a.workspace),
            token,
            json!({ "member": address }),
        ),
        "ensure" => (
            "/api/v1/contact/ensure".into(),
            &*server.a.key,
            address.clone(),
        ),
        "create" => (
            "/api/v1/contact/create".into(),
            &*server.a.key,
            address.clone(),
        ),
        _ => {
            let mut contact = address.clone();
            contact["fingerprint"] = json!("vouched");
            let body = json!({ "contactId": contact });
            ("/api/v1/space/create".into(), &*server.a.key, body)
        }
    };
    server.post(&path).bearer(bearer).json(&body)
}

/// The members of tenant A without its owner.
async fn list_people(server: &TestServer) -> Vec<parlor_model::member::Member> {
    let (all, _) = member::page(&server.engine, &server.a.ctx(), None, 500, 0)
        .await
        .unwrap();
    let owner = server.a.owner.number;
    all.into_iter()
        .filter(|member| member.key.number != owner)
        .collect()
}

fn member_with_addresses(email: Option<&str>, phone: Option<&str>) -> CreateMember {
    CreateMember {
        profile: Profile {
            email: email.map(str::to_owned),
            phone: phone.map(str::to_owned),
            ..Profile::default()
        },
        ..CreateMember::new(MemberKind::Person)
    }
}

both! {
    async fn spellings_of_one_address_name_one_member_on_every_route(server: TestServer) {
        set_region(&server, Some("US")).await;
        let token = server.a.sign_in(&server.a.owner).await;
        let spellings = [
            [json!({ "email": "bob@example.org" }), json!({ "email": "Bob@Example.ORG" }), json!({ "email": " BOB@example.org " })],
            [json!({ "phone": "(202) 555-0123" }), json!({ "phone": "+1 202 555 0123" }), json!({ "phone": "+12025550123" })],
            [json!({ "phone": "+49 (0)30 123456" }), json!({ "phone": "+4930123456" }), json!({ "phone": "011 49 30 123456" })],
            [json!({ "email": "Straße@Bücher.example" }), json!({ "email": "STRASSE@bücher.example" }), json!({ "email": "strasse@xn--bcher-kva.example" })],
        ];
        let mut expected = 0;
        for group in &spellings {
            for (turn, first) in ADDRESS_ROUTES.iter().enumerate() {
                for (nth, address) in group.iter().enumerate() {
                    let route = ADDRESS_ROUTES[(turn + nth) % ADDRESS_ROUTES.len()];
                    let reply = address_request(&server, &token, route, address).send().await;
                    assert_eq!(reply.status, 200, "{route} after {first} with {address}: {}", reply.text());
                }
            }
            // The address of the space's contact is verified; the next group's contact is another member all the same.
            let found = list_people(&server).await;
            expected += 1;
            assert_eq!(found.len(), expected, "{group:?}: {found:?}");
            let newest = found.iter().max_by_key(|member| member.key.number).unwrap();
            server.a.update_member(&newest.key, UpdateMember { fingerprint: Some(format!("was {expected}")), ..UpdateMember::default() }).await;
        }
        let found = list_people(&server).await;
        let phones: BTreeSet<_> = found.iter().filter_map(|member| member.profile.phone.clone()).collect();
        assert_eq!(phones, BTreeSet::from(["+12025550123".to_owned(), "+4930123456".to_owned()]));
        let emails: BTreeSet<_> = found.iter().filter_map(|member| member.profile.email.clone()).collect();
        assert!(emails.contains("STRASSE@bücher.example"), "the spelling that signing up said last is shown: {emails:?}");
        assert!(list_duplicates(&server.engine, &server.a.ctx()).await.unwrap().is_empty());
    }

    async fn concurrent_first_calls_make_one_member(server: TestServer) {
        set_region(&server, Some("US")).await;
        let token = server.a.sign_in(&server.a.owner).await;
        let spellings = [
            json!({ "email": "Many@Example.org", "phone": "202 555 0188" }),
            json!({ "email": "many@example.org" }),
            json!({ "email": "MANY@example.org", "phone": "+12025550188" }),
        ];
        let mut calls = tokio::task::JoinSet::new();
        for turn in 0..30 {
            let route = ["sign-up", "ensure", "create"][turn % 3];
            // Creating a known member with additional addresses is refused.
            let spelling = if route == "create" { 1 } else { (turn / 3) % 3 };
            let request = address_request(&server, &token, route, &spellings[spelling]);
            calls.spawn(async move { request.send().await });
        }
        while let Some(reply) = calls.join_next().await {
            let reply = reply.unwrap();
            assert_eq!(reply.status, 200, "{}", reply.text());
        }
        let found = list_people(&server).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(list_duplicates(&server.engine, &server.a.ctx()).await.unwrap().is_empty());
    }

    async fn a_backup_of_two_who_share_an_address_is_taken_and_reported(server: TestServer) {
        let key = &server.a.key;
        let made = server.post("/api/v1/contact/create").bearer(key).json(&json!({ "fingerprint": "f", "email": "Ann@example.org" })).send().await.expect(200);
        let other = server.post("/api/v1/contact/create").bearer(key).json(&json!({ "fingerprint": "g", "email": "ann@example.org" })).send().await.expect(200);
        assert_ne!(made["id"], other["id"], "two fingerprints that were vouched for are two people");
        let export = server.get("/api/v1/contact/export").bearer(key).header("accept", "application/jsonl").send().await.text();
        for id in [&made["id"], &other["id"]] {
            server.post(&format!("/api/v1/contact/{}/delete", id.as_str().unwrap())).bearer(key).json(&json!({})).send().await.expect(200);
        }
        let report = server.post("/api/v1/contact/import").bearer(key).header("content-type", "application/jsonl").body(export).send().await;
        assert_eq!(report.expect(200)["imported"], 2, "{}", report.text());
        let groups = list_duplicates(&server.engine, &server.a.ctx()).await.unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].field, &*groups[0].address, groups[0].members.len()), ("email", "ann@example.org", 2));
    }

    async fn invalid_address_is_refused_with_its_field(server: TestServer) {
        let token = server.a.sign_in(&server.a.owner).await;
        for (bad, field) in [
            (json!({ "email": "bob" }), "email"), (json!({ "email": "bob@-x.org" }), "email"), (json!({ "email": format!("{}@x.org", "a".repeat(300)) }), "email"),
            (json!({ "phone": "call me" }), "phone"), (json!({ "phone": "+1234567890123456" }), "phone"), (json!({ "phone": "(202) 555-0123" }), "phone"),
        ] {
            for route in ADDRESS_ROUTES {
                let reply = address_request(&server, &token, route, &bad).send().await;
                assert_eq!(reply.status, 400, "{route} with {bad}: {}", reply.text());
                assert!(reply.text().contains(field), "{route} with {bad}: {}", reply.text());
            }
        }
        assert!(list_people(&server).await.is_empty());
        let path = format!("/api/v2/w/{}/phone-numbers", server.a.workspace);
        let number = |number: &str| server.post(&path).bearer(&token).json(&json!({ "number": number })).send();
        assert!(number("(202) 555-0100").await.expect(400).to_string().contains("number"));
        set_region(&server, Some("US")).await;
        assert_eq!(number("(202) 555-0100").await.expect(200)["number"], "+12025550100");
        assert_eq!(number("+1 202 555 0100").await.status, 409);
    }

    async fn address_of_another_member_is_not_taken_over(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let first = member::create(engine, &ctx, member_with_addresses(Some("Ada@example.org"), None)).await.unwrap();
        let taken = member::create(engine, &ctx, member_with_addresses(Some("ada@EXAMPLE.org"), None)).await.unwrap_err();
        assert!(matches!(taken.kind(), parlor_model::error::ErrorKind::AlreadyExists { field: "email", .. }), "{taken:?}");
        let second = member::create(engine, &ctx, member_with_addresses(Some("bob@example.org"), Some("+12025550123"))).await.unwrap();
        let change = |email: &str| UpdateMember { email: Some(Some(email.to_owned())), ..UpdateMember::default() };
        let refused = member::update(engine, &ctx, second.id, change("ADA@example.org")).await.unwrap_err();
        assert!(matches!(refused.kind(), parlor_model::error::ErrorKind::AlreadyExists { field: "email", .. }), "{refused:?}");
        assert_eq!(list_people(&server).await.iter().find(|one| one.key.id == second.id).unwrap().profile.email.as_deref(), Some("bob@example.org"));
        // An address that a member gives up is free for others.
        member::update(engine, &ctx, first.id, change("countess@example.org")).await.unwrap();
        member::update(engine, &ctx, second.id, change("ADA@example.org")).await.unwrap();
        let token = server.a.sign_in(&server.a.owner).await;
        let found = address_request(&server, &token, "sign-up", &json!({ "email": "ada@example.org" })).send().await.expect(200);
        assert_eq!(found["member"]["id"], json!(second.number));
    }

    async fn nobody_is_taken_for_a_member_by_calling_itself_its_id(server: TestServer) {
        let token = server.a.sign_in(&server.a.owner).await;
        let owner = server.a.owner.id.uuid().hyphenated().to_string();
        for name in [owner.clone(), owner.to_uppercase(), server.a.owner.handle.clone()] {
            let reply = address_request(&server, &token, "sign-up", &json!({ "externalId": name, "email": "eve@example.org" })).send().await;
            assert_eq!(reply.status, 409, "{name}: {}", reply.text());
        }
        assert!(list_people(&server).await.is_empty());
        // The owner's chats remain the owner's.
        let chat = server.post("/api/v1/chats/").header("x-api-key", &server.a.key).json(&json!({ "user_id": owner })).send().await;
        assert_eq!(chat.expect(201)["user_id"], json!(owner));
        let found = member::find(&server.engine, &server.a.ctx(), MemberKey::ExternalOr(owner.clone(), server.a.owner.id)).await.unwrap();
        assert_eq!(found.member.key.number, server.a.owner.number);
    }
}

/// Rows as an earlier version stored them: addresses as entered, not normalized.
fn insert_unnormalized_rows(url: String, clock: Arc<dyn Clock>, route: WorkspaceRef) {
    let store = Store::open(&StoreOptions {
        commit_listener: CommitListener::default(),
        url,
        connections: 1,
        clock,
        random: Arc::new(SystemRandom),
        bounds: Bounds::default(),
    })
    .unwrap();
    let (ws, id) = (route.number, route.id);
    let old = [
        member_with_addresses(Some("bob@example.org"), Some("+49030123456")),
        member_with_addresses(Some("Bob@example.org"), None),
        member_with_addresses(None, Some("+1 202 555 0123")),
        member_with_addresses(None, Some("(202) 555-0123")),
        member_with_addresses(Some("Cy@example.org"), Some("12345")),
    ];
    parlor_testkit::backend::block_on(async {
        store
            .write(move |tx| {
                for row in &old {
                    rows::insert(tx, ws, row)?;
                }
                set_address_form(tx, id, 0)
            })
            .await
            .unwrap();
    });
    store.close();
}

both! {
    async fn old_rows_are_brought_into_the_normal_form_and_doubles_are_reported(server: TestServer) {
        let mut server = server;
        server.stop().await;
        let (url, clock, route) = (server.database().to_owned(), server.clock.clone(), server.a.workspace_ref);
        std::thread::spawn(move || insert_unnormalized_rows(url, clock, route)).join().unwrap();
        server.restart().await;
        let shown = async |server: &TestServer| {
            let mut groups = Vec::new();
            for group in list_duplicates(&server.engine, &server.a.ctx()).await.unwrap() {
                let members: Vec<i64> = group.members.iter().map(|one| one.key.number).collect();
                groups.push((group.field, group.address, members));
            }
            groups
        };
        let numbers: Vec<i64> = list_people(&server).await.iter().map(|one| one.key.number).collect();
        assert_eq!(numbers.len(), 5, "nobody is merged");
        assert_eq!(shown(&server).await, [("email", "bob@example.org".to_owned(), vec![numbers[0], numbers[1]])]);
        let phones = |found: &[parlor_model::member::Member]| found.iter().map(|one| one.profile.phone.clone().unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(phones(&list_people(&server).await), ["+4930123456", "", "+12025550123", "(202) 555-0123", "12345"]);
        assert!(server.logs().contains("parlor member duplicates"));
        // With a known region more formats can be parsed.
        set_region(&server, Some("US")).await;
        assert_eq!(shown(&server).await, [
            ("email", "bob@example.org".to_owned(), vec![numbers[0], numbers[1]]),
            ("phone", "+12025550123".to_owned(), vec![numbers[2], numbers[3]]),
        ]);
        assert_eq!(phones(&list_people(&server).await), ["+4930123456", "", "+12025550123", "(202) 555-0123", "12345"]);
        let token = server.a.sign_in(&server.a.owner).await;
        for address in [json!({ "email": "BOB@example.org" }), json!({ "phone": "+49 30 123456" })] {
            let found = address_request(&server, &token, "sign-up", &address).send().await.expect(200);
            assert_eq!(found["member"]["id"], json!(numbers[0]), "{address}");
        }
        // The migration does not run again.
        server.restart().await;
        assert_eq!(shown(&server).await.len(), 2);
    }
}
