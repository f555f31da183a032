//! Spaces: create, fetch and update.

use crate::client::{Client, assert_error, cases};
use serde_json::{Value, json};

fn example_space(contact: &str) -> Value {
    json!({
        "name": "Customer Support - ACME Corp",
        "description": "Dedicated space for ACME Corporation support operations",
        "contactId": contact,
        "meta": { "department": "support", "priority": "high" },
    })
}

fn is_iso_time(value: &Value) -> bool {
    let shape = |text: &str| {
        let digits: String = text
            .chars()
            .map(|letter| if letter.is_ascii_digit() { '9' } else { letter })
            .collect();
        digits == "9999-99-99T99:99:99.999Z"
    };
    value.as_str().is_some_and(shape)
}

cases! {
    async fn case_01_create_returns_the_id_only(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "acme" })).await;
        let id = client.create_space(example_space(&contact)).await;
        assert!(id.starts_with("space_") && id.len() == 32, "{id}");
        // All fields and the body are optional.
        client.create_space(json!({})).await;
        let created = client.post_request("/space/create").send().await.expect(200);
        assert_eq!(client.count("space").await, 3, "{created}");
    }

    async fn case_02_fetch_returns_every_field(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "acme" })).await;
        let id = client.create_space(example_space(&contact)).await;
        let space = client.fetch("space", &id).await;
        let mut expected = example_space(&contact);
        expected["id"] = json!(id);
        expected["createdAt"] = space["createdAt"].clone();
        expected["updatedAt"] = space["updatedAt"].clone();
        assert_eq!(space, expected);
        assert!(is_iso_time(&space["createdAt"]) && is_iso_time(&space["updatedAt"]));
        // A list has the same record.
        let page = client.get("/space/list").await.expect(200);
        assert_eq!(page["items"], json!([space]));
        // Unset fields are omitted; metadata is always present.
        let empty = client.create_space(json!({ "name": null, "meta": null })).await;
        let mut space = client.fetch("space", &empty).await;
        let space = space.as_object_mut().unwrap();
        space.retain(|key, _| key != "createdAt" && key != "updatedAt");
        assert_eq!(Value::Object(space.clone()), json!({ "id": empty, "meta": {} }));
    }

    async fn case_03_update_changes_only_given_fields(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "acme" })).await;
        let id = client.create_space(example_space(&contact)).await;
        let before = client.fetch("space", &id).await;
        client.server.clock.advance(std::time::Duration::from_secs(5));
        client.update("space", &id, json!({ "name": "New" })).await;
        let after = client.fetch("space", &id).await;
        let mut expected = before.clone();
        expected["name"] = json!("New");
        expected["updatedAt"] = after["updatedAt"].clone();
        assert_eq!(after, expected);
        assert!(after["updatedAt"].as_str() > before["updatedAt"].as_str());
        // Null clears a field, and a fetched record can be sent back.
        client.update("space", &id, json!({ "description": null, "contactId": null })).await;
        let cleared = client.fetch("space", &id).await;
        assert!(cleared.get("description").is_none() && cleared.get("contactId").is_none());
        client.update("space", &id, after.clone()).await;
        let mut back = client.fetch("space", &id).await;
        back["updatedAt"] = after["updatedAt"].clone();
        assert_eq!(back, after);
    }

    async fn space_contact_is_given_by_fingerprint(client: Client) {
        let body = json!({ "contactId": { "fingerprint": "f1", "name": "Zoë", "email": "zoe@example.org" } });
        let first = client.create_space(body.clone()).await;
        let second = client.create_space(body).await;
        let contact = client.fetch("space", &first).await["contactId"].clone();
        assert_eq!(client.fetch("space", &second).await["contactId"], contact);
        assert_eq!(client.count("contact").await, 1);
        let found = client.fetch("contact", contact.as_str().unwrap()).await;
        assert_eq!((&found["name"], &found["email"]), (&json!("Zoë"), &json!("zoe@example.org")));
        // Without a fingerprint or with an invalid address nothing is created.
        for bad in [json!({ "name": "x" }), json!({ "fingerprint": "f2", "email": "nonsense" }), json!(5)] {
            let reply = client.post("/space/create", &json!({ "contactId": bad })).await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        assert_eq!((client.count("contact").await, client.count("space").await), (1, 2));
        // An empty id means no contact.
        let none = client.create_space(json!({ "contactId": "" })).await;
        assert!(client.fetch("space", &none).await.get("contactId").is_none());
    }

    async fn alias_is_unique_and_blueprint_is_stored(client: Client) {
        let body = json!({ "alias": "support", "blueprintId": "blueprint_9" });
        let id = client.create_space(body.clone()).await;
        let space = client.fetch("space", &id).await;
        assert_eq!((&space["alias"], &space["blueprintId"]), (&json!("support"), &json!("blueprint_9")));
        assert_error(&client.post("/space/create", &body).await, 409, "CONFLICT");
        let other = client.create_space(json!({ "alias": "sales" })).await;
        let taken = client.post(&format!("/space/{other}/update"), &json!({ "alias": "support" })).await;
        assert_error(&taken, 409, "CONFLICT");
        assert_eq!(client.fetch("space", &other).await["alias"], json!("sales"));
        client.update("space", &id, json!({ "alias": null })).await;
        client.update("space", &other, json!({ "alias": "support" })).await;
        assert_eq!(client.count("space").await, 2);
    }

    async fn case_30_answered_write_survives_a_restart(client: Client) {
        let id = client.create_space(json!({ "name": "kept", "meta": { "a": 1 } })).await;
        let before = client.fetch("space", &id).await;
        client.server.restart().await;
        assert_eq!(client.fetch("space", &id).await, before);
        assert_eq!(client.list("order=asc").await, [id]);
    }

    async fn every_path_is_served_with_a_trailing_slash(client: Client) {
        let created = client.post_request("/space/create/").json(&json!({ "name": "x" })).send().await.expect(200);
        let id = created["id"].as_str().unwrap();
        assert_eq!(client.get(&format!("/space/{id}/fetch/")).await.expect(200)["name"], "x");
        assert_eq!(client.get("/space/list/").await.expect(200)["items"][0]["id"], id);
    }
}
