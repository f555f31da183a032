//! A test widget in a page of another origin, in Chromium: it signs its visitor in, greets, asks, and is loaded again.
//! A field that it requires and does not find is a failure.

mod agent;
mod host;
mod visit;

use std::time::Duration;

use http::Method;
use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use self::agent::{ANSWER, AgentServer, FIRST};
use self::visit::{GREETING, QUESTION, SignIn, Visit};

/// The calls by which the widget obtains a token and a space.
fn sign_in_calls(sign_in: SignIn, is_first: bool) -> Vec<&'static str> {
    let validation = "POST /spaces/validate-temporal-token";
    let creation = "POST /workspaces/ID/spaces";
    match (sign_in, is_first) {
        (SignIn::TokenAndSpace, _) => vec!["GET /workspaces/ID", "GET /spaces/ID"],
        (SignIn::Token, _) => vec!["GET /workspaces/ID", validation, "GET /spaces/ID"],
        (SignIn::AccessToken, _) => vec![
            "GET /workspaces/ID",
            validation,
            "GET /spaces",
            creation,
            "GET /spaces/ID",
        ],
        (SignIn::Anonymous, true) => vec!["GET /workspaces/ID", creation, "GET /public-spaces/ID"],
        (SignIn::Anonymous, false) => {
            vec!["GET /workspaces/ID", validation, "GET /public-spaces/ID"]
        }
    }
}

/// An answer sent through the documented API to the open conversation.
async fn answer(visit: &mut Visit, text: &str) {
    let (space, group) = (
        visit.attribute("space").await,
        visit.attribute("group").await,
    );
    let body = json!({ "message": text, "type": "AI", "groupId": group });
    let request = visit.owner_call(Method::POST, &format!("/spaces/{space}/message"));
    request.json(&body).send().await.expect(200);
}

async fn conversation_is_shown_again(backend: TestBackend, sign_in: SignIn) {
    let mut visit = Visit::prepare(backend, sign_in == SignIn::Anonymous, |_| {}).await;
    let given = visit.sign_in(sign_in).await;
    visit.open(&given).await;
    let mut calls = sign_in_calls(sign_in, true);
    calls.push("GET /spaces/ID/greeting");
    assert_eq!(visit.calls().await, calls);
    assert_eq!(visit.text("#name").await, "Parcels");
    assert_eq!(visit.text("#greeting").await, GREETING);
    assert_eq!(visit.texts("#questions button").await, [QUESTION]);

    visit.click("#questions button").await;
    visit.wait_for_messages(&[QUESTION]).await;
    visit.wait_for_texts("#groups li span", &[QUESTION]).await;
    let asking = [
        "GET /spaces/ID/greeting",
        "POST /spaces/ID/messages",
        "PUT /spaces/ID/groups/ID",
    ];
    assert_eq!(visit.calls().await, asking);
    answer(&mut visit, "It is on its way").await;
    // The widget does not add messages of others to those it holds: they show after a reload.
    visit.wait_for_poll().await;
    assert_eq!(visit.texts("#messages li span").await, [QUESTION]);
    let space = visit.attribute("space").await;

    visit.reload().await;
    visit
        .wait_for_messages(&[QUESTION, "It is on its way"])
        .await;
    assert_eq!(visit.calls().await, sign_in_calls(sign_in, false));
    assert_eq!(visit.texts("#groups li span").await, [QUESTION]);
    assert_eq!(
        visit.attribute("space").await,
        space,
        "the visitor comes back to the same space"
    );

    rate_and_delete(&mut visit).await;
    sign_out(&mut visit, sign_in, &space).await;
    visit.check().await;
}

/// Rates an answer with a reason, holds a second conversation, searches, and deletes the second conversation.
async fn rate_and_delete(visit: &mut Visit) {
    let thumb = |text: &str| format!("document.querySelector('#messages .AI').title === '{text}'");
    visit.click(".AI .up").await;
    visit.page.wait_for(&thumb("THUMB_UP")).await;
    visit.type_into("#ask", "Quick").await;
    visit.click(".AI .why").await;
    visit.page.wait_for(&thumb("THUMB_UP Quick")).await;
    visit.reload().await;
    visit.page.wait_for(&thumb("THUMB_UP Quick")).await;
    visit.click(".AI .down").await;
    visit.page.wait_for(&thumb("THUMB_DOWN")).await;
    visit.click(".AI .down").await;
    visit.page.wait_for(&thumb("")).await;

    visit.click("#new-conversation").await;
    visit
        .page
        .wait_for("document.querySelector('#greeting').textContent")
        .await;
    assert_eq!(visit.texts("#messages li").await, [""; 0]);
    visit.submit("#ask", "And the other one?").await;
    visit.wait_for_messages(&["And the other one?"]).await;
    visit
        .wait_for_texts("#groups li span", &["And the other one?", QUESTION])
        .await;
    visit.submit("#search", "parcel").await;
    visit.wait_for_texts("#results", &["No results"]).await;
    visit.calls().await;
    visit.click("#groups .delete").await;
    visit.wait_for_texts("#groups li span", &[QUESTION]).await;
    visit
        .wait_for_messages(&[QUESTION, "It is on its way"])
        .await;
    assert_eq!(visit.calls().await[0], "DELETE /spaces/ID/groups/ID");
}

/// Signs out: the widget requests a space as an anonymous visitor, and so does the only button of the banner.
async fn sign_out(visit: &mut Visit, sign_in: SignIn, space: &str) {
    visit.click("#sign-out").await;
    if sign_in == SignIn::Anonymous {
        visit.wait_for_texts("#greeting", &[GREETING]).await;
        assert_ne!(visit.attribute("space").await, space);
        assert_eq!(visit.texts("#groups li").await, [""; 0]);
        return;
    }
    visit.wait_for_state("expired").await;
    assert_eq!(visit.calls().await, ["POST /workspaces/ID/spaces"]);
    visit.click("#begin-anew").await;
    visit
        .page
        .wait_for("calls.length > 0 && !document.querySelector('#banner').hidden")
        .await;
    assert_eq!(visit.calls().await, ["POST /workspaces/ID/spaces"]);
}

macro_rules! visits {
    ($($name:ident $sign_in:ident)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                block_on(conversation_is_shown_again(TestBackend::Sqlite, SignIn::$sign_in));
            }

            #[test]
            fn postgres() {
                block_on(conversation_is_shown_again(TestBackend::Postgres, SignIn::$sign_in));
            }
        }
    )*};
}

visits! {
    page_with_token_and_space_shows_conversation_again TokenAndSpace
    page_with_token_shows_conversation_again Token
    page_with_access_token_shows_conversation_again AccessToken
    page_of_anonymous_visitor_shows_conversation_again Anonymous
}

#[test]
fn expired_token_shows_banner_whose_button_begins_anew() {
    block_on(async {
        let mut visit = Visit::prepare(TestBackend::Sqlite, true, |_| {}).await;
        visit.open(&json!({})).await;
        visit.submit("#ask", QUESTION).await;
        visit.wait_for_messages(&[QUESTION]).await;
        let space = visit.attribute("space").await;
        visit.server.clock.advance(Duration::from_secs(86_400 + 31));
        visit.page.reload().await;
        visit.wait_for_state("expired").await;
        assert_eq!(
            visit
                .page
                .evaluate("document.querySelector('#banner').hidden")
                .await,
            false
        );
        assert_eq!(
            visit.calls().await,
            ["GET /workspaces/ID", "POST /spaces/validate-temporal-token"]
        );
        visit.click("#begin-anew").await;
        visit.wait_for_state("ready").await;
        assert_eq!(visit.text("#greeting").await, GREETING);
        assert_eq!(
            visit
                .page
                .evaluate("document.querySelector('#banner').hidden")
                .await,
            true
        );
        let another = visit.attribute("space").await;
        assert_ne!(another, space);
        visit.reload().await;
        assert_eq!(visit.attribute("space").await, another);
        visit.check().await;
    });
}

#[test]
fn visitor_without_agent_asks_on_and_finds_the_questions_again() {
    block_on(async {
        let mut visit = Visit::prepare(TestBackend::Sqlite, true, |_| {}).await;
        visit.open(&json!({})).await;
        visit.submit("#ask", QUESTION).await;
        visit.wait_for_messages(&[QUESTION]).await;
        // A poll with fewer than three messages is discarded.
        visit.wait_for_poll().await;
        assert_eq!(visit.texts("#messages li span").await, [QUESTION]);
        visit.submit("#ask", "Hello?").await;
        visit.wait_for_messages(&[QUESTION, "Hello?"]).await;
        visit.reload().await;
        visit.wait_for_messages(&[QUESTION, "Hello?"]).await;
        visit.check().await;
    });
}

#[test]
fn streamed_answer_of_agent_server_is_shown_while_it_comes() {
    block_on(async {
        let mut visit = Visit::prepare(TestBackend::Sqlite, false, |options| {
            options.agent_server_networks = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
        let threads = format!(
            "{}/v1/workspaces/{}/agent/threads",
            visit.server.url, visit.server.a.workspace
        );
        let (agent, url) = AgentServer::start(threads).await;
        visit
            .update_workspace(&json!({ "agentServerUrl": url }))
            .await;
        let mut given = visit.sign_in(SignIn::Token).await;
        given["agent"] = json!(true);
        visit.open(&given).await;
        visit.submit("#ask", "How long?").await;
        visit
            .wait_for_texts("#messages li span", &["How long?", FIRST])
            .await;
        assert_eq!(visit.text("#status").await, "Writing");
        agent.go_on.notify_one();
        visit.wait_for_messages(&["How long?", ANSWER]).await;
        visit.page.wait_for("calls.at(-1).startsWith('PUT ')").await;
        visit.reload().await;
        visit.wait_for_messages(&["How long?", ANSWER]).await;
        // A server that is gone costs an answer and not the conversation.
        visit
            .update_workspace(&json!({ "agentServerUrl": "http://127.0.0.1:1" }))
            .await;
        visit.submit("#ask", "Still there?").await;
        let error = "Error: The agent cannot be reached";
        visit
            .wait_for_messages(&["How long?", ANSWER, "Still there?", error])
            .await;
        visit.reload().await;
        visit.wait_for_messages(&["How long?", ANSWER]).await;
        visit.check().await;
    });
}

#[test]
fn page_of_another_origin_is_told_nothing() {
    block_on(async {
        let mut visit = Visit::prepare(TestBackend::Sqlite, true, |_| {}).await;
        let stranger = host::serve_page().await;
        let address = visit.address(&stranger, &json!({}));
        visit.page.open(&address).await;
        visit
            .page
            .wait_for("document.body.dataset.state === 'failed'")
            .await;
        assert_eq!(visit.calls().await, ["GET /workspaces/ID"]);
        assert_eq!(visit.text("#failure").await, "Failed to fetch");
        assert_eq!(visit.text("#name").await, "");
    });
}

/// Replaces the empty answer of a group without an agent: first the id of the stored message in a chunk of its own,
/// then two pieces of text.
const STREAMED_ANSWER: &str = r#"
    const send = globalThis.fetch;
    globalThis.fetch = async (url, options) => {
        const response = await send(url, options);
        if (options.method !== "POST" || !url.includes("/messages?")) return response;
        const chunks = ['[{"id":"0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001"}]\n', "Seven ", "days"];
        const pull = (controller) => {
            const chunk = chunks.shift();
            chunk === undefined ? controller.close() : controller.enqueue(new TextEncoder().encode(chunk));
        };
        return new Response(new ReadableStream({ pull }));
    };
"#;

#[test]
fn chunk_with_id_of_stored_answer_is_not_drawn() {
    block_on(async {
        let mut visit = Visit::prepare(TestBackend::Sqlite, true, |_| {}).await;
        visit.open(&json!({})).await;
        visit.page.evaluate(STREAMED_ANSWER).await;
        visit.submit("#ask", QUESTION).await;
        visit.wait_for_messages(&[QUESTION, ANSWER]).await;
        visit.check().await;
    });
}
