//! Verifies signed sign-in texts and exchanges them for address tokens.

use parlor_engine::vault::sha256;
use parlor_engine::{member, nonce};
use parlor_kit::AppState;
use parlor_model::error::CredentialReason;
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::message::{SignInText, VALIDITY_WINDOW};
use super::signature::WalletSignature;
use super::token::issue_address_token;
use crate::Settings;

/// Purpose of the nonces of sign-in texts.
pub(crate) const NONCE_PURPOSE: &str = "wallet-nonce";
/// Name of the only supported signature algorithm.
const ALGORITHM_NAME: &str = "secp256k1";
/// Maximum length of the signed text, in bytes.
const MAX_MESSAGE_BYTES: usize = 8 * 1024;

/// A text signed by a wallet. The vendor's page api/signature.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignedMessage {
    /// The signer's public key: 65 bytes in hex, uncompressed. May be left out; given, it must be the signer's.
    pk: Option<String>,
    /// How it was signed: `"secp256k1"`, or the same as a variant that holds nothing, `{"secp256k1": null}`, as some of
    /// the vendor's clients spell it. Absent and `null` mean it as well; no other is taken.
    #[schema(value_type = Option<Algorithm>)]
    algorithm: Option<Value>,
    /// Milliseconds as text; a text that ends `Timestamp:` and milliseconds; or a sign-in text after EIP-4361.
    message: String,
    /// The signature: 65 bytes in hex.
    decoded_signature: String,
}

/// OpenAPI schema of the algorithm in both spellings.
struct Algorithm;

impl PartialSchema for Algorithm {
    fn schema() -> RefOr<Schema> {
        let word = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some([ALGORITHM_NAME]));
        let nothing = ObjectBuilder::new().schema_type(Type::Null);
        let variant = ObjectBuilder::new()
            .property(ALGORITHM_NAME, nothing)
            .required(ALGORITHM_NAME)
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        OneOfBuilder::new().item(word).item(variant).into()
    }
}

impl ToSchema for Algorithm {}

/// Verifies a signed text and issues an address token for its signer.
///
/// The text's time must be near the server's; a text that names a site must name this one and contain an unused nonce.
/// Each signature is accepted once: it is stored for longer than the validity of any text. It is claimed last, after the
/// token is issued, so that an earlier failure does not use it up.
///
/// # Errors
/// `Invalid` for another algorithm or a text that is too long, otherwise `Unauthenticated`.
pub(crate) async fn exchange_signed_message(
    app: &AppState,
    settings: &Settings,
    ws: i64,
    signed: &SignedMessage,
) -> Result<String> {
    if !is_secp256k1(signed.algorithm.as_ref()) {
        return Err(Error::invalid("algorithm", "must be secp256k1"));
    }
    if signed.message.len() > MAX_MESSAGE_BYTES {
        return Err(Error::invalid("message", "must be at most 8 KiB"));
    }
    let message = SignInText::parse(&signed.message)
        .ok_or_else(|| invalid_signature_error("of no known form"))?;
    if !message.is_timely(app.engine.now()) {
        return Err(invalid_signature_error("not of now"));
    }
    match &message {
        SignInText::Time(_) if settings.require_siwe => {
            return Err(invalid_signature_error("without its site"));
        }
        SignInText::Siwe(text) if !settings.is_own_domain(app, text.domain) => {
            return Err(invalid_signature_error("for another site"));
        }
        SignInText::Time(_) | SignInText::Siwe(_) => {}
    }
    let signature = WalletSignature::parse(&signed.decoded_signature)
        .ok_or_else(|| invalid_signature_error("with a malformed signature"))?;
    let address = signature
        .recover_address(&signed.message, signed.pk.as_deref())
        .ok_or_else(|| invalid_signature_error("by another key"))?;
    if let SignInText::Siwe(text) = &message
        && text.address != address
    {
        return Err(invalid_signature_error("for another address"));
    }
    let token = issue_address_token(app, ws, &address).await?;
    if let SignInText::Siwe(text) = &message
        && !nonce::redeem(&app.engine, ws, NONCE_PURPOSE, text.nonce, VALIDITY_WINDOW).await?
    {
        return Err(invalid_signature_error("with a used or foreign nonce"));
    }
    let fingerprint = sha256(&signature.to_bytes()).to_vec();
    if !member::claim_signature(&app.engine, fingerprint).await? {
        return Err(invalid_signature_error("before"));
    }
    Ok(token)
}

/// Whether `algorithm` is absent or secp256k1, in the spelling of the vendor's page or of its code.
fn is_secp256k1(algorithm: Option<&Value>) -> bool {
    match algorithm {
        None => true,
        Some(Value::String(name)) => name == ALGORITHM_NAME,
        Some(Value::Object(map)) => map.len() == 1 && map.get(ALGORITHM_NAME) == Some(&Value::Null),
        Some(_) => false,
    }
}

fn invalid_signature_error(why: &'static str) -> Error {
    Error::unauthenticated(CredentialReason::TokenInvalid)
        .with_context(format_args!("the text was signed {why}"))
}
