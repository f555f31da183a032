//! What a simulator does not take, and settings that cannot be used.

use super::fixture::{ADA, NUMBER, SimulatedServer, run_channels};
use crate::program::{Program, block_on, client, run, run_with_file, temp_dir};

const TWILIO: &str = "[sms]\nkind = \"twilio\"\naccount_sid = \"AC1\"\nauth_token = \"t\"\n";

#[test]
fn requests_of_pages_are_refused() {
    block_on(async {
        let server = SimulatedServer::start(&[]).await;
        let body = format!("{{\"from\":\"{ADA}\",\"to\":\"{NUMBER}\",\"text\":\"Hello\"}}");
        let json = ("content-type", "application/json");
        for (header, status) in [
            (Some(("origin", "http://127.0.0.1:8090")), 403),
            (Some(("host", "attacker.example")), 403),
            (None, 201),
        ] {
            let url = format!("{}/simulator/sms", server.simulator);
            let mut request = client()
                .post(&url)
                .header(json.0, json.1)
                .body(body.clone());
            if let Some((name, value)) = header {
                request = request.header(name, value);
            }
            assert_eq!(
                request.send().await.unwrap().status().as_u16(),
                status,
                "{header:?}"
            );
            let plain = client()
                .post(url)
                .header("content-type", "text/plain")
                .body(body.clone());
            assert_eq!(plain.send().await.unwrap().status().as_u16(), 415);
        }
        let missing = run_channels(&server.simulator, &["say", "CA1", "Hello"]);
        missing.assert_refused(5, "there is no such call", "list calls");
        let unknown = ["write-mail", "--in-reply-to", "ML1", "Hello"];
        server
            .channels(&unknown)
            .assert_refused(5, "no mail of the simulator", "list mails");
        let call = ["call", "--from", ADA, "--to", "+15005550009", "Hello"];
        let failed = server.channels(&call);
        assert_eq!(failed.code, Some(1), "{failed:?}");
        assert!(
            failed.stderr.contains("the call has failed") && failed.stdout.contains("404"),
            "{failed:?}"
        );
        let wrong = server.channels(&["send-sms", "--from", "Ada", "--to", NUMBER, "Hello"]);
        wrong.assert_refused(2, "must be numbers", "channels");
        server.program.stop();
    });
    let away = run_channels("http://127.0.0.1:9", &["list", "calls"]);
    away.assert_refused(3, "no simulator answers", "parlor serve --simulator");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    for (text, error) in [
        (&*format!("{TWILIO}[simulator]\nenabled = true\n"), "`sms`"),
        (
            "[simulator]\nlisten = \"0.0.0.0:8090\"\n",
            "`simulator.listen`",
        ),
        ("[simulator]\nfault_rate = 2\n", "`simulator.fault_rate`"),
        ("[simulator]\nsilence = 0\n", "`simulator.silence`"),
        ("[simulator]\nsead = 2\n", "unknown key `simulator.sead`"),
        (
            "[voice]\nkind = \"simulator\"\nauth_token = \"t\"\n",
            "`voice.auth_token`",
        ),
        (
            "[smtp]\nkind = \"simulator\"\nhost = \"h\"\n",
            "`smtp.host`",
        ),
        (
            "[mail_in]\nkind = \"simulator\"\ntoken = \"t\"\n",
            "`mail_in.token`",
        ),
    ] {
        run_with_file(text).assert_refused(2, error, "");
    }
    let open = ["channels", "simulate", "--listen", "0.0.0.0:0"];
    run(&open, &[]).assert_refused(2, "--allow-remote", "simulate");
}

#[test]
fn one_channel_alone_can_be_simulated() {
    let folder = temp_dir();
    let variables = [
        ("PARLOR_SMS__KIND", "simulator"),
        ("PARLOR_SIMULATOR__LISTEN", "127.0.0.1:0"),
    ];
    let program = Program::start(folder.path(), &[], &variables);
    let simulator = program.ready["simulator"].as_str().unwrap().to_owned();
    let sms = ["send-sms", "--from", ADA, "--to", NUMBER, "Hello"];
    let unknown = run_channels(&simulator, &sms);
    assert!(
        unknown.stderr.contains("phone number not found"),
        "{unknown:?}"
    );
    let mail = [
        "write-mail",
        "--from",
        "ada@example.org",
        "--to",
        "desk@example.org",
        "Hello",
    ];
    let closed = run_channels(&simulator, &mail);
    assert!(closed.stderr.contains("404"), "{closed:?}");
    program.stop();
}
