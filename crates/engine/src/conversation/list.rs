//! Listing conversations.

use parlor_model::conversation::{Conversation, ConversationFilter, SortBy};
use parlor_model::member::MemberKey;
use parlor_model::page::Order;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{listing as repo, listing::Stretch, message};

use super::Whole;
use super::find::complete;
use crate::member::known;
use crate::{Engine, authority};

/// A numbered page of a sorted list.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// By what.
    pub sort: SortBy,
    /// In which direction.
    pub order: Order,
    /// Rows at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

/// The workspace's conversations that the filter leaves and the caller may see, each whole, and how many there are
/// in all. Without `conversations:read` a member sees those it is involved in. Direct ones are shown to their
/// participants only.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    mut filter: ConversationFilter,
    listing: Listing,
) -> Result<(Vec<Whole>, i64)> {
    let ctx = *ctx;
    engine
        .store
        .scan(ctx.ws(), move |tx| {
            let Listing {
                sort,
                order,
                limit,
                offset,
            } = listing;
            let seen = authority::visibility(tx, &ctx)?;
            filter.involving = seen.involving.or(filter.involving);
            let (rows, total) = repo::page(
                tx,
                ctx.ws(),
                seen,
                &filter,
                &Stretch {
                    sort,
                    order,
                    limit,
                    offset,
                },
            )?;
            let items = rows
                .into_iter()
                .map(|row| complete(tx, &ctx, row))
                .collect::<Result<_>>()?;
            Ok((items, total))
        })
        .await
}

/// A conversation of a list, and how much was said in it.
#[derive(Debug, Clone)]
pub struct CountedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// What users and assistants have said.
    pub messages: i64,
}

/// The conversations a member takes part in, or that are for it although it has left, by creation, and how many there
/// are in all; direct ones apart. A member nobody knows has none, and is not made. Asks for `conversations:read` for
/// anybody but oneself.
pub async fn of_member(
    engine: &Engine,
    ctx: &Ctx,
    who: MemberKey,
    order: Order,
    limit: i64,
    offset: i64,
) -> Result<(Vec<CountedConversation>, i64)> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let member = known(tx, ctx.ws(), &who)?.map(|member| member.number);
            if !member.is_some_and(|member| ctx.is_actor(member)) {
                ctx.require(Scope::read(Resource::Conversations))?;
            }
            match member {
                None => Ok((Vec::new(), 0)),
                Some(member) => {
                    let gate = authority::gate(tx, &ctx)?;
                    let (rows, total) =
                        repo::of_member(tx, ctx.ws(), member, gate, order, limit, offset)?;
                    let counted = rows.into_iter().map(|conversation| {
                        let messages = message::total(tx, ctx.ws(), conversation.number, true)?;
                        Ok(CountedConversation {
                            conversation,
                            messages,
                        })
                    });
                    Ok((counted.collect::<Result<_>>()?, total))
                }
            }
        })
        .await
}
