//! The widget in a page of another origin with a strict content security policy, in Chromium.

use std::sync::atomic::Ordering;

use parlor::middleware::AllowedOrigins;
use parlor_client::{Client, CreateChatRequest, CreateMessageRequest};
use parlor_testkit::backend::block_on;
use parlor_testkit::{FaultProxy, TestBackend, TestServer};
use serde_json::{Value, json};

use super::host::Host;
use crate::chromium::Page;
use crate::tools;

/// The widget's tree.
const WIDGET: &str = "document.querySelector('parlor-chat').shadowRoot";

/// Texts that a page must show and not run.
const HOSTILE: [&str; 4] = [
    "<img src=x onerror=\"window.hacked = 1\">",
    "<script>window.hacked = 1</script>",
    "</div><b>bold</b> & \u{202e}reversed",
    "javascript:window.hacked=1",
];

/// Page with the widget, and the server that it talks with through a proxy.
struct Visit {
    server: TestServer,
    proxy: FaultProxy,
    host: Host,
    client: Client,
    chat: String,
    page: Page,
}

impl Visit {
    async fn start() -> Self {
        let server = TestServer::start_with_assistant(TestBackend::Sqlite).await;
        let proxy = FaultProxy::start(&server.url).await;
        let client = Client::new(&proxy.url, &server.a.key).unwrap();
        let chat = client
            .create_chat(CreateChatRequest::new("ada"))
            .await
            .unwrap()
            .id;
        let host = Host::start(&proxy.url, Some((client.clone(), chat.clone()))).await;
        Self {
            server,
            proxy,
            host,
            client,
            chat,
            page: Page::start().await,
        }
    }

    async fn send_as_assistant(&self, text: &str) {
        let message = CreateMessageRequest::new(text).assistant();
        self.client.send_message(&self.chat, message).await.unwrap();
    }

    async fn open(&mut self) {
        let url = format!("{}/chat.html", self.host.origin);
        self.page.open(&url).await;
    }

    async fn evaluate(&mut self, expression: &str) -> Value {
        self.page
            .evaluate(&expression.replace("widget", WIDGET))
            .await
    }

    async fn wait_for(&mut self, condition: &str) {
        self.page
            .wait_for(&condition.replace("widget", WIDGET))
            .await;
    }

    /// Waits until the widget shows these texts, all of them stored.
    async fn wait_for_messages(&mut self, texts: &[&str]) {
        let texts = json!(texts).to_string();
        let condition = format!(
            "JSON.stringify([...widget.querySelectorAll('.message.stored .content')].map(e => e.textContent)) === {}
                && !widget.querySelector('.message:not(.stored)')",
            json!(texts)
        );
        self.wait_for(&condition).await;
    }

    /// Writes a text with the keyboard, and sends it with Enter.
    async fn write(&mut self, text: &str) {
        self.evaluate("widget.querySelector('textarea').focus()")
            .await;
        self.page.type_text(text).await;
        self.page.press("Enter", 13).await;
    }

    async fn click(&mut self, part: &str) {
        self.evaluate(&format!("widget.querySelector('[part={part}]').click()"))
            .await;
    }
}

#[test]
fn widget_talks_in_a_page_of_another_origin() {
    block_on(async {
        let mut visit = Visit::start().await;
        for text in HOSTILE {
            visit.send_as_assistant(text).await;
        }
        visit.open().await;
        visit.wait_for_messages(&HOSTILE).await;
        let send = "widget.querySelector('[part=send]').textContent";
        assert_eq!(visit.evaluate(send).await, "Go");
        let foreign = "widget.querySelectorAll('img, script, b, style, [style]').length";
        assert_eq!(visit.evaluate(foreign).await, 0);
        assert_eq!(visit.evaluate("window.hacked").await, Value::Null);

        // The answer is shown while it comes, and once.
        let question = "/slow 150 one two three four";
        visit.write(question).await;
        visit
            .wait_for("widget.querySelector('.assistant.streaming .content')?.textContent.startsWith('You said: one')")
            .await;
        assert_eq!(
            visit
                .evaluate("widget.querySelector('[part=stop]').hidden")
                .await,
            false
        );
        let answered = [&HOSTILE[..], &[question, "You said: one two three four"]].concat();
        visit.wait_for_messages(&answered).await;
        assert_eq!(
            visit
                .evaluate("widget.querySelector('[part=stop]').hidden")
                .await,
            true
        );
        let received = visit.evaluate("window.received").await;
        assert_eq!(received, json!([question, "You said: one two three four"]));

        // What is being written survives a reload.
        visit
            .evaluate("widget.querySelector('textarea').focus()")
            .await;
        visit.page.type_text("A draft").await;
        visit.page.reload().await;
        visit.wait_for_messages(&answered).await;
        assert_eq!(
            visit
                .evaluate("widget.querySelector('textarea').value")
                .await,
            "A draft"
        );
        visit
            .evaluate("widget.querySelector('textarea').value = ''")
            .await;

        restart_is_survived(&mut visit, &answered).await;
        assert_eq!(visit.evaluate("window.violations").await, json!([]));
        assert_eq!(visit.page.exceptions, [""; 0]);
        is_accessible(&mut visit).await;
        refusal_is_shown(&mut visit).await;
    });
}

/// A message that is written while the server restarts is stored once. The server then allows the page's origin only.
async fn restart_is_survived(visit: &mut Visit, before: &[&str]) {
    visit.proxy.refuse_connections();
    visit
        .wait_for("!widget.querySelector('[part=retry]').hidden")
        .await;
    visit.write("Are you back?").await;
    visit
        .wait_for("widget.querySelector('.own.sending .content')?.textContent === 'Are you back?'")
        .await;
    let origin = visit.host.origin.parse().unwrap();
    visit
        .server
        .restart_with(|options| options.allowed_origins = AllowedOrigins::Listed(vec![origin]))
        .await;
    visit.proxy.set_target(&visit.server.url);
    visit.click("retry").await;
    let expected = [before, &["Are you back?", "You said: Are you back?"]].concat();
    visit.wait_for_messages(&expected).await;
    // The server's own log has it once, and its answer.
    let log = visit.client.read_log_to_end(&visit.chat, 0).await.unwrap();
    let count = log
        .iter()
        .filter(|entry| {
            entry
                .message()
                .is_some_and(|message| message.content.ends_with("Are you back?"))
        })
        .count();
    assert_eq!(count, 2);
}

/// The panel of a launcher is opened and closed with the keyboard, and no serious fault of accessibility is found.
async fn is_accessible(visit: &mut Visit) {
    let roles = "[...widget.querySelectorAll('[role]')].map(e => e.getAttribute('role')).join()";
    assert_eq!(
        visit.evaluate(roles).await,
        "region,region,group,log,status"
    );
    visit
        .evaluate("document.querySelector('parlor-chat').setAttribute('launcher', '')")
        .await;
    visit
        .wait_for("widget.querySelector('.panel').role === 'dialog'")
        .await;
    visit
        .evaluate("widget.querySelector('[part=close]').click()")
        .await;
    visit.page.press("Enter", 13).await;
    visit
        .wait_for("widget.querySelector('[part=launcher]').ariaExpanded === 'true'")
        .await;
    assert_eq!(
        visit.evaluate("widget.activeElement.localName").await,
        "textarea"
    );
    visit.page.press("Escape", 27).await;
    visit
        .wait_for("widget.querySelector('.panel').hidden")
        .await;
    assert_eq!(
        visit
            .evaluate("widget.activeElement.getAttribute('part')")
            .await,
        "launcher"
    );
    visit.page.press("Enter", 13).await;
    let packages = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
    let axe = std::fs::read_to_string(packages.join("node_modules/axe-core/axe.min.js")).unwrap();
    visit.page.evaluate(&axe).await;
    let found =
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`))";
    assert_eq!(visit.page.evaluate(found).await, json!([]));
}

/// A visitor who is signed out keeps what is shown, and can come back.
async fn refusal_is_shown(visit: &mut Visit) {
    visit.host.is_signed_in.store(false, Ordering::Relaxed);
    visit.proxy.drop_connections();
    visit
        .wait_for("widget.querySelector('[part=status]').textContent.startsWith('You may not use this chat')")
        .await;
    assert_eq!(
        visit
            .evaluate("widget.querySelector('textarea').disabled")
            .await,
        true
    );
    visit.host.is_signed_in.store(true, Ordering::Relaxed);
    visit.click("retry").await;
    visit
        .wait_for("!widget.querySelector('textarea').disabled && widget.querySelector('.stored')")
        .await;
}
