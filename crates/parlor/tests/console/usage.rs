//! The page about usage: what is counted on which day, of which workspace, and for whom.

use std::time::Duration;

use parlor_testkit::{TestServer, TestTenant, both};
use serde_json::json;

use crate::visitor::{Visitor, create_key};

/// Makes a chat with messages.
async fn send(server: &TestServer, tenant: &TestTenant, messages: usize) {
    let body = json!({ "user_id": "ada", "title": "Usage" });
    let request = server
        .post("/api/v1/chats/")
        .header("x-api-key", &tenant.key);
    let chat = request.json(&body).send().await.expect(201);
    let path = format!("/api/v1/chats/{}/messages", chat["id"].as_str().unwrap());
    for _ in 0..messages {
        let body = json!({ "content": "hello", "user_id": "ada" });
        let request = server.post(&path).header("x-api-key", &tenant.key);
        request.json(&body).send().await.expect(201);
    }
}

both! {
    async fn usage_counts_each_day_of_the_own_workspace(server: TestServer) {
        send(&server, &server.a, 2).await;
        server.clock.advance(Duration::from_secs(24 * 60 * 60));
        send(&server, &server.a, 3).await;
        send(&server, &server.b, 7).await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let csv = owner.get("/console/usage/csv?days=3").await;
        assert_eq!(csv.status, 200);
        let rows: Vec<&str> = csv.text.lines().collect();
        assert_eq!(rows[0], "day,conversations,messages,requests,input_tokens,output_tokens");
        let numbers: Vec<&str> = rows[1..].iter().map(|row| row.split_once(',').unwrap().1).collect();
        assert_eq!(numbers, ["0,0,0,0,0", "1,2,0,0,0", "1,3,0,0,0"]);
        let page = owner.get("/console/usage?days=3").await.text;
        assert!(page.contains("5 messages in 3 days, most on "), "{page}");
        assert!(page.contains("No tokens in 3 days"), "{page}");
        for bad in ["0", "91", "x", "-1"] {
            for path in ["usage", "usage/csv"] {
                assert_eq!(owner.get(&format!("/console/{path}?days={bad}")).await.status, 400, "{bad}");
            }
        }
        // Tokens of the day, and of one before the range.
        let today = rows[3].split(',').next().unwrap();
        let day = parlor_kit::time::parse_iso(&format!("{today}T00:00:00Z")).unwrap();
        let day = day.micros() / 86_400_000_000;
        for (day, tokens) in [(day, 4_000), (day - 3, 9)] {
            server.execute(&format!(
                "insert into assistant_usage (ws, day, requests, input_tokens, output_tokens)
                    select number, {day}, 2, 5, {tokens} from workspace"
            ));
        }
        let csv = owner.get("/console/usage/csv?days=3").await.text;
        assert!(csv.ends_with(",1,3,2,5,4000\r\n"), "{csv}");
        let page = owner.get("/console/usage?days=3").await.text;
        assert!(page.contains(&format!("4,005 tokens in 3 days, most on {today}: 4,005")), "{page}");

        let (_, none) = create_key(&server, "members:read".parse().unwrap()).await;
        let none = Visitor::sign_in(&server, &none).await;
        assert!(!none.get("/console/start").await.text.contains("/console/usage"));
        for path in ["/console/usage", "/console/usage/csv"] {
            assert_eq!(none.get(path).await.status, 403, "{path}");
        }
    }

    async fn usage_without_traffic_says_so(server: TestServer) {
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let page = owner.get("/console/usage").await;
        assert!(page.text.contains("There was no traffic in this range"), "{}", page.text);
        assert_eq!(page.text.matches("<svg class=\"chart\"").count(), 3);
    }
}
