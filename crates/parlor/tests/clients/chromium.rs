//! A page in headless Chromium, driven by the Chrome DevTools Protocol.

use std::process::Stdio;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_testkit::tokio;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Timeout of a command to the browser.
const CALL_TIMEOUT: Duration = Duration::from_secs(90);
/// Timeout of a condition of a page, in milliseconds of the page.
const CONDITION_TIMEOUT_MILLIS: u32 = 30_000;

const OPTIONS: [&str; 7] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--remote-debugging-port=0",
];

/// One page in its own browser with its own profile. Drop ends the browser.
pub(crate) struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Value,
    last_id: u64,
    is_loaded: bool,
    /// Uncaught exceptions of the page's scripts.
    pub(crate) exceptions: Vec<String>,
    _process: Child,
    _profile: TempDir,
}

impl Page {
    /// Starts the browser with an empty page.
    pub(crate) async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new("chromium")
            .args(OPTIONS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromium could not be run ({error}); `cargo xtask setup` installs what tests need")
            });
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let line = line.unwrap_or_else(|| panic!("chromium ended before it was ready"));
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                break address.to_owned();
            }
        };
        // Read to the end: a full pipe would block the browser.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (socket, _) = connect_async(address).await.unwrap();
        let mut page = Self {
            socket,
            session: Value::Null,
            last_id: 0,
            is_loaded: false,
            exceptions: Vec::new(),
            _process: process,
            _profile: profile,
        };
        let target = page
            .call("Target.createTarget", json!({ "url": "about:blank" }))
            .await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        page.session = page.call("Target.attachToTarget", attach).await["sessionId"].clone();
        page.call("Page.enable", json!({})).await;
        page.call("Runtime.enable", json!({})).await;
        page
    }

    /// Opens a URL and waits until the page and its imported scripts are loaded.
    pub(crate) async fn open(&mut self, url: &str) {
        self.is_loaded = false;
        let opened = self.call("Page.navigate", json!({ "url": url })).await;
        assert!(opened["errorText"].is_null(), "{url}: {opened}");
        self.wait_for_load().await;
    }

    /// Reloads the page.
    pub(crate) async fn reload(&mut self) {
        self.is_loaded = false;
        self.call("Page.reload", json!({})).await;
        self.wait_for_load().await;
    }

    /// Evaluates an expression; a promise is awaited.
    pub(crate) async fn evaluate(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", params).await;
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        answer["result"]["value"].clone()
    }

    /// Types a text into the focused element.
    pub(crate) async fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses and releases a key that has this name and code, such as `Enter` and 13.
    pub(crate) async fn press(&mut self, key: &str, code: u32) {
        for event in ["rawKeyDown", "char", "keyUp"] {
            let text = if event == "char" && key == "Enter" {
                "\r"
            } else {
                ""
            };
            if event == "char" && text.is_empty() {
                continue;
            }
            let params = json!({ "type": event, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
            self.call("Input.dispatchKeyEvent", params).await;
        }
    }

    /// Waits until an expression is true. It is evaluated after each change of the document, shadow trees included.
    pub(crate) async fn wait_for(&mut self, condition: &str) {
        let expression = format!(
            "new Promise((resolve, reject) => {{
                const check = () => {{ if ({condition}) {{ observer.disconnect(); resolve(true); }} }};
                const observer = new MutationObserver(check);
                const changes = {{ subtree: true, childList: true, attributes: true, characterData: true }};
                observer.observe(document, changes);
                for (const host of document.querySelectorAll('*')) if (host.shadowRoot) observer.observe(host.shadowRoot, changes);
                const shown = () => document.body.dataset.state + ': ' + document.body.innerText;
                setTimeout(() => reject(new Error(shown())), {CONDITION_TIMEOUT_MILLIS});
                check();
            }})"
        );
        self.evaluate(&expression).await;
    }

    async fn wait_for_load(&mut self) {
        while !self.is_loaded {
            let event = self.receive().await;
            self.note(&event);
        }
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        if !self.session.is_null() {
            request["sessionId"] = self.session.clone();
        }
        let request = Message::text(request.to_string());
        self.socket.send(request).await.unwrap();
        loop {
            let answer = self.receive().await;
            if answer["id"] == self.last_id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.note(&answer);
        }
    }

    /// Records an event.
    fn note(&mut self, event: &Value) {
        match event["method"].as_str() {
            Some("Page.loadEventFired") => self.is_loaded = true,
            Some("Runtime.exceptionThrown") => {
                let thrown = event["params"]["exceptionDetails"].to_string();
                self.exceptions.push(thrown);
            }
            _ => {}
        }
    }

    async fn receive(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(CALL_TIMEOUT, self.socket.next()).await;
            let next = next.unwrap_or_else(|_| panic!("chromium says nothing"));
            if let Message::Text(text) = next
                .unwrap_or_else(|| panic!("chromium has ended"))
                .unwrap()
            {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }
}
