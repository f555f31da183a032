//! Filters of lists.

use crate::client::{Client, assert_error, cases, item_ids};
use serde_json::json;

cases! {
    async fn case_15_contact_filter_selects_spaces(client: Client) {
        let mut contacts = Vec::new();
        let mut spaces = Vec::new();
        for name in ["a", "b", "c"] {
            let contact = client.create_contact(json!({ "fingerprint": name })).await;
            spaces.push(client.create_space(json!({ "name": name, "contactId": contact })).await);
            contacts.push(contact);
        }
        client.create_space(json!({ "name": "of nobody" })).await;
        let [a, b, _] = &contacts[..] else { panic!() };
        assert_eq!(client.list(&format!("contactId={a}")).await, [spaces[0].clone()]);
        for query in [format!("contactId={a},{b}"), format!("contactId=+{b}+,+{a},contact_nope")] {
            assert_eq!(client.list(&query).await, [spaces[1].clone(), spaces[0].clone()]);
        }
        assert_eq!(client.page("contactId=contact_nope").await, (Vec::new(), String::new()));
        assert_eq!(client.list("contactId=").await.len(), 4);
        // Filters are combined with AND, repetitions too.
        assert_eq!(client.list(&format!("contactId={a},{b}&contactId={b}")).await, [spaces[1].clone()]);
        assert_eq!(client.list(&format!("contactId={a}&contactId={b}")).await.len(), 0);
        // The endpoint of a contact's spaces returns the same.
        let own = client.get(&format!("/contact/{a}/space/list?order=asc&take=1")).await.expect(200);
        assert_eq!(item_ids(&own), [spaces[0].clone()]);
        assert_error(&client.get("/contact/contact_nope/space/list").await, 404, "NOT_FOUND");
    }

    async fn case_16_metadata_filter_has_three_spellings(client: Client) {
        let both = client.create_space(json!({ "meta": { "department": "support", "priority": "low" } })).await;
        let one = client.create_space(json!({ "meta": { "department": "support", "priority": "high" } })).await;
        client.create_space(json!({ "meta": { "department": "sales" } })).await;
        client.create_space(json!({})).await;
        for query in ["meta.department=support", "meta[department]=support", "meta%5Bdepartment%5D=support"] {
            assert_eq!(client.list(query).await, [one.clone(), both.clone()], "{query}");
            assert_eq!(client.list(&format!("{query}&meta.priority=low")).await, [both.clone()]);
        }
        assert!(client.list("meta.department=support&meta.department=sales").await.is_empty());
        assert!(client.list("meta.absent=").await.is_empty());
    }

    async fn metadata_filter_matches_values_of_every_type(client: Client) {
        let id = client.create_space(json!({ "meta": { "n": 1, "t": true, "s": "b c", "deep": { "x": { "y": "z" } }, "a.b": "dot", "a": { "b": "walk" }, "null": null } })).await;
        for hit in ["meta.n=1&meta.t=true&meta.s=b+c", "meta.deep.x.y=z", "meta[deep][x][y]=z", "meta.a.b=dot"] {
            assert_eq!(client.list(hit).await, [id.clone()], "{hit}");
        }
        for miss in ["meta.n=01", "meta.t=false", "meta.deep=[object+Object]", "meta.a.b=walk", "meta.null=null"] {
            assert!(client.list(miss).await.is_empty(), "{miss}");
        }
    }

    async fn blueprint_filter_matches_and_unknown_filter_is_ignored(client: Client) {
        let id = client.create_space(json!({ "blueprintId": "bp_1" })).await;
        client.create_space(json!({ "blueprintId": "bp_2" })).await;
        assert_eq!(client.list("blueprintId=bp_1&unknown=1").await, [id]);
        assert_eq!(client.list("blueprintId=").await.len(), 2);
        assert_eq!(client.list("blueprintId=bp_1&blueprintId=bp_2").await.len(), 0);
    }

    async fn selective_filter_fills_its_page(client: Client) {
        let rare = client.create_space(json!({ "meta": { "rare": "yes" } })).await;
        client.seed(700, crate::client::numbered_space).await;
        let newer = client.create_space(json!({ "meta": { "rare": "yes" } })).await;
        let (first, cursor) = client.page("meta.rare=yes&take=1").await;
        assert_eq!(first, [newer]);
        let (second, cursor) = client.page(&format!("meta.rare=yes&take=1&cursor={cursor}")).await;
        assert_eq!(second, [rare]);
        assert!(client.list(&format!("meta.rare=yes&take=1&cursor={cursor}")).await.is_empty());
    }
}
