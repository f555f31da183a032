//! The page of members: its pages, its search, and rights.

use parlor_model::scope::Scopes;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::visitor::{Answer, Visitor, between, create_key};

/// Returns the ids of the listed members.
fn listed(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text);
    let ids = between(&page.text, "data-member=\"", "\"");
    ids.into_iter().map(str::to_owned).collect()
}

async fn create_contact(server: &TestServer, name: &str, email: &str) {
    let request = server.post("/api/v1/contact/create").bearer(&server.a.key);
    let body = json!({ "name": name, "email": email });
    request.json(&body).send().await.expect(200);
}

both! {
    async fn members_are_listed_and_found_by_pages(server: TestServer) {
        for number in 0..52 {
            create_contact(&server, &format!("Paged Contact {number}"), &format!("c{number}@example.org")).await;
        }
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        for list in ["kind=contact", "text=paged+contact"] {
            let first = owner.get(&format!("/console/members?{list}")).await;
            assert!(first.text.contains("Later members") && !first.text.contains("Earlier members"));
            let mut ids = listed(&first);
            assert_eq!(ids.len(), 50, "{list}");
            let second = owner.get(&format!("/console/members?{list}&offset=50")).await;
            assert!(second.text.contains("Earlier members") && !second.text.contains("Later members"));
            ids.extend(listed(&second));
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 52, "{list}");
            let end = owner.get(&format!("/console/members?{list}&offset=1000")).await;
            assert!(end.text.contains("There are no more"), "{}", end.text);
        }
        // A member is found once, whatever of it the text names.
        let found = listed(&owner.get("/console/members?text=C7%40EXAMPLE.org").await);
        assert_eq!(found.len(), 1);
        let by_id = listed(&owner.get(&format!("/console/members?text={}", found[0])).await);
        assert_eq!(by_id, found);
        for bad in ["?kind=x", "?offset=-1", "?offset=x"] {
            assert_eq!(owner.get(&format!("/console/members{bad}")).await.status, 400, "{bad}");
        }
        let hostile = owner.get("/console/members?text=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
        assert!(hostile.status == 200 && !hostile.text.contains("<script>alert"), "{}", hostile.text);
        let long = owner.get(&format!("/console/members?text={}", "x".repeat(5_000))).await;
        assert_eq!(long.status, 400, "{}", long.text);
    }

    async fn members_of_another_workspace_are_as_unknown_as_none(server: TestServer) {
        create_contact(&server, "Only Here", "only@example.org").await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let id = listed(&owner.get("/console/members?text=only+here").await).remove(0);
        let other = Visitor::sign_in(&server, &server.b.key).await;
        for text in ["only+here", "only%40example.org", &id] {
            let theirs = other.get(&format!("/console/members?text={text}")).await;
            assert_eq!(listed(&theirs), Vec::<String>::new(), "{text}");
        }
        for id in [id.as_str(), "x", "1", "0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6"] {
            assert_eq!(other.get(&format!("/console/members/{id}")).await.status, 404, "{id}");
            assert_eq!(other.get(&format!("/console/members/{id}/erase")).await.status, 404, "{id}");
            for act in ["archive", "restore", "erase"] {
                let answer = other.post(&format!("/console/members/{id}/{act}"), &[("confirm", "1")]).await;
                assert_eq!(answer.status, 404, "{act} {id}");
            }
        }
        assert_eq!(owner.get(&format!("/console/members/{id}")).await.status, 200);
    }

    async fn members_are_changed_by_those_who_may(server: TestServer) {
        create_contact(&server, "Changed", "changed@example.org").await;
        let (_, none) = create_key(&server, "conversations:read".parse().unwrap()).await;
        let none = Visitor::sign_in(&server, &none).await;
        assert!(!none.get("/console/start").await.text.contains("/console/members"));
        assert_eq!(none.get("/console/members").await.status, 403);
        assert_eq!(none.get("/console/members?text=changed").await.status, 403);
        let (_, reader) = create_key(&server, "members:read".parse::<Scopes>().unwrap()).await;
        let reader = Visitor::sign_in(&server, &reader).await;
        let id = listed(&reader.get("/console/members?text=changed").await).remove(0);
        let path = format!("/console/members/{id}");
        let shown = reader.get(&path).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.text.contains("Archive") && !shown.text.contains("id=\"conversations\""), "{}", shown.text);
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let question = owner.get(&format!("{path}/erase")).await;
        let number = between(&question.text, "Type ", " to confirm")[0].to_owned();
        let confirmed = [("confirm", number.as_str())];
        for act in ["archive", "restore", "erase"] {
            assert_eq!(reader.post(&format!("{path}/{act}"), &confirmed).await.status, 403, "{act}");
        }
        assert_eq!(owner.post(&format!("{path}/archive"), &[]).await.status, 303);
        assert!(owner.get(&path).await.text.contains("archived"));
        assert_eq!(owner.post(&format!("{path}/erase"), &[("confirm", "0")]).await.status, 400);
        let receipt = owner.post(&format!("{path}/erase"), &confirmed).await;
        assert!(receipt.status == 200 && receipt.text.contains(&id), "{}", receipt.text);
        assert_eq!(owner.get(&path).await.status, 404);
        // The owner has a role, and cannot be erased.
        let own = format!("/console/members/{}", server.a.owner.id.uuid().hyphenated());
        let question = owner.get(&format!("{own}/erase")).await;
        let number = between(&question.text, "Type ", " to confirm")[0].to_owned();
        let refused = owner.post(&format!("{own}/erase"), &[("confirm", &number)]).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
    }
}
