//! A visit with the browser widget, in its order of calls: boot, sign-in, greeting, question, answer, reload. Exactly the
//! fields are checked that the widget reads; a missing one is a failure.

mod browser;
mod widget;

use http::Method;
use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use self::browser::{Browser, Flow};
use self::widget::read;
use crate::fixtures::get_token;

async fn run_visit(backend: TestBackend, flow: Flow) {
    let mut browser = Browser::create(backend, flow).await;
    browser.boot().await;
    let widget = browser.sign_in().await;
    assert!(
        widget.groups().await.is_empty(),
        "a group that is there keeps the widget from greeting"
    );
    let greeting = widget.get_greeting("").await;
    assert!(greeting.field("greeting.group").value.is_null());
    let group = widget.ask("Where is my parcel?").await;
    let space = widget.space.clone();
    // An operator answers through the documented API.
    let access = get_token(&browser.server, &browser.server.a).await;
    let path = format!(
        "/v1/workspaces/{}/spaces/{space}/message",
        browser.server.a.workspace
    );
    let answer = json!({ "message": "On its way", "type": "AI", "groupId": group });
    let answer = browser
        .server
        .post(&path)
        .bearer(&access)
        .header("organizationid", &browser.server.a.organization)
        .json(&answer);
    let answer = answer.send().await.expect(200);

    // The page is reloaded after a restart of the server.
    browser.server.restart().await;
    browser.boot().await;
    let widget = browser.sign_in().await;
    assert_eq!(
        widget.space, space,
        "the visitor comes back to the same space"
    );
    let groups = widget.groups().await;
    assert_eq!(
        (
            groups.len(),
            groups[0].field("id").text(),
            groups[0].field("name").text()
        ),
        (1, group.clone(), "Where is my parcel?".to_owned())
    );
    assert!(groups[0].field("hasMoreThanOneMessage").flag());
    assert_eq!(
        widget.displayed_messages(&group).await,
        ["Where is my parcel?", "On its way"]
    );
    // Rate the answer and add feedback.
    let thumb =
        json!({ "spaceConversationId": answer["id"], "thumbType": "THUMB_UP", "groupId": group });
    let rated = read(
        "signals",
        widget.call(Method::POST, "/thumb-signal").json(&thumb),
    )
    .await;
    let signals = rated.field("thumbSignals").items();
    let signal = signals.last().unwrap().field("id").text();
    let feedback =
        json!({ "feedback": "Quick", "spaceConversationId": answer["id"], "groupId": group });
    widget
        .call(Method::POST, &format!("/thumb-signal/{signal}/feedback"))
        .json(&feedback)
        .send()
        .await
        .expect(200);
    assert_eq!(widget.displayed_messages(&group).await.len(), 2);
    let seen = json!({ "type": "SEARCH_TERM", "metadata": { "term": "parcel" } });
    widget
        .call(Method::POST, "/event")
        .json(&seen)
        .send()
        .await
        .expect(200);
    // A second group is listed before the first one until it is deleted.
    let second = widget.ask("And the other one?").await;
    let order: Vec<String> = widget
        .groups()
        .await
        .iter()
        .map(|group| group.field("id").text())
        .collect();
    assert_eq!(order, [second.as_str(), group.as_str()]);
    let deleted = widget
        .call(Method::DELETE, &format!("/groups/{second}"))
        .send()
        .await;
    assert_eq!(deleted.status, 204);
    assert_eq!(widget.groups().await.len(), 1);
}

macro_rules! visit_tests {
    ($($name:ident $flow:ident)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                block_on(run_visit(TestBackend::Sqlite, Flow::$flow));
            }

            #[test]
            fn postgres() {
                block_on(run_visit(TestBackend::Postgres, Flow::$flow));
            }
        }
    )*};
}

visit_tests! {
    page_with_token_and_space TokenAndSpace
    page_with_token Token
    page_with_access_token_and_user AccessToken
    page_without_credential Nothing
}
