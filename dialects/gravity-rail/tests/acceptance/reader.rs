//! Reads the fields that a typed client expects of each object.

use parlor_testkit::Reader;

fn is_uuid(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

/// Reads a chat and returns its id.
pub(crate) fn read_chat(read: &Reader) -> i64 {
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
        read.field(nullable).nullable(Reader::number);
    }
    for nullable in [
        "title",
        "lastMessageAt",
        "archivedAt",
        "assistantChatModelId",
        "assistantRealtimeModelId",
    ] {
        read.field(nullable).nullable(Reader::text);
    }
    for participant in read.field("participants").items() {
        participant.field("id").number();
        participant.field("memberId").number();
        participant.field("role").text();
        participant.field("memberType").text();
        participant.field("name").nullable(Reader::text);
    }
    read.field("labels").items();
    assert!(read.field("metadata").value.is_object());
    read.field("id").number()
}

/// Reads a message and returns its UUID.
pub(crate) fn read_message(read: &Reader) -> String {
    read.field("id").number();
    read.field("chatId").number();
    read.field("role").text();
    read.field("createdAt").text();
    read.field("memberId").nullable(Reader::number);
    read.field("content").nullable(Reader::text);
    read.field("deliveryStatus").nullable(Reader::text);
    read.field("rating").nullable(Reader::text);
    read.field("uuid").text()
}

/// Reads a phone number and returns its id.
pub(crate) fn read_phone_number(read: &Reader) -> i64 {
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
        read.field(nullable).nullable(Reader::text);
    }
    for nullable in [
        "defaultWorkflowId",
        "signupMemberRoleId",
        "anonymousMemberRoleId",
    ] {
        read.field(nullable).nullable(Reader::number);
    }
    assert_eq!(read.field("restartDelay").number(), 900);
    read.field("id").number()
}

/// Reads a workflow and returns its UUID.
pub(crate) fn read_workflow(read: &Reader) -> String {
    read.field("id").number();
    read.field("name").text();
    read.field("archived").flag();
    read.field("description").nullable(Reader::text);
    read.field("defaultPhoneNumberId").nullable(Reader::number);
    read.field("permissions");
    for access in read.field("memberRoleAccess").items() {
        access.field("memberRoleId").number();
        access.field("accessMode").number();
    }
    read.field("uuid").text()
}

/// Reads a member and returns its id.
pub(crate) fn read_member(read: &Reader) -> i64 {
    assert!(is_uuid(&read.field("uuid").text()));
    for nullable in ["name", "email", "phone"] {
        read.field(nullable).nullable(Reader::text);
    }
    read.field("memberRoleId").nullable(Reader::number);
    read.field("memberType").text();
    read.field("isArchived").flag();
    read.field("id").number()
}
