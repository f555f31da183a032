//! Parses sign-in texts that name their site (EIP-4361, "Sign-In with Ethereum").

use parlor_kit::time;
use parlor_model::Timestamp;

use super::Address;

/// Text after the site's name in the first line. It identifies such a text.
const FIRST_LINE_SUFFIX: &str = " wants you to sign in with your Ethereum account:";

/// The fields of a sign-in text, not verified.
#[derive(Clone)]
pub(crate) struct SiweMessage<'m> {
    /// The site that requests the signature, as `host` or `host:port`.
    pub(crate) domain: &'m str,
    /// The signer's address, as the text claims.
    pub(crate) address: Address,
    /// The nonce, which this server must have issued.
    pub(crate) nonce: &'m str,
    /// `Issued At`.
    pub(crate) issued_at: Timestamp,
    /// `Expiration Time`: the text is invalid from here on.
    pub(crate) expires_at: Option<Timestamp>,
    /// `Not Before`: the text is invalid before.
    pub(crate) not_before: Option<Timestamp>,
}

/// Whether the first line is that of EIP-4361. Such a text is not parsed as any other form.
pub(crate) fn is_siwe_message(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.ends_with(FIRST_LINE_SUFFIX))
}

/// Parses a text strictly: each line at most once, in the order of the specification, nothing in between.
pub(crate) fn parse(text: &str) -> Option<SiweMessage<'_>> {
    let mut lines = text.split('\n').peekable();
    let site = lines.next()?.strip_suffix(FIRST_LINE_SUFFIX)?;
    let domain = site.split_once("://").map_or(site, |(_, domain)| domain);
    let address = Address::parse(lines.next()?)?;
    expect_blank(lines.next()?)?;
    // The statement is optional; without one there are one or two blank lines.
    if !lines.peek()?.starts_with("URI: ") && !lines.next()?.is_empty() {
        expect_blank(lines.next()?)?;
    }
    let uri = lines.next()?.strip_prefix("URI: ")?;
    let version = lines.next()?.strip_prefix("Version: ")?;
    let chain = lines.next()?.strip_prefix("Chain ID: ")?;
    let nonce = lines.next()?.strip_prefix("Nonce: ")?;
    let issued_at = time::parse_iso(lines.next()?.strip_prefix("Issued At: ")?)?;
    let mut optional = |label: &str| {
        lines
            .next_if(|line| line.starts_with(label))
            .map(|line| &line[label.len()..])
    };
    let expires_at = optional("Expiration Time: ");
    let not_before = optional("Not Before: ");
    let _request = optional("Request ID: ");
    if optional("Resources:").is_some_and(str::is_empty) {
        while lines.next_if(|line| line.starts_with("- ")).is_some() {}
    }
    let is_valid = lines.next().is_none()
        && !domain.is_empty()
        && !uri.is_empty()
        && version == "1"
        && !chain.is_empty()
        && chain.bytes().all(|byte| byte.is_ascii_digit());
    if !is_valid {
        return None;
    }
    let instant = |text: Option<&str>| match text {
        None => Some(None),
        Some(text) => time::parse_iso(text).map(Some),
    };
    Some(SiweMessage {
        domain,
        address,
        nonce,
        issued_at,
        expires_at: instant(expires_at)?,
        not_before: instant(not_before)?,
    })
}

fn expect_blank(line: &str) -> Option<()> {
    line.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "https://chat.example:8443 wants you to sign in with your Ethereum account:
0x877f26d597c2ae0edec4411f7c3c59b718676ed1

I accept the terms.

URI: https://chat.example:8443/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2024-01-16T02:53:39Z
Expiration Time: 2024-01-16T03:53:39Z
Not Before: 2024-01-16T02:00:00Z
Request ID: 7
Resources:
- https://chat.example/terms
- ipfs://x";

    #[test]
    fn complete_text_is_parsed() {
        assert!(is_siwe_message(FULL));
        let read = parse(FULL).unwrap();
        assert_eq!(read.domain, "chat.example:8443");
        assert_eq!(read.nonce, "32891756");
        assert_eq!(read.issued_at.millis(), 1_705_373_619_000);
        assert_eq!(read.expires_at.unwrap().millis(), 1_705_377_219_000);
        assert!(read.not_before.is_some());
    }

    #[test]
    fn statement_and_optional_fields_may_be_absent() {
        let short = FULL.split("\nExpiration").next().unwrap();
        assert!(parse(short).unwrap().expires_at.is_none());
        for lines in ["\n\n\n", "\n\n"] {
            let text = short.replace("\n\nI accept the terms.\n\n", lines);
            assert!(parse(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn invalid_texts_are_refused() {
        for (from, to) in [
            ("Version: 1", "Version: 2"),
            ("Chain ID: 1", "Chain ID: one"),
            ("Chain ID: 1\n", ""),
            ("Nonce: 32891756\n", ""),
            ("0x877f", "877f"),
            ("Issued At: 2024", "Issued At: then"),
            ("Expiration Time: 2024", "Expiration Time: then"),
            ("Request ID: 7\n", "Request ID: 7\nRequest ID: 8\n"),
            ("- ipfs://x", "ipfs://x"),
            (
                "I accept the terms.\n",
                "I accept the terms.\nAll of them.\n",
            ),
            ("https://chat.example:8443 wants", "https:// wants"),
        ] {
            let text = FULL.replacen(from, to, 1);
            assert_ne!(text, FULL);
            assert!(parse(&text).is_none(), "{text}");
        }
        assert!(parse("").is_none() && !is_siwe_message("1705373619921"));
    }
}
