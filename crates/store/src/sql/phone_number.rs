//! Phone numbers and inboxes.

use crate::statement::statements;

macro_rules! phone_number {
    () => {
        "number, id, e164, name, sms, voice, is_default, archived_at, created_at, options, default_workflow from phone_number"
    };
}
macro_rules! inbox {
    () => {
        "number, id, slug, name, address, workflow, is_default, archived_at, created_at, footer, rules from inbox"
    };
}

statements! {
    /// Inserts a phone number; returns no row if the workspace already has it.
    tenant INSERT_PHONE = "insert into phone_number (ws, id, e164, name, sms, voice, is_default, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning number";
    /// A phone number by id.
    tenant PHONE_BY_ID = concat!("select ", phone_number!(), " where ws = $1 and id = $2");
    /// A phone number by number.
    tenant PHONE_BY_NUMBER = concat!("select ", phone_number!(), " where ws = $1 and number = $2");
    /// A phone number by its digits.
    tenant PHONE_BY_E164 = concat!("select ", phone_number!(), " where ws = $1 and e164 = $2");
    /// Locks a phone number until the transaction ends.
    tenant LOCK_PHONE = "update phone_number set sms = sms where ws = $1 and number = $2";
    /// The newest open chat of a member over a phone number, on the medium $4.
    tenant PHONE_OPEN_CHAT = "select number from conversation
        where ws = $1 and subject = $2 and phone_number = $3 and medium = $4 and state = 'active'
        order by created_at desc, id desc limit 1";
    /// Default phone number.
    tenant PHONE_DEFAULT = concat!("select ", phone_number!(), " where ws = $1 and is_default = true and archived_at is null
        order by number limit 1");
    /// One page by offset, oldest first; $4 is null or selects archived or active ones.
    tenant PHONE_PAGE = concat!("select ", phone_number!(), " where ws = $1
        and (cast($4 as boolean) is null or (archived_at is not null) = $4) order by number limit $2 offset $3");
    /// Total number of rows.
    tenant PHONE_COUNT = "select cast(count(*) as bigint) from phone_number where ws = $1
        and (cast($2 as boolean) is null or (archived_at is not null) = $2)";
    /// Writes all mutable columns.
    tenant UPDATE_PHONE = "update phone_number set name = $3, sms = $4, voice = $5, is_default = $6, archived_at = $7, options = $8,
            default_workflow = $9
        where ws = $1 and number = $2";
    /// Clears the default flag of all other phone numbers.
    tenant YIELD_PHONE = "update phone_number set is_default = false where ws = $1 and number <> $2 and is_default = true";
    /// Active workflows whose draft refers to a phone number, oldest first.
    tenant PHONE_WORKFLOWS = "select number, name from workflow where ws = $1 and default_phone_number = $2 and archived_at is null
        order by number limit 1000";
    /// Number of open conversations that use a phone number.
    tenant PHONE_CONVERSATIONS = "select cast(count(*) as bigint) from conversation
        where ws = $1 and phone_number = $2 and state = 'active'";
    /// Active phone numbers that no active workflow refers to, oldest first.
    tenant PHONE_LINKABLE = "select p.number, p.id, p.e164, p.name, p.sms, p.voice, p.is_default, p.archived_at, p.created_at,
            p.options, p.default_workflow
        from phone_number p where p.ws = $1 and p.archived_at is null
          and not exists (select 1 from workflow w where w.ws = p.ws and w.default_phone_number = p.number and w.archived_at is null)
        order by p.number limit 1000";

    /// Inserts an inbox; returns no row if its slug or address is in use.
    tenant INSERT_INBOX = "insert into inbox (ws, id, slug, name, address, workflow, is_default, created_at, footer, rules)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning number";
    /// An inbox by id.
    tenant INBOX_BY_ID = concat!("select ", inbox!(), " where ws = $1 and id = $2");
    /// An inbox by number.
    tenant INBOX_BY_NUMBER = concat!("select ", inbox!(), " where ws = $1 and number = $2");
    /// An inbox by its normalized address.
    tenant INBOX_BY_ADDRESS = concat!("select ", inbox!(), " where ws = $1 and address = $2");
    /// Workspaces that have an active inbox with a normalized address; two are as many as more.
    global INBOX_OWNERS = "select ws from inbox where address = $1 and archived_at is null order by ws limit 2";
    /// Locks an inbox until the transaction ends.
    tenant LOCK_INBOX = "update inbox set name = name where ws = $1 and number = $2";
    /// An open chat over mail by its id.
    tenant INBOX_CHAT_BY_ID = "select number, subject from conversation
        where ws = $1 and id = $2 and medium = 'email' and state = 'active'";
    /// Open chats of a member over an inbox with their chosen titles, newest first.
    tenant INBOX_OPEN_CHATS = "select number, case when title_is_automatic then null else title end from conversation
        where ws = $1 and subject = $2 and inbox = $3 and medium = 'email' and state = 'active'
        order by created_at desc, id desc limit 200";
    /// A chat of a member over mail, open or not, that has the member's message with this client id.
    tenant INBOX_CHAT_WITH_MESSAGE = "select c.number from conversation c
        join message m on m.ws = c.ws and m.conversation = c.number and m.client_id = $3 and coalesce(m.author, 0) = c.subject
        where c.ws = $1 and c.subject = $2 and c.medium = 'email' limit 1";
    /// Stores the `Message-ID` of the last mail that was received in a conversation.
    tenant SET_LAST_MAIL = "update conversation set last_mail_id = $3 where ws = $1 and number = $2";
    /// The `Message-ID` of the last mail that was received in a conversation.
    tenant LAST_MAIL = "select last_mail_id from conversation where ws = $1 and number = $2";
    /// Candidates for the default inbox, the flagged one first.
    tenant INBOX_CANDIDATES = concat!("select ", inbox!(), " where ws = $1 and archived_at is null
        order by is_default desc, number limit 2");
    /// One page by offset, oldest first.
    tenant INBOX_PAGE = concat!("select ", inbox!(), " where ws = $1 order by number limit $2 offset $3");
    /// Total number of rows.
    tenant INBOX_COUNT = "select cast(count(*) as bigint) from inbox where ws = $1";
    /// Another inbox with this slug.
    tenant INBOX_SLUG_TAKEN = "select number from inbox where ws = $1 and slug = $2 and number <> $3";
    /// Another inbox with this address.
    tenant INBOX_ADDRESS_TAKEN = "select number from inbox where ws = $1 and address = $2 and number <> $3";
    /// Writes all mutable columns.
    tenant UPDATE_INBOX = "update inbox set slug = $3, name = $4, address = $5, workflow = $6, is_default = $7, footer = $8, rules = $9
        where ws = $1 and number = $2";
    /// Clears the default flag of all other inboxes.
    tenant YIELD_INBOX = "update inbox set is_default = false where ws = $1 and number <> $2 and is_default = true";
    /// Clears it in workflow drafts.
    tenant FORGET_INBOX = "update workflow set default_inbox = null where ws = $1 and default_inbox = $2";
    /// Deletes an inbox to which no draft refers.
    tenant DELETE_INBOX = "delete from inbox where ws = $1 and number = $2";
}
