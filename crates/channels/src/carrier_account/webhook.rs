//! Requests by which a carrier passes on what it has received.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlor_engine::chat::{InboundText, NewRemoteFile};
use parlor_engine::delivery::CarrierReport;
use parlor_model::redacted::Redacted;
use secrecy::ExposeSecret;

use super::CarrierAccountSettings;
use crate::secret::SecretSource;
use crate::settings_error::ChannelSettingsError;

/// Fields of a form at most.
const MAX_FIELDS: usize = 256;
/// Files of a message at most.
const MAX_FILES: usize = 10;
/// Longest address of a file.
const MAX_URL_BYTES: usize = 2_048;

/// Twilio's code of a message to a number that does not exist any more.
const UNKNOWN_HANDSET: u32 = 30_005;

/// Form of a request, by the names of its fields.
pub struct CarrierForm(BTreeMap<String, String>);

impl CarrierForm {
    /// Parses a body. `None` if it has too many fields, or a field twice: then a signature could be read in two ways.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            let previous = fields.insert(name.into_owned(), value.into_owned());
            if previous.is_some() || fields.len() > MAX_FIELDS {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// Returns the value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the carrier's id of the call that the request is about. `None` if there is none.
    pub fn call_id(&self) -> Option<&str> {
        self.field("CallSid").filter(|id| is_carrier_id(id))
    }

    /// Returns the message. `None` if a field is missing.
    pub fn into_message(mut self) -> Option<InboundText> {
        let id = self.0.remove("MessageSid").filter(|id| is_carrier_id(id))?;
        Some(InboundText {
            id,
            files: self.take_files(),
            from: Redacted(self.0.remove("From")?),
            to: Redacted(self.0.remove("To")?),
            text: Redacted(self.0.remove("Body")?),
        })
    }

    /// Takes the files of the message, which the carrier hands out at addresses.
    fn take_files(&mut self) -> Vec<NewRemoteFile> {
        let count = self.field("NumMedia").and_then(|text| text.parse().ok());
        let count: usize = count.unwrap_or(0);
        let indexes = 0..count.min(MAX_FILES);
        let files = indexes.filter_map(|index| {
            let url = self.0.remove(&format!("MediaUrl{index}"))?;
            let media_type = self.0.remove(&format!("MediaContentType{index}"));
            (url.len() <= MAX_URL_BYTES).then_some(NewRemoteFile {
                url: Redacted(url),
                media_type,
            })
        });
        files.collect()
    }

    /// Returns the carrier's number of what went wrong with a message. `None` if there is none.
    pub fn error_code(&self) -> Option<u32> {
        self.field("ErrorCode")?
            .parse()
            .ok()
            .filter(|code| *code > 0)
    }

    /// Returns what the carrier says of a message. `None` for states of which nothing follows.
    pub fn report(&self) -> Option<CarrierReport> {
        match self.0.get("MessageStatus")?.as_str() {
            "accepted" | "scheduled" | "queued" | "sending" | "sent" => {
                Some(CarrierReport::Accepted)
            }
            "delivered" | "read" => Some(CarrierReport::Delivered),
            "undelivered" | "failed" if self.error_code() == Some(UNKNOWN_HANDSET) => {
                Some(CarrierReport::UnknownAddress)
            }
            "undelivered" | "failed" | "canceled" => Some(CarrierReport::Undelivered),
            _ => None,
        }
    }
}

/// Returns whether a text has the form of an id that a carrier gives.
pub(super) fn is_carrier_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Checks that requests come from the carrier.
pub struct CarrierWebhookVerifier {
    token: SecretSource,
}

impl CarrierWebhookVerifier {
    /// Creates a verifier.
    ///
    /// # Errors
    /// If the settings have no token.
    pub fn new(settings: &CarrierAccountSettings) -> Result<Self, ChannelSettingsError> {
        let token = settings.token_source()?;
        Ok(Self { token })
    }

    /// Returns whether `signature` is the carrier's for a form that was posted to `url`: the address that the carrier was
    /// given, with its query. The token signs the address and then each field with its value, in the order of their names.
    pub async fn verifies(&self, url: &str, form: &CarrierForm, signature: &str) -> bool {
        let (Ok(signature), Ok(token)) = (STANDARD.decode(signature), self.token.read().await)
        else {
            return false;
        };
        let token = token.expose_secret().as_bytes();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token);
        let mut signed = url.to_owned();
        for (name, value) in &form.0 {
            signed.push_str(name);
            signed.push_str(value);
        }
        hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://chat.example/carriers/sms/1/messages?a=b";
    const BODY: &[u8] =
        b"To=%2B15005550001&From=%2B15005550123&Body=Gr%C3%BC%C3%9Fe+%26+more&MessageSid=SM1";
    /// What the carrier's own library computes for the token `secret`.
    const SIGNATURE: &str = "wELdvf16D0wDf2Hmpcs/5oxCafc=";

    fn verifies(token: &str, url: &str, body: &[u8], signature: &str) -> bool {
        let text = format!("kind = 'twilio'\naccount_sid = 'AC1'\nauth_token = '{token}'");
        let verifier = CarrierWebhookVerifier::new(&toml::from_str(&text).unwrap()).unwrap();
        let form = CarrierForm::parse(body).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(verifier.verifies(url, &form, signature))
    }

    #[test]
    fn signature_of_the_carriers_library_is_accepted_and_every_change_refused() {
        assert!(verifies("secret", URL, BODY, SIGNATURE));
        assert!(!verifies("another", URL, BODY, SIGNATURE));
        assert!(!verifies(
            "secret",
            &URL.replace("a=b", "a=c"),
            BODY,
            SIGNATURE
        ));
        assert!(!verifies(
            "secret",
            &URL.replace("https", "http"),
            BODY,
            SIGNATURE
        ));
        let changed = [BODY, b"&NumMedia=1"].concat();
        assert!(!verifies("secret", URL, &changed, SIGNATURE));
        for signature in ["", "AAAA", "no base64!", &SIGNATURE[1..]] {
            assert!(!verifies("secret", URL, BODY, signature), "{signature}");
        }
    }

    #[test]
    fn form_without_a_field_or_with_one_twice_is_no_message() {
        let message = CarrierForm::parse(BODY).unwrap().into_message().unwrap();
        assert_eq!(
            (message.id.as_str(), message.text.as_str()),
            ("SM1", "Grüße & more")
        );
        for body in [
            "",
            "To=%2B1&From=%2B1&Body=x",
            "To=%2B1&From=%2B1&Body=x&MessageSid=",
            "To=%2B1&From=%2B1&Body=x&MessageSid=S%0AM",
        ] {
            let form = CarrierForm::parse(body.as_bytes()).unwrap();
            assert!(form.into_message().is_none(), "{body}");
        }
        assert!(CarrierForm::parse(b"Body=x&Body=y").is_none());
        let many: String = (0..257).map(|index| format!("f{index}=x&")).collect();
        assert!(CarrierForm::parse(many.as_bytes()).is_none());
    }
}
