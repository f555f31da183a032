//! The whole check of a signed text.

use parlor_engine::vault::sha256;
use parlor_engine::{member, nonce};
use parlor_kit::App;
use parlor_model::error::Credential;
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::message::{Message, WINDOW};
use super::signature::WalletSignature;
use super::token::issue;
use crate::Settings;

/// What numbers for sign-in texts are given out for.
pub(crate) const NONCE: &str = "wallet-nonce";
/// The name of the one algorithm.
const NAME: &str = "secp256k1";
/// Longest text.
const MAX_MESSAGE: usize = 8 * 1024;

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

/// The one algorithm, in both spellings, as the document has it.
struct Algorithm;

impl PartialSchema for Algorithm {
    fn schema() -> RefOr<Schema> {
        let word = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some([NAME]));
        let nothing = ObjectBuilder::new().schema_type(Type::Null);
        let variant = ObjectBuilder::new()
            .property(NAME, nothing)
            .required(NAME)
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        OneOfBuilder::new().item(word).item(variant).into()
    }
}

impl ToSchema for Algorithm {}

/// An address token for the address that signed. The text must be of now and, where it names a site, of ours and with our
/// number; a signature is taken once. It is remembered longer than any text stays of now. The signature is used up last,
/// when the token is there: a failure before leaves it good.
pub(crate) async fn exchange(
    app: &App,
    settings: &Settings,
    ws: i64,
    signed: &SignedMessage,
) -> Result<String> {
    if !is_secp256k1(signed.algorithm.as_ref()) {
        return Err(Error::invalid("algorithm", "must be secp256k1"));
    }
    if signed.message.len() > MAX_MESSAGE {
        return Err(Error::invalid("message", "must be at most 8 KiB"));
    }
    let message = Message::read(&signed.message).ok_or_else(|| refused("of no known form"))?;
    if !message.is_timely(app.engine.now()) {
        return Err(refused("not of now"));
    }
    match &message {
        Message::Time(_) if settings.require_siwe => return Err(refused("without its site")),
        Message::SignIn(text) if !settings.is_own_domain(app, text.domain) => {
            return Err(refused("for another site"));
        }
        Message::Time(_) | Message::SignIn(_) => {}
    }
    let signature = WalletSignature::read(&signed.decoded_signature)
        .ok_or_else(|| refused("with a malformed signature"))?;
    let address = signature
        .signer(&signed.message, signed.pk.as_deref())
        .ok_or_else(|| refused("by another key"))?;
    if let Message::SignIn(text) = &message
        && text.address != address
    {
        return Err(refused("for another address"));
    }
    let token = issue(app, ws, &address).await?;
    if let Message::SignIn(text) = &message
        && !nonce::redeem(&app.engine, ws, NONCE, text.nonce, WINDOW).await?
    {
        return Err(refused("with a used or foreign nonce"));
    }
    let fingerprint = sha256(&signature.bytes()).to_vec();
    if !member::claim_signature(&app.engine, fingerprint).await? {
        return Err(refused("before"));
    }
    Ok(token)
}

/// The vendor's code and page spell it differently.
fn is_secp256k1(algorithm: Option<&Value>) -> bool {
    match algorithm {
        None => true,
        Some(Value::String(name)) => name == NAME,
        Some(Value::Object(map)) => map.len() == 1 && map.get(NAME) == Some(&Value::Null),
        Some(_) => false,
    }
}

fn refused(why: &'static str) -> Error {
    Error::unauthenticated(Credential::TokenInvalid)
        .because(format_args!("the text was signed {why}"))
}
