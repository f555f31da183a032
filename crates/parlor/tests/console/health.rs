//! The page about health: rights, and numbers of the own workspace only.

use std::time::Duration;

use parlor_testkit::both;

use crate::deliveries::{create_chats, create_rule};
use crate::visitor::{Visitor, create_key};

/// Returns the text of a line of the page.
fn line<'t>(page: &'t str, name: &str) -> &'t str {
    let (_, rest) = page
        .split_once(&format!("data-check=\"{name}\""))
        .unwrap_or_else(|| panic!("no line {name}: {page}"));
    rest.split("</tr>").next().unwrap()
}

both! {
    async fn health_counts_deliveries_of_the_own_workspace(server: TestServer) {
        let (_, reader) = create_key(&server, "conversations:read".parse().unwrap()).await;
        let reader = Visitor::sign_in(&server, &reader).await;
        assert_eq!(reader.get("/console/health").await.status, 403);
        assert!(!reader.get("/console/start").await.text.contains("/console/health"));

        create_rule(&server, &server.a).await;
        create_chats(&server, &server.a, 2).await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let page = owner.get("/console/health").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let waiting = line(&page.text, "Deliveries waiting");
        assert!(waiting.contains("2, the oldest for 0 s"), "{waiting}");
        assert!(line(&page.text, "Calls").contains("The last 2 on this node: 0 failed"));
        assert!(line(&page.text, "Carriers").contains("Configured: none."), "{}", page.text);
        let database = line(&page.text, "Database");
        assert!(database.contains("MiB. It stores") || database.contains("KiB. It stores"), "{database}");
        let other = Visitor::sign_in(&server, &server.b.key).await;
        let page = other.get("/console/health").await.text;
        assert!(line(&page, "Deliveries waiting").contains("None."), "{page}");
        assert!(line(&page, "Calls").contains("None since"), "{page}");
        assert!(line(&page, "Endpoints").contains("0 active"), "{page}");

        // What waits for long wants a look, and what has failed has a command.
        server.execute(
            "update delivery set state = 'failed', finished_at = created_at + 1
                where number = (select min(number) from delivery);
            update outbox_queue set state = 'paused', pause_reason = 'gone', paused_at = created_at",
        );
        server.clock.advance(Duration::from_secs(16 * 60));
        let page = owner.get("/console/health").await.text;
        assert!(line(&page, "Deliveries waiting").contains("parlor delivery list --waiting"), "{page}");
        assert!(line(&page, "Deliveries failed").contains("1 in the last 24 hours"), "{page}");
        let endpoints = line(&page, "Endpoints");
        assert!(endpoints.contains("parlor delivery resume") && endpoints.contains("bad"), "{endpoints}");
        server.clock.advance(Duration::from_secs(24 * 60 * 60));
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let page = owner.get("/console/health").await.text;
        assert!(line(&page, "Deliveries failed").contains("0 in the last 24 hours"), "{page}");
    }
}
