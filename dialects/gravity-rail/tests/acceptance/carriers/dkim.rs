//! Signatures of mails, verified by dkimpy.

use std::io::Write;
use std::process::{Command, Stdio};

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::Value;

use super::mail_server::{MailServer, file};
use super::{TEXT, assert_nothing_private, assert_sent, create_chat, start};

const NAME: &str = "s2026._domainkey.example.org";

fn section(server: &MailServer, domain: &str, key: &str) -> String {
    let key = file(&format!("dkim/{key}.pem"));
    let dkim = format!(
        "[[smtp.dkim]]\ndomain = '{domain}'\nselector = 's2026'\nprivate_key_file = '{}'\n",
        key.display()
    );
    format!("{}\n{dkim}", server.section("tls = 'none'"))
}

/// Returns what dkimpy says of a mail: how many signatures it has, and whether they are good.
fn verify(raw: &[u8], key: &str) -> String {
    let public = std::fs::read_to_string(file(&format!("dkim/{key}.pub"))).unwrap();
    let python = std::env::var("PARLOR_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .arg(file("verify_dkim.py"))
        .args([NAME, &format!("v=DKIM1; k={key}; p={}", public.trim())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(raw).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "`cargo xtask setup` installs dkimpy"
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn raw(mail: &Value) -> Vec<u8> {
    let text = mail["raw"].as_str().unwrap();
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

#[test]
fn mail_is_signed_so_that_others_can_verify_it() {
    let server = MailServer::start("none", "");
    for (backend, file, key) in [
        (TestBackend::Sqlite, "rsa_pkcs1", "rsa"),
        (TestBackend::Sqlite, "rsa_pkcs8", "rsa"),
        (TestBackend::Postgres, "ed25519", "ed25519"),
    ] {
        block_on(async {
            let setup = start(backend, &section(&server, "Example.ORG", file)).await;
            assert_sent(&create_chat(&setup, "email", &format!("{TEXT}  \n. \n\n")).await);
            let mail = raw(&server.next_mail());
            assert_eq!(verify(&mail, key), "1 True", "{file}");
            let text = String::from_utf8(mail).unwrap();
            for (from, to) in [
                ("Subject: Your", "Subject: My"),
                ("To: vera", "To: otto"),
                (TEXT, "other words"),
                (
                    "MIME-Version: 1.0\r\n",
                    "MIME-Version: 1.0\r\nAuto-Submitted: no\r\n",
                ),
                (
                    "MIME-Version: 1.0\r\n",
                    "MIME-Version: 1.0\r\nIn-Reply-To: <a@b>\r\n",
                ),
            ] {
                assert!(text.contains(from), "{from} in {text}");
                let changed = text.replacen(from, to, 1);
                assert_eq!(verify(changed.as_bytes(), key), "1 False", "{from}");
            }
            assert_nothing_private(&setup.server.logs());
        });
    }
}

#[test]
fn mail_of_another_domain_is_not_signed() {
    let server = MailServer::start("none", "");
    block_on(async {
        let sections = section(&server, "clinic.example.org", "ed25519");
        let setup = start(TestBackend::Sqlite, &sections).await;
        assert_sent(&create_chat(&setup, "email", TEXT).await);
        assert_eq!(verify(&raw(&server.next_mail()), "ed25519"), "0 False");
    });
}
