//! Pages of lists.

use crate::client::{Client, assert_error, cases, item_ids, numbered_space};
use serde_json::json;

/// Returns all pages of a list of spaces, following its cursors.
async fn space_pages(client: &Client, query: &str) -> Vec<Vec<String>> {
    list_pages(client, &format!("/space/list?{query}")).await
}

/// Returns all pages of a list, following its cursors.
async fn list_pages(client: &Client, list: &str) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client
            .get(&format!("{list}&cursor={cursor}"))
            .await
            .expect(200);
        let (ids, next) = (item_ids(&page), page["cursor"].as_str().unwrap().to_owned());
        assert_eq!(
            ids.is_empty(),
            next.is_empty(),
            "only an empty page has no cursor"
        );
        pages.push(ids);
        if next.is_empty() {
            return pages;
        }
        cursor = next;
    }
}

fn page_sizes(pages: &[Vec<String>]) -> Vec<usize> {
    pages.iter().map(Vec::len).collect()
}

cases! {
    async fn case_10_pages_cover_all_rows_in_order(client: Client) {
        let created = client.seed(45, numbered_space).await;
        let newest: Vec<String> = created.iter().rev().cloned().collect();
        for query in ["take=20", "take=20&order=sideways", "take=20&order=desc"] {
            let pages = space_pages(&client, query).await;
            assert_eq!(page_sizes(&pages), [20, 20, 5, 0]);
            assert_eq!(pages.concat(), newest);
        }
        assert_eq!(space_pages(&client, "take=20&order=asc").await.concat(), created);
    }

    async fn case_11_rows_created_while_paging_do_not_shift_pages(client: Client) {
        let created = client.seed(45, numbered_space).await;
        let (mut descending, cursor) = client.page("take=20").await;
        let (mut ascending, asc_cursor) = client.page("take=20&order=asc").await;
        let late = client.seed(10, numbered_space).await;
        let mut next = cursor;
        loop {
            let (ids, cursor) = client.page(&format!("take=20&cursor={next}")).await;
            if ids.is_empty() {
                break;
            }
            descending.extend(ids);
            next = cursor;
        }
        let newest: Vec<String> = created.iter().rev().cloned().collect();
        assert_eq!(descending, newest);
        let mut next = asc_cursor;
        loop {
            let (ids, cursor) = client.page(&format!("take=20&order=asc&cursor={next}")).await;
            if ids.is_empty() {
                break;
            }
            ascending.extend(ids);
            next = cursor;
        }
        assert_eq!(ascending, [created, late].concat());
    }

    async fn case_12_cursor_of_deleted_row_is_valid(client: Client) {
        let created = client.seed(30, numbered_space).await;
        for (order, all) in [("asc", created.clone()), ("desc", created.iter().rev().cloned().collect())] {
            let all: Vec<String> = all;
            let (first, cursor) = client.page(&format!("take=5&order={order}")).await;
            assert_eq!(first, all[..5]);
            client.delete("space", &first[4]).await;
            let (second, _) = client.page(&format!("take=5&order={order}&cursor={cursor}")).await;
            assert_eq!(second, all[5..10]);
        }
    }

    async fn case_13_cursor_foreign_or_invalid_is_handled(client: Client) {
        let created = client.seed(3, numbered_space).await;
        for query in ["", "&order=asc"] {
            client.page(&format!("cursor=eyJpZCI6InNwYWNlXzEyMyJ9{query}")).await;
        }
        for bad in ["%21%21", "abc", "contact_123", "eyJpZCI6ImNvbnRhY3RfMSJ9"] {
            let reply = client.get(&format!("/space/list?cursor={bad}")).await;
            assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("cursor"));
        }
        // A bare id and a padded cursor.
        assert_eq!(client.list(&format!("cursor={}", created[2])).await, [created[1].clone(), created[0].clone()]);
        let (_, cursor) = client.page("take=1").await;
        let padded = format!("{cursor}{}", "%3D".repeat((4 - cursor.len() % 4) % 4));
        assert_eq!(client.list(&format!("take=1&cursor={padded}")).await, [created[1].clone()]);
    }

    async fn case_14_take_limits_the_page(client: Client) {
        client.seed(150, numbered_space).await;
        for query in ["take=0", "take=abc", "take=100000", "take=", "take=12abc", ""] {
            assert_eq!(client.list(query).await.len(), 100, "{query}");
        }
        for (query, count) in [("take=-5", 1), ("take=1", 1), ("take=99", 99)] {
            assert_eq!(client.list(query).await.len(), count, "{query}");
        }
    }

    async fn contact_pages_cover_all_rows(client: Client) {
        let mut created = Vec::new();
        for n in 0..7 {
            let flag = n % 2 == 0;
            created.push(client.create_contact(json!({ "fingerprint": format!("f{n}"), "meta": { "even": flag } })).await);
        }
        let first = client.get("/contact/list?order=asc&take=5").await.expect(200);
        assert_eq!(item_ids(&first), created[..5]);
        let cursor = first["cursor"].as_str().unwrap();
        let rest = client.get(&format!("/contact/list?order=asc&take=5&cursor={cursor}")).await.expect(200);
        assert_eq!(item_ids(&rest), created[5..]);
        let even = client.get("/contact/list?meta.even=true&take=2").await.expect(200);
        assert_eq!(item_ids(&even), [created[6].clone(), created[4].clone()]);
        let cursor = even["cursor"].as_str().unwrap();
        let rest = client.get(&format!("/contact/list?meta.even=true&take=2&cursor={cursor}")).await.expect(200);
        assert_eq!(item_ids(&rest), [created[2].clone(), created[0].clone()]);
    }

    async fn imported_contacts_and_conversations_are_sorted_by_time(client: Client) {
        let space = client.create_space(json!({})).await;
        let friend = client.create_contact(json!({ "fingerprint": "friend" })).await;
        for resource in ["contact", "conversation"] {
            // Existing records are newer than all imported ones.
            let mut live = match resource { "contact" => vec![friend.clone()], _ => Vec::new() };
            for n in 0..3 {
                let body = match resource {
                    "contact" => json!({ "fingerprint": format!("live{n}"), "meta": { "k": 1 } }),
                    _ => json!({ "spaceId": space, "contactId": friend, "meta": { "k": 1 } }),
                };
                live.push(client.create(resource, body).await);
            }
            // Ids are unique across resources.
            let kind = u8::from(resource == "conversation");
            let id = |n: u8| format!("{resource}_0{kind}{n:024}");
            // The order of ids differs from that of times, and many times are equal.
            let (mut lines, mut old) = (String::new(), Vec::new());
            for (n, day) in [(9, 1), (1, 2), (3, 2), (4, 2), (5, 2), (8, 2), (2, 3)] {
                let mut line = json!({ "id": id(n), "createdAt": format!("2020-01-0{day}T00:00:00.000Z"), "meta": { "k": 1 } });
                if resource == "conversation" {
                    (line["spaceId"], line["contactId"]) = (json!(space), json!(friend));
                }
                lines += &format!("{line}\n");
                old.push(id(n));
            }
            // The order of lines does not matter.
            let shuffled = lines.lines().rev().collect::<Vec<_>>().join("\n");
            let import = client.post_request(&format!("/{resource}/import")).header("content-type", "application/jsonl").body(shuffled);
            assert_eq!(import.send().await.expect(200)["imported"], 7);
            let created = [old.clone(), live.clone()].concat();
            let tagged: Vec<String> = created.iter().filter(|id| **id != friend).cloned().collect();
            let mut lists = vec![(format!("/{resource}/list?"), &created), (format!("/{resource}/list?meta.k=1&"), &tagged)];
            if resource == "conversation" {
                lists.push((format!("/conversation/list?spaceId={space}&"), &created));
                lists.push((format!("/conversation/list?contactId={friend}&"), &created));
                lists.push((format!("/contact/{friend}/conversation/list?"), &created));
            }
            for (list, expected) in lists {
                let newest: Vec<String> = expected.iter().rev().cloned().collect();
                for take in [1, 2, 3, 4, 100] {
                    assert_eq!(list_pages(&client, &format!("{list}take={take}")).await.concat(), newest, "{list} {take}");
                    assert_eq!(list_pages(&client, &format!("{list}order=asc&take={take}")).await.concat(), *expected, "{list} {take}");
                }
            }
            // Streams and exports have the same order.
            let stream = client.get_request(&format!("/{resource}/list?order=asc")).header("accept", "application/jsonl").send().await.text();
            let streamed: Vec<String> = stream.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["data"]["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(streamed, created);
            assert_eq!(item_ids(&client.get(&format!("/{resource}/export?order=asc")).await.expect(200)), created);
            // After a deleted row with its cursor, and after an existing one with its bare id.
            let page = client.get(&format!("/{resource}/list?order=asc&take=3")).await.expect(200);
            assert_eq!(item_ids(&page), created[..3]);
            let bare = client.get(&format!("/{resource}/list?order=asc&take=100&cursor={}", created[2])).await.expect(200);
            assert_eq!(item_ids(&bare), created[3..]);
            client.delete(resource, &created[2]).await;
            for order in ["asc", "desc"] {
                let cursor = page["cursor"].as_str().unwrap();
                let rest = client.get(&format!("/{resource}/list?order={order}&take=100&cursor={cursor}")).await.expect(200);
                let expected: Vec<String> = match order { "asc" => created[3..].to_vec(), _ => created[..2].iter().rev().cloned().collect() };
                assert_eq!(item_ids(&rest), expected, "{order}");
            }
            // A row imported after the cursor is listed; one imported before it is not.
            let page = client.get(&format!("/{resource}/list?order=asc&take=4")).await.expect(200);
            let lines = format!("{}\n{}", json!({ "id": id(7), "createdAt": "2020-01-02T00:00:00.000Z" }), json!({ "id": id(6), "createdAt": "2019-01-01T00:00:00.000Z" }));
            let import = client.post_request(&format!("/{resource}/import")).header("content-type", "application/jsonl").body(lines);
            assert_eq!(import.send().await.expect(200)["imported"], 2);
            let rest = client.get(&format!("/{resource}/list?order=asc&take=2&cursor={}", page["cursor"].as_str().unwrap())).await.expect(200);
            assert_eq!(item_ids(&rest), [id(7), id(8)]);
        }
    }

    async fn exported_transcripts_are_sorted_by_time(client: Client) {
        let id = |resource: &str, n: u8| format!("{resource}_01{n:024}");
        let mut lines = String::new();
        for (n, day) in [(5, 1), (2, 2), (4, 2)] {
            let at = format!("2020-01-0{day}T00:00:00.000Z");
            lines += &format!("{}\n", json!({ "id": id("conversation", n), "createdAt": at }));
            lines += &format!("{}\n", json!({ "id": id("message", n), "conversationId": id("conversation", n), "type": "user", "text": "x", "createdAt": at }));
        }
        let import = client.post_request("/conversation/import").header("content-type", "application/jsonl").body(lines);
        assert_eq!(import.send().await.expect(200)["imported"], 6);
        let export = client.get_request("/conversation/export?include=messages&order=asc").header("accept", "application/jsonl").send().await.text();
        let found: Vec<String> = export.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, [5, 2, 4].map(|n| [id("conversation", n), id("message", n)]).concat());
    }

    async fn imported_spaces_are_sorted_by_time(client: Client) {
        let live = client.seed(3, numbered_space).await;
        // The order of ids differs from that of times, and many times are equal.
        let id = |n: u8| format!("space_01{n:024}");
        let mut lines = String::new();
        let mut expected: Vec<String> = Vec::new();
        for (n, at) in [(9, "2020-01-01T00:00:00.000Z"), (1, "2020-01-02T00:00:00.000Z"), (3, "2020-01-02T00:00:00.000Z"), (5, "2020-01-02T00:00:00.000Z"), (2, "2020-01-03T00:00:00.000Z")] {
            lines += &format!("{}\n", json!({ "id": id(n), "createdAt": at }));
            expected.push(id(n));
        }
        let import = client.post_request("/space/import").header("content-type", "application/jsonl").body(lines);
        assert_eq!(import.send().await.expect(200)["imported"], 5);
        expected.extend(live);
        let newest: Vec<String> = expected.iter().rev().cloned().collect();
        for take in [1, 2, 3, 100] {
            assert_eq!(space_pages(&client, &format!("take={take}")).await.concat(), newest, "{take}");
            assert_eq!(space_pages(&client, &format!("take={take}&order=asc")).await.concat(), expected, "{take}");
        }
        // After a deleted space, with its cursor and with its bare id.
        let (page, cursor) = client.page("take=3&order=asc").await;
        assert_eq!(page, expected[..3]);
        let (bare, _) = client.page(&format!("take=9&order=asc&cursor={}", expected[2])).await;
        assert_eq!(bare, expected[3..]);
        client.delete("space", &expected[2]).await;
        let (rest, _) = client.page(&format!("take=9&order=asc&cursor={cursor}")).await;
        assert_eq!(rest, expected[3..]);
    }
}
