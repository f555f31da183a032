//! Encodes chats as CSV with quoted cells.

use parlor_engine::conversation::ConversationExportRow;
use parlor_kit::csv::{FormulaPolicy, write_cell};
use parlor_kit::time;
use parlor_model::conversation::{ConversationKind, ConversationState};
use parlor_model::member::MemberRef;

use crate::chat::{Channel, DM_CHAT_TYPE};
use crate::ids;

const HEADER: &str = "id,uuid,title,channel,chatType,isTest,ownerMemberId,ownerName,memberId,memberName,workflowId,\
workflowVersionNumber,assignmentId,phoneNumberId,inboxId,siteId,assistantEnabled,assistantMemberId,participantMemberIds,\
messageCount,userMessageCount,assistantMessageCount,archived,paused,needsResponse,labels,lastMessageAt,createdAt,\
updatedAt,archivedAt\n";

/// Buffer of encoded rows that were not sent yet.
pub(super) struct ChatCsvWriter(Vec<u8>);

impl ChatCsvWriter {
    /// Creates a buffer with the header.
    pub(super) fn with_header() -> Self {
        Self(HEADER.as_bytes().to_vec())
    }

    /// Takes the bytes written since the last call.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    /// Writes the row of a chat.
    pub(super) fn write_row(&mut self, row: &ConversationExportRow) {
        let details = &row.details;
        let chat = &details.conversation;
        let service = &chat.service;
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let member_number =
            |member: &Option<MemberRef>| number(member.as_ref().map(|member| member.number));
        let name = |member: &Option<MemberRef>| member.as_ref().and_then(|one| one.name.clone());
        let boolean = |boolean: bool| Some(boolean.to_string());
        let members: Vec<String> = details
            .participants
            .iter()
            .map(|one| one.member.number.to_string())
            .collect();
        let kind = match chat.kind {
            ConversationKind::Direct => DM_CHAT_TYPE,
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
                service.category()
            }
        };
        let cells: [Option<String>; 30] = [
            number(Some(chat.number)),
            Some(ids::format_uuid(chat.id)),
            chat.title.clone(),
            Some(Channel::from_medium(service.medium).as_str().to_owned()),
            Some(kind.to_owned()),
            boolean(service.is_test),
            member_number(&chat.owner),
            name(&chat.owner),
            member_number(&chat.subject),
            name(&chat.subject),
            number(service.workflow),
            number(service.workflow_version),
            number(service.assignment),
            number(service.phone_number),
            number(service.inbox),
            number(service.site),
            boolean(service.assistant_enabled),
            number(service.assistant),
            Some(members.join(";")),
            number(Some(details.counts.total())),
            number(Some(details.counts.user)),
            number(Some(details.counts.assistant)),
            boolean(chat.state != ConversationState::Active),
            boolean(service.paused),
            boolean(service.needs_response),
            Some(row.labels.join(";")),
            chat.last_message_at.map(time::format_iso),
            Some(time::format_iso(chat.created_at)),
            Some(time::format_iso(chat.updated_at)),
            details.ended_at.map(time::format_iso),
        ];
        for (index, cell) in cells.iter().enumerate() {
            self.write_cell(index == 0, cell.as_deref().unwrap_or_default());
        }
        self.0.push(b'\n');
    }

    fn write_cell(&mut self, is_first: bool, text: &str) {
        if !is_first {
            self.0.push(b',');
        }
        self.0.push(b'"');
        write_cell(&mut self.0, text, FormulaPolicy::Escape);
        self.0.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_cells_are_quoted_and_formulas_escaped() {
        let mut writer = ChatCsvWriter(Vec::new());
        for (index, text) in ["=1+1", "-2", "-x", "\n@x", "say \"hi\", now", ""]
            .iter()
            .enumerate()
        {
            writer.write_cell(index == 0, text);
        }
        let line = String::from_utf8(writer.take_bytes()).unwrap();
        assert_eq!(
            line,
            "\"'=1+1\",\"-2\",\"'-x\",\"'\n@x\",\"say \"\"hi\"\", now\",\"\""
        );
        assert_eq!(HEADER.trim_end().split(',').count(), 30);
    }
}
