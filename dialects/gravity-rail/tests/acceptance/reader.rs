//! What a typed client reads: a field that is not there, or of another type, is a failure.

use serde_json::Value;

/// A value that has to be what is read of it.
#[derive(Debug, Clone)]
pub(crate) struct JsonReader {
    path: String,
    pub(crate) value: Value,
}

impl JsonReader {
    pub(crate) fn new(path: &str, value: Value) -> Self {
        Self {
            path: path.to_owned(),
            value,
        }
    }
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> Self {
        let map = self.value.as_object();
        let map = map.unwrap_or_else(|| panic!("{} is no object: {:.200}", self.path, self.value));
        let value = map.get(name);
        let value =
            value.unwrap_or_else(|| panic!("{} lacks {name}: {:.400}", self.path, self.value));
        Self::new(&format!("{}.{name}", self.path), value.clone())
    }
    #[track_caller]
    fn type_mismatch<T>(&self, what: &str) -> T {
        panic!("{} is no {what}: {:.200}", self.path, self.value)
    }
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        let text = self.value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| self.type_mismatch("text"))
    }
    #[track_caller]
    pub(crate) fn number(&self) -> i64 {
        self.value
            .as_i64()
            .unwrap_or_else(|| self.type_mismatch("number"))
    }
    #[track_caller]
    pub(crate) fn flag(&self) -> bool {
        self.value
            .as_bool()
            .unwrap_or_else(|| self.type_mismatch("flag"))
    }
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Self> {
        let rows = self.value.as_array().cloned();
        let rows = rows.unwrap_or_else(|| self.type_mismatch("array"));
        rows.into_iter()
            .map(|row| Self::new(&self.path, row))
            .collect()
    }
    /// Null, or what is read of it.
    pub(crate) fn or_null<T>(&self, read: impl Fn(&Self) -> T) -> Option<T> {
        (!self.value.is_null()).then(|| read(self))
    }
}

fn is_uuid(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

/// The fields of a chat.
pub(crate) fn read_chat(read: &JsonReader) -> i64 {
    assert!(is_uuid(&read.field("uuid").text()) && is_uuid(&read.field("workspaceUuid").text()));
    for text in ["channel", "chatType", "createdAt", "updatedAt"] {
        read.field(text).text();
    }
    for flag in [
        "isTest",
        "assistantEnabled",
        "archived",
        "paused",
        "muted",
        "needsResponse",
        "isAnonymous",
    ] {
        read.field(flag).flag();
    }
    for count in [
        "ownerMemberId",
        "memberId",
        "messageCount",
        "userMessageCount",
        "assistantMessageCount",
        "unreadCount",
    ] {
        read.field(count).number();
    }
    for nullable in [
        "siteId",
        "workflowId",
        "workflowVersionNumber",
        "assignmentId",
        "phoneNumberId",
        "inboxId",
        "assistantMemberId",
    ] {
        read.field(nullable).or_null(JsonReader::number);
    }
    for nullable in [
        "title",
        "lastMessageAt",
        "archivedAt",
        "assistantChatModelId",
        "assistantRealtimeModelId",
    ] {
        read.field(nullable).or_null(JsonReader::text);
    }
    for participant in read.field("participants").rows() {
        participant.field("id").number();
        participant.field("memberId").number();
        participant.field("role").text();
        participant.field("memberType").text();
        participant.field("name").or_null(JsonReader::text);
    }
    read.field("labels").rows();
    assert!(read.field("metadata").value.is_object());
    read.field("id").number()
}

/// The fields of a message.
pub(crate) fn read_message(read: &JsonReader) -> String {
    read.field("id").number();
    read.field("chatId").number();
    read.field("role").text();
    read.field("createdAt").text();
    read.field("memberId").or_null(JsonReader::number);
    read.field("content").or_null(JsonReader::text);
    read.field("deliveryStatus").or_null(JsonReader::text);
    read.field("rating").or_null(JsonReader::text);
    read.field("uuid").text()
}

/// The fields of a phone number.
pub(crate) fn read_phone_number(read: &JsonReader) -> i64 {
    for text in ["number", "uuid"] {
        read.field(text).text();
    }
    for flag in [
        "allowSignup",
        "allowAnonymous",
        "enableVoice",
        "enableSms",
        "enableWhatsApp",
        "assistantEnabled",
        "isMapped",
        "twilioInboundReady",
        "isArchived",
    ] {
        read.field(flag).flag();
    }
    for nullable in [
        "name",
        "brandName",
        "restartPrompt",
        "voiceGreetingMessage",
        "voiceUnavailableMessage",
        "anonymousRejectionMessage",
        "smsUnavailableMessage",
        "voicemailGreeting",
        "voiceWorkMode",
        "smsWorkMode",
        "providerPhoneUuid",
    ] {
        read.field(nullable).or_null(JsonReader::text);
    }
    for nullable in [
        "defaultWorkflowId",
        "signupMemberRoleId",
        "anonymousMemberRoleId",
    ] {
        read.field(nullable).or_null(JsonReader::number);
    }
    assert_eq!(read.field("restartDelay").number(), 900);
    read.field("id").number()
}

/// The fields of a workflow.
pub(crate) fn read_workflow(read: &JsonReader) -> String {
    read.field("id").number();
    read.field("name").text();
    read.field("archived").flag();
    read.field("description").or_null(JsonReader::text);
    read.field("defaultPhoneNumberId")
        .or_null(JsonReader::number);
    read.field("permissions");
    for access in read.field("memberRoleAccess").rows() {
        access.field("memberRoleId").number();
        access.field("accessMode").number();
    }
    read.field("uuid").text()
}

/// The fields of a member.
pub(crate) fn read_member(read: &JsonReader) -> i64 {
    assert!(is_uuid(&read.field("uuid").text()));
    for nullable in ["name", "email", "phone"] {
        read.field(nullable).or_null(JsonReader::text);
    }
    read.field("memberRoleId").or_null(JsonReader::number);
    read.field("memberType").text();
    read.field("isArchived").flag();
    read.field("id").number()
}
