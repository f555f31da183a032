//! Lists conversations.

use parlor_model::conversation::{Conversation, ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{listing as repo, listing::ListWindow, message};

use super::ConversationDetails;
use super::find::load_details;
use crate::member::find_ref;
use crate::{Engine, authority};

/// Sort order and window of a numbered page.
#[derive(Debug, Clone, Copy)]
pub struct ListConversations {
    /// The sort key.
    pub sort: ConversationSort,
    /// The direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

/// Returns the workspace's conversations that match the filter and are visible to the caller, with details, and their
/// total. Without `conversations:read` these are the acting member's own. Direct conversations are shown to their
/// participants only.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    mut filter: ConversationFilter,
    listing: ListConversations,
) -> Result<(Vec<ConversationDetails>, i64)> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let ListConversations {
                sort,
                order,
                limit,
                offset,
            } = listing;
            let visibility = authority::list_visibility(tx, &ctx)?;
            filter.involving = visibility.involving.or(filter.involving);
            let (rows, total) = repo::page(
                tx,
                ctx.ws(),
                visibility,
                &filter,
                &ListWindow {
                    sort,
                    order,
                    limit,
                    offset,
                },
            )?;
            let items = rows
                .into_iter()
                .map(|row| load_details(tx, &ctx, row))
                .collect::<Result<_>>()?;
            Ok((items, total))
        })
        .await
}

/// A conversation of a list with its message count.
#[derive(Debug, Clone)]
pub struct ConversationSummary {
    /// The conversation.
    pub conversation: Conversation,
    /// Number of user and assistant messages.
    pub message_count: i64,
}

/// Returns the conversations of a member by creation, and their total: those it participates in, and those of which it
/// is the subject even after it left; without direct ones. An unknown member has none and is not created. Requires
/// `conversations:read`, except for the acting member itself.
pub async fn list_for_member(
    engine: &Engine,
    ctx: &Ctx,
    member_key: MemberKey,
    order: SortOrder,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ConversationSummary>, i64)> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let member = find_ref(tx, ctx.ws(), &member_key)?.map(|member| member.number);
            if !member.is_some_and(|member| ctx.is_actor(member)) {
                ctx.require(Scope::read(Resource::Conversations))?;
            }
            match member {
                None => Ok((Vec::new(), 0)),
                Some(member) => {
                    let thread_role = authority::visible_role(tx, &ctx)?;
                    let (rows, total) = repo::page_of_member(
                        tx,
                        ctx.ws(),
                        member,
                        thread_role,
                        order,
                        limit,
                        offset,
                    )?;
                    let summaries = rows.into_iter().map(|conversation| {
                        let messages = message::count(tx, ctx.ws(), conversation.number, true)?;
                        Ok(ConversationSummary {
                            conversation,
                            message_count: messages,
                        })
                    });
                    Ok((summaries.collect::<Result<_>>()?, total))
                }
            }
        })
        .await
}
