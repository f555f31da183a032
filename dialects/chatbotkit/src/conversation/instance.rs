//! A conversation in responses, lists and exports.

use parlor_model::Timestamp;
use parlor_model::id::{ConversationId, kind};
use parlor_model::scan::ConversationRow;
use utoipa::ToSchema;

use crate::body;
use crate::encode::{CsvRowWriter, JsonObjectWriter, ListRow};
use crate::ids::{CONTACT_PREFIX, CONVERSATION_PREFIX, SPACE_PREFIX};

/// A conversation. What is unset is left out.
#[derive(ToSchema)]
#[schema(as = Conversation, rename_all = "camelCase")]
#[expect(dead_code, reason = "the document's view of what is written below")]
pub(super) struct ConversationInstance {
    /// Its id.
    id: String,
    /// What it is called.
    #[schema(nullable = false)]
    name: Option<String>,
    /// A text about it.
    #[schema(nullable = false)]
    description: Option<String>,
    /// Whom it is with.
    #[schema(nullable = false)]
    contact_id: Option<String>,
    /// The space it is in.
    #[schema(nullable = false)]
    space_id: Option<String>,
    /// The id of a task elsewhere.
    #[schema(nullable = false)]
    task_id: Option<String>,
    /// The id of the bot that answers.
    #[schema(nullable = false)]
    bot_id: Option<String>,
    /// The model that answers.
    #[schema(nullable = false)]
    model: Option<String>,
    /// What the model is told.
    #[schema(nullable = false)]
    backstory: Option<String>,
    /// The id of a dataset elsewhere.
    #[schema(nullable = false)]
    dataset_id: Option<String>,
    /// The id of a skillset elsewhere.
    #[schema(nullable = false)]
    skillset_id: Option<String>,
    /// Whether personal data is to be kept from the model.
    #[schema(nullable = false)]
    privacy: Option<bool>,
    /// Whether what is said is to be moderated.
    #[schema(nullable = false)]
    moderation: Option<bool>,
    /// Free JSON.
    #[schema(value_type = Object)]
    meta: serde_json::Value,
    /// When it was made.
    #[schema(schema_with = body::time_schema)]
    created_at: String,
    /// When it last changed, messages included.
    #[schema(schema_with = body::time_schema)]
    updated_at: String,
}

/// A page of conversations.
#[derive(ToSchema)]
#[schema(as = ConversationPage)]
#[expect(dead_code, reason = "the document's view of what the listing writes")]
pub(super) struct ConversationListResponse {
    /// The conversations.
    items: Vec<ConversationInstance>,
    /// Goes into the next request; empty when there is nothing on this page.
    cursor: String,
}

impl ListRow for ConversationRow<'_> {
    type Kind = kind::Conversation;
    const PREFIX: &'static str = CONVERSATION_PREFIX;
    const COLUMNS: &'static str = "id,name,description,contactId,spaceId,taskId,botId,model,backstory,datasetId,skillsetId,privacy,moderation,createdAt,updatedAt,meta";

    fn id(&self) -> ConversationId {
        self.id
    }

    fn listed_at(&self) -> Option<Timestamp> {
        Some(self.created_at)
    }

    fn write_fields(&self, object: &mut JsonObjectWriter<'_>) {
        let responder = &self.responder;
        object
            .text("name", self.title)
            .text("description", self.description)
            .id("contactId", CONTACT_PREFIX, self.contact)
            .id("spaceId", SPACE_PREFIX, self.space)
            .text("taskId", responder.task.as_deref())
            .text("botId", responder.bot.as_deref())
            .text("model", self.model)
            .text(
                "backstory",
                responder.backstory.as_ref().map(|text| text.as_str()),
            )
            .text("datasetId", responder.dataset.as_deref())
            .text("skillsetId", responder.skillset.as_deref())
            .flag("privacy", responder.privacy)
            .flag("moderation", responder.moderation)
            .json("meta", self.metadata)
            .time("createdAt", Some(self.created_at))
            .time("updatedAt", Some(self.updated_at));
    }

    fn write_cells(&self, cells: &mut CsvRowWriter<'_>) {
        let responder = &self.responder;
        cells
            .text(self.title)
            .text(self.description)
            .id(CONTACT_PREFIX, self.contact)
            .id(SPACE_PREFIX, self.space)
            .text(responder.task.as_deref())
            .text(responder.bot.as_deref())
            .text(self.model)
            .text(responder.backstory.as_ref().map(|text| text.as_str()))
            .text(responder.dataset.as_deref())
            .text(responder.skillset.as_deref())
            .flag(responder.privacy)
            .flag(responder.moderation)
            .time(Some(self.created_at))
            .time(Some(self.updated_at))
            .yaml(self.metadata);
    }
}
