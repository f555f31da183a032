//! Signature of a request by the token of an account.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A form, in the order of its fields.
pub(crate) type FormFields = Vec<(&'static str, String)>;

/// Returns `X-Twilio-Signature` of a form that is posted to a URL: the token signs the URL and then each field with its
/// value, in the order of their names.
pub(crate) fn sign_form(token: &str, url: &str, form: &[(&'static str, String)]) -> String {
    let mut sorted: Vec<_> = form.iter().collect();
    sorted.sort();
    let mut signed = url.to_owned();
    for (name, value) in sorted {
        signed.push_str(name);
        signed.push_str(value);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values are those of `RequestValidator.compute_signature` of the carrier's own Python library.
    #[test]
    fn signature_is_that_of_the_carriers_library() {
        for (token, url, form, expected) in VECTORS {
            let form: FormFields = form.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
            assert_eq!(sign_form(token, url, &form), *expected, "{url}");
        }
    }

    type Vector<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

    const VECTORS: &[Vector<'static>] = &[
        (
            "secret",
            "https://chat.example/carriers/sms/1/messages?a=b",
            &[
                ("To", "+15005550001"),
                ("From", "+15005550123"),
                ("Body", "Grüße & more"),
                ("MessageSid", "SM1"),
            ],
            "wELdvf16D0wDf2Hmpcs/5oxCafc=",
        ),
        (
            "0123456789abcdef0123456789abcdef",
            "http://127.0.0.1:8080/carriers/voice/0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6/calls/0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f7/turn?position=2&silences=0",
            &[
                ("SpeechResult", "What's on?  \"ten\" + 漢字"),
                ("Confidence", "0.95"),
                ("CallSid", "CA1"),
                ("Called", "+15005550001"),
                ("CallStatus", "in-progress"),
                ("Caller", "+15005550123"),
                ("AccountSid", "AC1"),
            ],
            "nY11mGmdRRBOzXPiOhdtDGOcGa0=",
        ),
        (
            "t",
            "http://127.0.0.1:8080/carriers/sms/x/deliveries/y",
            &[
                ("ErrorCode", ""),
                ("MessageStatus", "sent"),
                ("Zed", "1"),
                ("alpha", "2"),
            ],
            "PGtz7rH5qVhtGw7af6HIMfYzckM=",
        ),
        (
            "t",
            "http://127.0.0.1:8080/x",
            &[],
            "MpXCY4bvX6Y39XE1Dfd/oOllD4M=",
        ),
    ];
}
