//! Signatures of webhooks: those of the Standard Webhooks specification, and a header that names the time and the
//! signatures in one value.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_model::redacted::Redacted;

/// Prefix of a secret; what follows is base64.
const SECRET_PREFIX: &str = "whsec_";

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
const COMBINED_SIGNATURE: HeaderName = HeaderName::from_static("x-webhook-signature");

/// Headers of a signed request.
pub type SignedHeaders = HeaderMap;

/// Returns the headers of a request: `webhook-id`, `webhook-timestamp` and `webhook-signature`, whose key is the secret's
/// decoded part, and `x-webhook-signature`, whose key is the secret's text. Each secret gives a signature, so that receivers
/// can replace theirs in their own time. `None` without a usable secret.
pub fn sign(
    id: &str,
    seconds: i64,
    body: &[u8],
    secrets: &[Redacted<String>],
) -> Option<SignedHeaders> {
    let standard_content = [format!("{id}.{seconds}.").as_bytes(), body].concat();
    let combined_content = [format!("{seconds}.").as_bytes(), body].concat();
    let mut standard = Vec::with_capacity(secrets.len());
    let mut combined = vec![format!("t={seconds}")];
    for secret in secrets {
        let encoded = secret.strip_prefix(SECRET_PREFIX)?;
        let key = BASE64_STANDARD.decode(encoded).ok()?;
        let signature = authenticate(&key, &standard_content);
        standard.push(format!("v1,{}", BASE64_STANDARD.encode(signature)));
        let signature = authenticate(secret.as_bytes(), &combined_content);
        combined.push(format!("v1={}", HEXLOWER.encode(signature.as_ref())));
    }
    if standard.is_empty() {
        return None;
    }
    let mut headers = HeaderMap::new();
    headers.insert(ID, HeaderValue::from_str(id).ok()?);
    headers.insert(TIMESTAMP, HeaderValue::from(seconds));
    headers.insert(SIGNATURE, HeaderValue::from_str(&standard.join(" ")).ok()?);
    headers.insert(
        COMBINED_SIGNATURE,
        HeaderValue::from_str(&combined.join(",")).ok()?,
    );
    Some(headers)
}

fn authenticate(key: &[u8], content: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn header(secrets: &[&str], name: &str) -> Option<String> {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|text| Redacted((*text).to_owned()))
            .collect();
        let headers = sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            BODY,
            &secrets,
        )?;
        Some(headers[name].to_str().unwrap().to_owned())
    }

    /// The example of the specification's own libraries.
    #[test]
    fn published_example_is_reproduced() {
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(header(&[SECRET], "webhook-signature").unwrap(), expected);
        assert_eq!(
            header(&[SECRET], "webhook-timestamp").unwrap(),
            "1614265330"
        );
    }

    #[test]
    fn each_secret_gives_a_signature() {
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let both = header(&[SECRET, other], "webhook-signature").unwrap();
        let one = header(&[SECRET], "webhook-signature").unwrap();
        assert!(both.starts_with(&format!("{one} v1,")));
        let combined = header(&[SECRET, other], "x-webhook-signature").unwrap();
        assert_eq!(combined.matches(",v1=").count(), 2);
        assert!(combined.starts_with("t=1614265330,v1="));
    }

    #[test]
    fn nothing_is_signed_without_a_secret() {
        for bad in [&[][..], &["secret"], &["whsec_***"]] {
            assert_eq!(header(bad, "webhook-id"), None);
        }
    }
}
