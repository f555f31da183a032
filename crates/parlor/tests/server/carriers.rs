//! The sections `sms`, `voice`, `smtp` and `mail_in`.

use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};

use crate::access::set_mode;
use crate::program::{Program, run, run_with_file, temp_dir};

#[test]
fn wrong_value_names_its_key_and_quotes_no_secret() {
    let sms = "[sms]\nkind = \"twilio\"\naccount_sid = \"AC1\"\n";
    let smtp = "[smtp]\nhost = \"mail.example\"\n";
    for (text, error) in [
        ("[sms]\nkind = \"twillio\"\n", "`sms.kind`"),
        ("[sms]\nkind = \"twilio\"\n", "`sms.account_sid` is missing"),
        (sms, "`sms.auth_token` or its file must be given"),
        (
            &format!("{sms}auth_token = [\"secret\"]"),
            "`sms.auth_token`",
        ),
        (
            &format!("{sms}auth_token = \"secret\"\nbase_url = \"ftp://h\""),
            "`sms.base_url`",
        ),
        (
            &format!("{sms}auth_token = \"secret\"\ntimeout = \"soon\""),
            "`sms.timeout`",
        ),
        (
            &format!("{sms}auth_tokn = \"secret\""),
            "unknown key `sms.auth_tokn`",
        ),
        (
            &format!("{}auth_tokn = \"secret\"", sms.replace("sms", "voice")),
            "unknown key `voice.auth_tokn`",
        ),
        (
            &sms.replace("sms", "voice"),
            "`voice.auth_token` or its file must be given",
        ),
        ("[smtp]\nport = 25\n", "`smtp.host` is missing"),
        (&format!("{smtp}password = \"secret\""), "`smtp.username`"),
        (
            &format!("{smtp}username = \"u\"\npassword = \"secret\"\ntls = \"none\""),
            "`smtp.tls`",
        ),
        ("[mail_in]\n", "`mail_in.token` or its file must be given"),
        (
            "[mail_in]\ntoken = \"\"\n",
            "`mail_in.token` must not be empty",
        ),
        (
            "[mail_in]\ntokn = \"secret\"\n",
            "unknown key `mail_in.tokn`",
        ),
        ("[mail_in]\nlisten = \"2525\"\n", "`mail_in.listen`"),
        (
            "[mail_in]\nlisten = \"127.0.0.1:0\"\nprotocol = \"pop3\"\n",
            "`mail_in.protocol`",
        ),
        (
            "[mail_in]\nlisten = \"127.0.0.1:0\"\nrequire_tls = true\n",
            "`mail_in.require_tls`",
        ),
        (
            "[mail_in]\nlisten = \"127.0.0.1:0\"\nidle_timeout = \"soon\"\n",
            "`mail_in.idle_timeout`",
        ),
    ] {
        let refused = run_with_file(text);
        refused.assert_refused(2, error, "");
        assert!(!refused.stderr.contains("secret"), "{refused:?}");
    }
}

#[test]
fn variables_configure_carriers_and_their_secret_files_are_private() {
    let folder = temp_dir();
    let token = folder.path().join("token");
    std::fs::write(&token, "t").unwrap();
    set_mode(&token, 0o644);
    let data = folder.path().join("data");
    let variables = [
        ("PARLOR_SMS__KIND", "twilio"),
        ("PARLOR_SMS__ACCOUNT_SID", "AC1"),
        ("PARLOR_SMS__AUTH_TOKEN_FILE", token.to_str().unwrap()),
        ("PARLOR_VOICE__KIND", "twilio"),
        ("PARLOR_VOICE__ACCOUNT_SID", "AC1"),
        ("PARLOR_VOICE__AUTH_TOKEN", "t"),
        ("PARLOR_SMTP__HOST", "mail.example"),
        ("PARLOR_SMTP__PORT", "2525"),
        ("PARLOR_SMTP__TLS", "implicit"),
    ];
    let arguments = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    run(&arguments, &variables).assert_refused(4, token.to_str().unwrap(), "chmod");
    assert!(!data.exists());
    set_mode(&token, 0o600);
    Program::start(&data, &[], &variables).stop();
}

#[test]
fn certificate_that_cannot_be_read_stops_the_start() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let variables = [
        ("PARLOR_SMTP__HOST", "mail.example"),
        ("PARLOR_SMTP__CA_FILE", "/nowhere/ca.pem"),
    ];
    let arguments = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let refused = run(&arguments, &variables);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("ca_file"), "{refused:?}");
}

#[test]
fn listener_for_mail_servers_runs_until_the_program_is_stopped() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let listen = address.to_string();
    let variables = [
        ("PARLOR_MAIL_IN__LISTEN", listen.as_str()),
        ("PARLOR_MAIL_IN__HOSTNAME", "mx.example"),
        ("PARLOR_MAIL_IN__MAX_CONNECTIONS", "3"),
    ];
    let arguments = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let refused = run(&arguments, &variables);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains(&listen), "{refused:?}");
    drop(taken);

    let program = Program::start(&data, &[], &variables);
    let mut client = BufReader::new(TcpStream::connect(address).unwrap());
    let mut greeting = String::new();
    client.read_line(&mut greeting).unwrap();
    assert_eq!(greeting, "220 mx.example ESMTP\r\n");
    program.stop();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("421 4.3.2"), "{rest}");
}

#[test]
fn certificate_of_the_listener_is_checked_at_the_start_and_its_key_is_private() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let key = folder.path().join("key.pem");
    std::fs::write(&key, "no key").unwrap();
    set_mode(&key, 0o644);
    let variables = [
        ("PARLOR_MAIL_IN__LISTEN", "127.0.0.1:0"),
        ("PARLOR_MAIL_IN__TLS_CERTIFICATE_FILE", "/nowhere/cert.pem"),
        ("PARLOR_MAIL_IN__TLS_KEY_FILE", key.to_str().unwrap()),
    ];
    let arguments = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    run(&arguments, &variables).assert_refused(4, key.to_str().unwrap(), "chmod");
    set_mode(&key, 0o600);
    let refused = run(&arguments, &variables);
    assert_ne!(refused.code, Some(0));
    assert!(
        refused.stderr.contains("tls_certificate_file"),
        "{refused:?}"
    );
}

#[test]
fn key_of_signatures_is_checked_at_the_start() {
    let folder = temp_dir();
    let key = folder.path().join("key.pem");
    let short = include_str!(
        "../../../../dialects/gravity-rail/tests/acceptance/carriers/dkim/rsa_short.pem"
    );
    let file = folder.path().join("parlor.toml");
    let data = folder.path().join("data");
    let dkim = |domain: &str| {
        format!(
            "[smtp]\nhost = \"mail.example\"\n[[smtp.dkim]]\ndomain = \"{domain}\"\nselector = \"s\"\nprivate_key_file = \"{}\"\n",
            key.display()
        )
    };
    run_with_file(&dkim("a b")).assert_refused(2, "`smtp.dkim.domain`", "");
    std::fs::write(&file, dkim("clinic.example")).unwrap();
    let arguments = [
        "--config",
        file.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
    ];
    for text in ["no key", short] {
        std::fs::write(&key, text).unwrap();
        set_mode(&key, 0o600);
        let refused = run(&arguments, &[]);
        assert_ne!(refused.code, Some(0));
        assert!(
            refused.stderr.contains("dkim.private_key_file"),
            "{refused:?}"
        );
    }
    set_mode(&key, 0o644);
    run(&arguments, &[]).assert_refused(4, key.to_str().unwrap(), "chmod");
}
