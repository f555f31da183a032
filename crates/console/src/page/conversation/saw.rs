//! Who has seen what of a conversation: read marks of participants, and deliveries over carriers.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{AppState, PathParams};

use super::window;
use super::{ConversationHead, ItemView, parse_key};
use crate::error_page::PageError;
use crate::page::inbox;
use crate::response::html;
use crate::shell::Shell;
use crate::text::{TimeText, member_name};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/conversation/saw.html")]
struct SawPage {
    shell: Shell,
    head: ConversationHead,
    readers: Vec<Reader>,
    /// Messages of the newest part of the log that left over a carrier.
    deliveries: Vec<ItemView>,
}

/// A participant and how far it has read.
struct Reader {
    name: String,
    role: &'static str,
    joined_at: TimeText,
    read_seq: i64,
    read_at: Option<TimeText>,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let key = parse_key(&params)?;
    let details = super::find(&app, &visit.ctx, key).await?;
    let head = ConversationHead::new(&details, &visit.ctx, "saw");
    let window = window::read(&app, &visit.ctx, key, (None, head.last_seq)).await?;
    let readers = details.participants.iter().map(|participant| Reader {
        name: member_name(&participant.member),
        role: participant.role.as_str(),
        joined_at: TimeText::new(participant.joined_at),
        read_seq: participant.read_seq,
        read_at: participant.read_at.map(TimeText::new),
    });
    let sent = window.items.into_iter();
    let page = SawPage {
        shell: Shell::within(&app, &visit, &inbox::PAGE, head.title.clone()).await?,
        readers: readers.collect(),
        deliveries: sent
            .filter(|item| item.is_said() && item.delivery.is_some())
            .collect(),
        head,
    };
    Ok(html(StatusCode::OK, &page)?)
}
