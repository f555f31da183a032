//! What is stored of a mail.

use super::{Mail, on_both, only};
use crate::fixture::EMAIL;

#[test]
fn long_mail_is_received_and_a_longer_one_refused() {
    on_both(async |hook| {
        let with_attachment = |bytes: usize| {
            let part = format!(
                "--b\r\nContent-Type: text/plain\r\n\r\nSee the picture\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
                "QUJD\r\n".repeat(bytes / 6)
            );
            format!(
                "Message-ID: <big@home.example>\r\nFrom: {EMAIL}\r\nTo: desk@example.org\r\nSubject: Big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{part}"
            )
        };
        assert_eq!(hook.deliver(with_attachment(11 << 20)).await, 413);
        assert!(hook.chats().await.is_empty());
        assert_eq!(hook.deliver(with_attachment(9 << 20)).await, 204);
        let chats = hook.chats().await;
        assert_eq!(hook.texts(only(&chats)).await, ["See the picture"]);
        // A text is cut off where messages end.
        let long = "ä".repeat(100_000);
        hook.receive(&Mail::new("2", EMAIL, "Long", &long)).await;
        let chats = hook.chats().await;
        assert_eq!(hook.texts(&chats[0]).await[0].chars().count(), 65_536);
    });
}

#[test]
fn text_is_read_in_every_charset_and_encoding() {
    const CASES: [(&str, &str, &[u8], &str); 5] = [
        ("iso-8859-1", "8bit", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-7", "7bit", b"Gr+APwA3w-e", "Grüße"),
        ("gb2312", "base64", b"yq6148/C", "十点下"),
        ("utf-8", "base64", b"R3LDvMOfZQ==", "Grüße"),
        (
            "windows-1252",
            "quoted-printable",
            b"5 =80 =\r\nplus",
            "5 € plus",
        ),
    ];
    on_both(async |hook| {
        for (index, (charset, encoding, body, _)) in CASES.iter().enumerate() {
            let head = format!(
                "Message-ID: <{index}@home.example>\r\nFrom: {EMAIL}\r\nTo: desk@example.org\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
            );
            let raw = [head.as_bytes(), body, b"\r\n"].concat();
            assert_eq!(hook.deliver(raw).await, 204);
        }
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(chat["title"], "Grüße");
        let expected = CASES.map(|case| case.3);
        assert_eq!(hook.texts(chat).await, expected);
    });
}
