//! What is stored of a session, and when.

use super::{DESK, EMAIL, MailClient, STRANGER, mail, on_both};

#[test]
fn mail_is_stored_once_before_it_is_accepted() {
    on_both("", async |listener| {
        let mut client = listener.connect();
        for _ in 0..2 {
            let code = client.deliver(EMAIL, &[DESK], &mail("1", "Can I come?\r\n..dot"));
            assert_eq!(code, "250");
            assert_eq!(listener.texts().await, ["Can I come?\n.dot"]);
        }
        assert_eq!(client.code("QUIT"), "221");
        assert_eq!(client.rest(), "");
        listener.assert_private();
    });
}

#[test]
fn mail_of_a_program_is_accepted_and_stored_nowhere() {
    on_both("", async |listener| {
        let mut client = listener.connect();
        // Without a sender: nobody is to be told if it cannot be delivered.
        assert_eq!(client.deliver("", &[DESK], &mail("1", "I am away")), "250");
        let automatic = format!("Auto-Submitted: auto-replied\r\n{}", mail("2", "I am away"));
        assert_eq!(client.deliver(EMAIL, &[DESK], &automatic), "250");
        let nobody = "Message-ID: <3@home.example>\r\nSubject: Hello\r\n\r\nHi\r\n";
        assert_eq!(client.deliver(EMAIL, &[DESK], nobody), "250");
        listener.assert_nothing_stored().await;
        // What is no mail is not accepted.
        assert_eq!(client.deliver(EMAIL, &[DESK], ""), "250");
        let parts = "--b\r\nContent-Type: text/plain\r\n\r\n".repeat(201);
        let complex = format!("From: {STRANGER}\r\n\r\n{parts}");
        assert_eq!(client.deliver(EMAIL, &[DESK], &complex), "554");
        let long = "0123456789abcde\r\n".repeat(650_000);
        let code = client.deliver(EMAIL, &[DESK], &mail("4", &long));
        assert_eq!(code, "552");
        listener.assert_nothing_stored().await;
        assert_eq!(client.deliver(STRANGER, &[DESK], &mail("5", "Hi")), "250");
        assert_eq!(listener.texts().await, ["Hi"]);
        listener.assert_private();
    });
}

#[test]
fn mail_that_is_cut_off_is_not_stored() {
    on_both("", async |listener| {
        for end in ["", "\r\n.", "\r\n.\r", "\n.\n", "\r\n.\n"] {
            let mut client = listener.connect();
            client.begin(EMAIL, &[DESK]);
            client.send(&format!("{}{end}", mail("1", "Can I").trim_end()));
            assert_eq!(client.hang_up(), "");
        }
        listener.assert_nothing_stored().await;
        let mut client = listener.connect();
        assert_eq!(client.deliver(EMAIL, &[DESK], &mail("2", "Hi")), "250");
        assert_eq!(listener.texts().await, ["Hi"]);
    });
}

#[test]
fn mail_cannot_be_hidden_in_another() {
    on_both("", async |listener| {
        for (index, end) in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n"]
            .iter()
            .enumerate()
        {
            let mut client = listener.connect();
            let hidden = mail(&format!("hidden{index}"), "I am another");
            let commands = format!("MAIL FROM:<{STRANGER}>\r\nRCPT TO:<{DESK}>\r\nDATA\r\n");
            let text = format!("Hi{end}{commands}{hidden}");
            let id = format!("outer{index}");
            assert_eq!(client.deliver(EMAIL, &[DESK], &mail(&id, &text)), "250");
            let texts = listener.texts().await;
            assert_eq!(texts.len(), index + 1, "{end:?}: {texts:?}");
            assert!(texts[index].starts_with("Hi"), "{end:?}: {texts:?}");
        }
        let mut client = listener.connect();
        client.begin(EMAIL, &[DESK]);
        client.send(&format!("{}.\r\r\nQUIT\r\n", mail("3", "Hi")));
        assert!(client.reply().starts_with("554 5.5.2"));
        assert_eq!(listener.texts().await.len(), 5);
    });
}

#[test]
fn mail_is_refused_for_the_moment_while_it_cannot_be_stored() {
    on_both("", async |listener| {
        let server = &listener.setup.server;
        let mut client = listener.connect();
        let deliver = |client: &mut MailClient| {
            client.begin(EMAIL, &[DESK]);
            server.execute("alter table member rename to member_away");
            let code = client.code(&format!("{}.", mail("1", "Hi")));
            server.execute("alter table member_away rename to member");
            code
        };
        assert_eq!(deliver(&mut client), "451");
        listener.assert_nothing_stored().await;
        server.execute("alter table inbox rename to inbox_away");
        assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), "250");
        assert_eq!(client.code(&format!("RCPT TO:<{DESK}>")), "451");
        server.execute("alter table inbox_away rename to inbox");
        assert_eq!(client.code("RSET"), "250");
        assert_eq!(client.deliver(EMAIL, &[DESK], &mail("1", "Hi")), "250");
        assert_eq!(listener.texts().await, ["Hi"]);
        listener.assert_private();
    });
}
