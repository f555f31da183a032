//! Who is at the door of a socket of many conversations.

use parlor_engine::{key, member};
use parlor_kit::{App, Meta};
use parlor_model::Ctx;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};

use crate::ids;
use crate::routes;
use crate::socket::connect::{Wanted, admit, refusal};
use crate::socket::farewell::Refusal;
use crate::socket::talk::By;
use crate::socket::verbs::Speaker;
use crate::token;

/// Somebody who may open one.
pub(super) struct Identity {
    /// What the key may.
    pub(super) key: Ctx,
    /// What the caller may: the member's own rights as far as the key's reach, or the key's where it acts for nobody.
    pub(super) ctx: Ctx,
    pub(super) by: By,
    pub(super) speaker: Option<Speaker>,
    /// The user was made just now.
    pub(super) is_new: bool,
}

impl Identity {
    /// By a user's token, or by a key with the user it acts for. A key that names nobody acts for its own member, or for
    /// nobody. To act for somebody else asks for `messages:write`.
    pub(super) async fn show(app: &App, meta: &Meta, wanted: &Wanted) -> Result<Self, Refusal> {
        let (key, by, user) = open(app, meta, wanted).await?;
        admit(app, routes::LIVE, &key, meta)?;
        let named = match (&user, key.actor) {
            (Some(user), _) => ids::user(user).map_err(|_| Refusal::Parameters)?,
            (None, Some(actor)) => MemberKey::Id(actor.id),
            (None, None) => {
                // Without it such a key could tell known ids from unknown ones, and see nothing else.
                let all = Scope::read(Resource::Conversations);
                key.require(all).map_err(|_| Refusal::Forbidden)?;
                return Ok(Self {
                    ctx: key,
                    key,
                    by,
                    speaker: None,
                    is_new: false,
                });
            }
        };
        let met = member::meet(&app.engine, &key, named, routes::SAY).await;
        let met = met.map_err(|error| refusal(&error))?;
        let (ctx, limit) = (key.workspace, Some(key.scopes));
        let own = member::act_by_id(&app.engine, ctx, met.member.id, limit, meta.request).await;
        let own = own.map_err(|_| Refusal::Forbidden)?;
        Ok(Self {
            ctx: Ctx {
                key: key.key,
                ..own
            },
            key,
            by,
            speaker: Some(Speaker {
                user_id: user.unwrap_or_else(|| ids::of_user(&met.member)),
                member: met.member,
            }),
            is_new: met.is_new,
        })
    }
}

async fn open(
    app: &App,
    meta: &Meta,
    wanted: &Wanted,
) -> Result<(Ctx, By, Option<String>), Refusal> {
    if let Some(token) = &wanted.token {
        let opened = token::open(app, token, meta.request).await;
        let opened = opened.map_err(|error| match refusal(&error) {
            Refusal::Key => Refusal::Token,
            other => other,
        })?;
        // One for a single chat opens that chat's own socket only.
        if opened.chat.is_some() {
            return Err(Refusal::Token);
        }
        let differs = |asked: &String| *asked != opened.user;
        if wanted.user.as_ref().is_some_and(differs) {
            return Err(Refusal::Forbidden);
        }
        return Ok((opened.ctx, By::Token(opened.key), Some(opened.user)));
    }
    let secret = wanted.secret.clone().ok_or(Refusal::Key)?;
    let authenticated = key::authenticate(&app.engine, &secret, meta.request).await;
    let ctx = authenticated.map_err(|error| refusal(&error))?;
    Ok((ctx, By::Key(secret), wanted.user.clone()))
}
