//! Chats as lines of quoted cells.

use parlor_engine::conversation::Exported;
use parlor_kit::csv::{Guard, write_cell};
use parlor_kit::time;
use parlor_model::conversation::{Kind, State};
use parlor_model::member::MemberRef;

use crate::chat::{Channel, DM};
use crate::ids;

const HEAD: &str = "id,uuid,title,channel,chatType,isTest,ownerMemberId,ownerName,memberId,memberName,workflowId,\
workflowVersionNumber,assignmentId,phoneNumberId,inboxId,siteId,assistantEnabled,assistantMemberId,participantMemberIds,\
messageCount,userMessageCount,assistantMessageCount,archived,paused,needsResponse,labels,lastMessageAt,createdAt,\
updatedAt,archivedAt\n";

/// What is written and not sent yet.
pub(super) struct Sheet(Vec<u8>);

impl Sheet {
    /// A sheet with its head.
    pub(super) fn begin() -> Self {
        Self(HEAD.as_bytes().to_vec())
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    /// A line for a chat.
    pub(super) fn row(&mut self, row: &Exported) {
        let whole = &row.whole;
        let chat = &whole.conversation;
        let service = &chat.service;
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let who = |member: &Option<MemberRef>| number(member.as_ref().map(|member| member.number));
        let name = |member: &Option<MemberRef>| member.as_ref().and_then(|one| one.name.clone());
        let flag = |flag: bool| Some(flag.to_string());
        let members: Vec<String> = whole
            .participants
            .iter()
            .map(|one| one.member.number.to_string())
            .collect();
        let kind = match chat.kind {
            Kind::Direct => DM,
            Kind::Group | Kind::Chat | Kind::Thread => service.category(),
        };
        let cells: [Option<String>; 30] = [
            number(Some(chat.number)),
            Some(ids::uuid(chat.id)),
            chat.title.clone(),
            Some(Channel::of(service.medium).word().to_owned()),
            Some(kind.to_owned()),
            flag(service.is_test),
            who(&chat.owner),
            name(&chat.owner),
            who(&chat.subject),
            name(&chat.subject),
            number(service.workflow),
            number(service.workflow_version),
            number(service.assignment),
            number(service.phone_number),
            number(service.inbox),
            number(service.site),
            flag(service.assistant_enabled),
            number(service.assistant),
            Some(members.join(";")),
            number(Some(whole.counts.said())),
            number(Some(whole.counts.user)),
            number(Some(whole.counts.assistant)),
            flag(chat.state != State::Active),
            flag(service.paused),
            flag(service.needs_response),
            Some(row.labels.join(";")),
            chat.last_message_at.map(time::iso),
            Some(time::iso(chat.created_at)),
            Some(time::iso(chat.updated_at)),
            whole.ended_at.map(time::iso),
        ];
        for (index, cell) in cells.iter().enumerate() {
            self.cell(index == 0, cell.as_deref().unwrap_or_default());
        }
        self.0.push(b'\n');
    }

    fn cell(&mut self, is_first: bool, text: &str) {
        if !is_first {
            self.0.push(b',');
        }
        self.0.push(b'"');
        write_cell(&mut self.0, text, Guard::Formulas);
        self.0.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_guarded() {
        let mut sheet = Sheet(Vec::new());
        for (index, text) in ["=1+1", "-2", "-x", "\n@x", "say \"hi\", now", ""]
            .iter()
            .enumerate()
        {
            sheet.cell(index == 0, text);
        }
        let line = String::from_utf8(sheet.take()).unwrap();
        assert_eq!(
            line,
            "\"'=1+1\",\"-2\",\"'-x\",\"'\n@x\",\"say \"\"hi\"\", now\",\"\""
        );
        assert_eq!(HEAD.trim_end().split(',').count(), 30);
    }
}
