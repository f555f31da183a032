//! `POST /api/v1/auth`: an address token for a unified token. The vendor's page api/auth. The first use of an address
//! makes its member.
//!
//! Accepted and ignored: `inviteCode`, an invitation's code or the inviter's relationId.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::member::{self, WalletSignIn};
use parlor_kit::body::typed;
use parlor_kit::token::{MEMBER_TOKEN_LIFE, issue_member_in};
use parlor_kit::{App, Fail, MediaType, Payload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{I_AUTHORIZATION, Project, carried};
use crate::envelope::{answer, success};
use crate::{Relation, wallet};

/// What to sign in with besides the token. May be left out.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignInRequest {
    /// Read for its type only.
    #[serde(rename = "inviteCode")]
    _invite_code: Option<String>,
}

/// The token of a member.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnifiedToken {
    /// For the header `Authorization` of every other path; good for seven days.
    token: String,
}

answer!(
    /// The answer of a sign-in.
    SignInAnswer,
    UnifiedToken
);

pub(crate) async fn handle(
    State(app): State<App>,
    Project(ctx): Project,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let proof = wallet::read(&app, ctx.ws(), carried(&headers, I_AUTHORIZATION)?).await?;
    let _: SignInRequest = typed(payload.object(MediaType::Any).await?)?;
    let command = WalletSignIn {
        address: proof.address.to_string(),
        token_epoch: proof.epoch,
        name: proof.address.short(),
        handles: proof.address.handles().collect(),
    };
    let signed_in = member::sign_in(&app.engine, ctx.workspace, command).await?;
    let (token, _) = issue_member_in(
        &app.engine,
        &app.settings.issuer,
        ctx.workspace,
        (&signed_in.member.handle, signed_in.token_epoch),
        None,
        MEMBER_TOKEN_LIFE,
    )
    .await?;
    Ok(success(&UnifiedToken { token }))
}
