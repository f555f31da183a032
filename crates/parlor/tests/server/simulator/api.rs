//! The carrier's API of a simulator in a process of its own.

use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fixture::ADA;
use crate::program::{Program, binary, client, command, temp_dir};

/// A simulator in a process of its own, without a server.
pub struct LoneSimulator {
    pub program: Program,
    client: Client,
    sid: String,
    token: String,
    _folder: TempDir,
}

impl LoneSimulator {
    pub fn start(arguments: &[&str]) -> Self {
        let folder = temp_dir();
        let file = folder.path().join("simulator.json");
        let mut command = command(binary());
        command.args(["channels", "simulate", "--json", "--delay", "1ms"]);
        command.args(["--listen", "127.0.0.1:0", "--smtp-listen", "127.0.0.1:0"]);
        // Nothing listens there.
        command.args(["--server", "http://127.0.0.1:9", "--credentials"]);
        command.arg(&file).args(arguments);
        command.args([
            "--workspace",
            "0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6",
            "--data",
        ]);
        command.arg(folder.path().join("data"));
        let program =
            Program::spawn(command, folder.path()).unwrap_or_else(|ended| panic!("{ended:?}"));
        let credentials: Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        Self {
            program,
            client: client(),
            sid: text("accountSid"),
            token: text("authToken"),
            _folder: folder,
        }
    }

    /// Posts a form to a resource of the account.
    pub async fn post(&self, resource: &str, form: &[(&str, &str)]) -> reqwest::Result<Response> {
        self.post_as(&self.token, resource, form).await
    }

    pub async fn post_as(
        &self,
        token: &str,
        resource: &str,
        form: &[(&str, &str)],
    ) -> reqwest::Result<Response> {
        let url = format!(
            "{}/2010-04-01/Accounts/{}/{resource}",
            self.program.url, self.sid
        );
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let body = body.finish();
        let request = self.client.post(url).basic_auth(&self.sid, Some(token));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await
    }

    /// Posts a command to `/simulator/PATH`; returns the status.
    async fn command(&self, path: &str, command: &Value) -> u16 {
        let url = format!("{}/simulator/{path}", self.program.url);
        let sent = self.client.post(url).json(command).send().await;
        sent.unwrap().status().as_u16()
    }

    /// Returns the accepted messages.
    pub async fn messages(&self) -> Value {
        let url = format!("{}/simulator/messages", self.program.url);
        self.client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Sends a text, and returns the status and the code of the answer.
    pub async fn send_text(&self, to: &str, text: &str) -> (u16, Value) {
        let form = [("To", to), ("From", "+15005550001"), ("Body", text)];
        let response = self.post("Messages.json", &form).await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (status, body["code"].clone())
    }
}

#[test]
fn api_has_the_carriers_errors_and_opt_outs() {
    crate::program::block_on(async {
        let simulator = LoneSimulator::start(&[]);
        assert_eq!(simulator.send_text(ADA, "Hello").await, (201, Value::Null));
        assert_eq!(
            simulator.send_text("0123", "Hello").await,
            (400, json!(21_211))
        );
        let long = "x".repeat(1_601);
        assert_eq!(simulator.send_text(ADA, &long).await, (400, json!(21_617)));
        for (resource, form, code) in [
            ("Messages.json", &[("To", ADA), ("Body", "x")][..], 21_603),
            (
                "Messages.json",
                &[("To", ADA), ("From", "+15005550001")],
                21_602,
            ),
            (
                "Messages.json",
                &[
                    ("To", ADA),
                    ("From", "+15005550001"),
                    ("Body", "x"),
                    ("StatusCallback", "http://127.0.0.1:9@h/"),
                ],
                21_609,
            ),
            (
                "Calls.json",
                &[
                    ("To", ADA),
                    ("From", "+15005550001"),
                    ("Url", "http://127.0.0.1:90/"),
                ],
                21_205,
            ),
        ] {
            let response = simulator.post(resource, form).await.unwrap();
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["code"], code, "{body}");
        }
        let wrong = simulator
            .post_as("wrong", "Messages.json", &[("To", ADA)])
            .await
            .unwrap();
        assert_eq!(wrong.status().as_u16(), 401);
        assert_eq!(wrong.json::<Value>().await.unwrap()["code"], 20_003);
        // The carrier knows what a person has written, whether or not the server does.
        for (text, answer) in [
            ("stop", (400, json!(21_610))),
            ("START", (201, Value::Null)),
        ] {
            let command = json!({ "from": ADA, "to": "+15005550001", "text": text });
            let status = simulator.command("sms", &command).await;
            assert_eq!(status, 502, "there is no server");
            assert_eq!(simulator.send_text(ADA, "Hello").await, answer);
        }
        simulator.program.stop();
    });
}
