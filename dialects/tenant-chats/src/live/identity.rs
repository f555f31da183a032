//! Who connects to a socket of many conversations.

use parlor_engine::{key, member};
use parlor_kit::{App, Meta};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};

use crate::ids;
use crate::routes;
use crate::socket::connect::{Wanted, admit, refusal, token_refusal};
use crate::socket::credential::{KeyCredential, SocketCredential, SocketRights};
use crate::socket::farewell::Refusal;
use crate::socket::verbs::Speaker;
use crate::token;

/// Somebody who may open one.
pub(super) struct Identity {
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) speaker: Option<Speaker>,
    /// The user was made just now.
    pub(super) is_new: bool,
}

impl Identity {
    /// By a user's token, or by a key with the user it acts for. A key that names nobody acts for its own member, or for
    /// nobody. Acting for somebody else asks for `messages:write`.
    pub(super) async fn show(app: &App, meta: &Meta, wanted: &Wanted) -> Result<Self, Refusal> {
        match &wanted.token {
            Some(token) => by_token(app, meta, wanted, token).await,
            None => by_key(app, meta, wanted).await,
        }
    }
}

async fn by_token(
    app: &App,
    meta: &Meta,
    wanted: &Wanted,
    token: &str,
) -> Result<Identity, Refusal> {
    let opened = token::open(app, token, meta.request).await;
    let opened = opened.map_err(|error| token_refusal(&error))?;
    // One for a single chat opens that chat's own socket only.
    if opened.chat.is_some() {
        return Err(Refusal::Token);
    }
    let differs = |asked: &String| *asked != opened.user;
    if wanted.user.as_ref().is_some_and(differs) {
        return Err(Refusal::Forbidden);
    }
    admit(app, &opened.rights.key, meta)?;
    Ok(Identity {
        rights: opened.rights,
        credential: opened.credential,
        speaker: Some(Speaker {
            member: opened.member,
            user_id: opened.user,
        }),
        is_new: false,
    })
}

async fn by_key(app: &App, meta: &Meta, wanted: &Wanted) -> Result<Identity, Refusal> {
    let engine = &app.engine;
    let secret = wanted.secret.clone().ok_or(Refusal::Key)?;
    let authenticated = key::authenticate(engine, &secret, meta.request).await;
    let key = authenticated.map_err(|error| refusal(&error))?;
    admit(app, &key, meta)?;
    let credential = |user| SocketCredential {
        key: KeyCredential::Secret(secret),
        user,
    };
    let named = match (&wanted.user, key.actor) {
        (Some(user), _) => ids::user(user).map_err(|_| Refusal::Parameters)?,
        (None, Some(actor)) => MemberKey::Id(actor.id),
        (None, None) => {
            // Without it such a key could tell known ids from unknown ones, and see nothing else.
            let all = Scope::read(Resource::Conversations);
            key.require(all).map_err(|_| Refusal::Forbidden)?;
            return Ok(Identity {
                rights: SocketRights { key, user: key },
                credential: credential(None),
                speaker: None,
                is_new: false,
            });
        }
    };
    let met = member::meet(engine, &key, named, routes::SAY).await;
    let met = met.map_err(|error| refusal(&error))?;
    let id = met.member.id;
    let own = member::act_by_id(engine, key.workspace, id, None, meta.request).await;
    let own = own.map_err(|_| Refusal::Forbidden)?;
    Ok(Identity {
        rights: SocketRights {
            key,
            user: own.narrowed(&key),
        },
        credential: credential(Some(id)),
        speaker: Some(Speaker {
            user_id: wanted
                .user
                .clone()
                .unwrap_or_else(|| ids::of_user(&met.member)),
            member: met.member,
        }),
        is_new: met.is_new,
    })
}
