//! Members of a workspace.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
    () => {
        concat!(
            member_ref!("m"),
            ", m.role, m.scopes, m.description, m.email, m.phone, m.nick, m.photo, m.preferences, m.metadata,
               m.sms_opted_out, m.email_opted_out, m.verified_at, m.archived_at, m.created_at, m.updated_at,
               m.fingerprint, m.wallet, m.instructions, m.chat_model from member m"
        )
    };
}

statements! {
    /// Inserts a member; returns no row if one of its unique columns is in use.
    tenant INSERT = "insert into member (ws, id, kind, handle, external_id, fingerprint, wallet, role, scopes, name,
            description, email, phone, nick, photo, preferences, metadata, verified_at, created_at, updated_at, instructions, chat_model)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20, $21)
        on conflict do nothing returning number";
    /// A member by id.
    tenant BY_ID = concat!("select ", columns!(), " where m.ws = $1 and m.id = $2");
    /// A member by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where m.ws = $1 and m.number = $2");
    /// A member by customer-assigned id.
    tenant BY_EXTERNAL = concat!("select ", columns!(), " where m.ws = $1 and m.external_id = $2");
    /// A member by fingerprint.
    tenant BY_FINGERPRINT = concat!("select ", columns!(), " where m.ws = $1 and m.fingerprint = $2");
    /// A member by handle.
    tenant BY_HANDLE = concat!("select ", columns!(), " where m.ws = $1 and m.handle = $2");
    /// A member by wallet address.
    tenant BY_WALLET = concat!("select ", columns!(), " where m.ws = $1 and m.wallet = $2");
    /// Members with a normalized email address: first the one that it identifies.
    tenant BY_EMAIL = concat!("select ", columns!(), " where m.ws = $1 and m.email_key = $2 order by m.email_apart limit $3");
    /// Members with a normalized phone number: first the one that it identifies.
    tenant BY_PHONE = concat!("select ", columns!(), " where m.ws = $1 and m.phone_key = $2 order by m.phone_apart limit $3");
    /// A member without a customer-assigned id by its id, otherwise by customer-assigned id.
    tenant BY_ID_OR_EXTERNAL = concat!("select * from (select ", columns!(), " where m.ws = $1 and m.id = $2 and m.external_id is null
        union all select ", columns!(), " where m.ws = $1 and m.external_id = $3) found
        order by case when external_id is null then 0 else 1 end limit 1");
    /// Writes a member's normalized addresses, each with the number that keeps it apart from another member's.
    tenant SET_ADDRESS_KEYS = "update member set email_key = $3, email_apart = $4, phone_key = $5, phone_apart = $6
        where ws = $1 and number = $2";
    /// Writes a normalized phone number.
    tenant SET_PHONE = "update member set phone = $3 where ws = $1 and number = $2";
    /// Members with any address, by number, after a number.
    tenant WITH_ADDRESS = concat!("select ", columns!(), " where m.ws = $1 and m.number > $2
        and (m.email is not null or m.phone is not null) order by m.number limit $3");
    /// Email addresses shared by several members, after one of them.
    tenant SHARED_EMAILS = "select distinct email_key from member where ws = $1 and email_apart <> 0 and email_key > $2
        order by email_key limit $3";
    /// Phone numbers shared by several members, after one of them.
    tenant SHARED_PHONES = "select distinct phone_key from member where ws = $1 and phone_apart <> 0 and phone_key > $2
        order by phone_key limit $3";
    /// Sets the fingerprint of a member without one, or with a generated one.
    tenant SET_FINGERPRINT = "update member set fingerprint = $3 where ws = $1 and number = $2";
    /// Public profiles of 16 members; fewer are requested by repeating one.
    tenant FACES = concat!("select ", member_ref!("m"), ", m.photo, m.wallet from member m where m.ws = $1
        and m.number in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");
    /// Writes a member's own profile; null keeps a column.
    tenant SET_FACE = "update member set name = coalesce(cast($3 as text), name), photo = coalesce(cast($4 as text), photo),
            updated_at = $5
        where ws = $1 and number = $2";
    /// Reference to the member with a customer-assigned id: the fast path of find-or-create.
    tenant REF_BY_EXTERNAL = concat!("select ", member_ref!("m"), " from member m where m.ws = $1 and m.external_id = $2");
    /// Member that may act: number, id, kind, role, scopes and token epoch, by handle.
    tenant ACTOR_BY_HANDLE = "select number, id, kind, role, scopes, token_epoch from member
        where ws = $1 and handle = $2 and archived_at is null";
    /// Member that may act, by id.
    tenant ACTOR_BY_ID = "select number, id, kind, role, scopes, token_epoch from member
        where ws = $1 and id = $2 and archived_at is null";
    /// Writes all mutable columns.
    tenant UPDATE = "update member set role = $3, scopes = $4, name = $5, description = $6, email = $7, phone = $8, nick = $9,
            preferences = $10, metadata = $11, sms_opted_out = $12, email_opted_out = $13, verified_at = $14,
            archived_at = $15, fingerprint = $16, updated_at = $17, instructions = $18, chat_model = $19
        where ws = $1 and number = $2";
    /// Sets the first token epoch of a member.
    tenant SET_TOKEN_EPOCH = "update member set token_epoch = $3 where ws = $1 and number = $2";
    /// Raises the token epoch, which invalidates every issued token.
    tenant RAISE_TOKEN_EPOCH = "update member set token_epoch = token_epoch + 1, updated_at = $3 where ws = $1 and number = $2";
    /// Attaches wallet, name and kind to a member without a profile.
    tenant ADOPT = "update member set wallet = $3, name = $4, kind = $5, updated_at = $6 where ws = $1 and number = $2";
    /// Sets the customer-assigned id of a member that has none.
    tenant NAME_EXTERNAL = "update member set external_id = $3 where ws = $1 and number = $2 and external_id is null";
    /// Replaces or clears the customer-assigned id.
    tenant SET_EXTERNAL = "update member set external_id = $3 where ws = $1 and number = $2";
    /// Deletes a member without remaining references.
    tenant DELETE = "delete from member where ws = $1 and number = $2";
    /// One page by offset, oldest first; $4 is null or a kind.
    tenant PAGE = concat!("select ", columns!(), " where m.ws = $1 and (cast($4 as text) is null or m.kind = $4)
        order by m.number limit $2 offset $3");
    /// Total number of rows; $2 is null or a kind.
    tenant COUNT = "select cast(count(*) as bigint) from member where ws = $1 and (cast($2 as text) is null or kind = $2)";
    /// One page of assistants by offset, oldest first; $4 selects archived or active ones.
    tenant ASSISTANTS = concat!("select ", columns!(), " where m.ws = $1 and m.kind = 'assistant' and (m.archived_at is not null) = $4
        order by m.number limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT_ASSISTANTS = "select cast(count(*) as bigint) from member
        where ws = $1 and kind = 'assistant' and (archived_at is not null) = $2";
    /// Creation time of a member by id.
    tenant CREATED_AT = "select created_at from member where ws = $1 and id = $2";
    /// Contacts newest first, strictly before a time and an id: all members except assistants and the owner.
    tenant CONTACTS_DESC = concat!("select ", columns!(), " where m.ws = $1 and (m.created_at, m.id) < ($2, $3)
        and m.kind <> 'assistant' and coalesce(m.role, '') <> 'owner' order by m.created_at desc, m.id desc limit $4");
    /// Contacts oldest first, strictly after a time and an id, with ids up to another.
    tenant CONTACTS_ASC = concat!("select ", columns!(), " where m.ws = $1 and (m.created_at, m.id) > ($2, $3)
        and case when m.id <= $5 then 1 else 0 end = 1
        and m.kind <> 'assistant' and coalesce(m.role, '') <> 'owner' order by m.created_at, m.id limit $4");
    /// Clears the member as contact of spaces.
    tenant DETACH_SPACES = "update space set contact = null, updated_at = $3 where ws = $1 and contact = $2";
    /// Clears the member as owner of its spaces.
    tenant DISOWN_SPACES = "update space set owner = null, updated_at = $3 where ws = $1 and owner = $2";
    /// Clears the member as subject of conversations.
    tenant DETACH_SUBJECT = "update conversation set subject = null,
            updated_at = case when updated_at > $3 then updated_at else $3 end where ws = $1 and subject = $2";
    /// Clears the member as owner and assistant of conversations in which it participates.
    tenant DETACH_CONVERSATIONS = "update conversation set owner = case when owner = $2 then null else owner end,
            assistant = case when assistant = $2 then null else assistant end,
            updated_at = case when updated_at > $3 then updated_at else $3 end
        where ws = $1 and (owner = $2 or assistant = $2)
          and number in (select conversation from participant where ws = $1 and member = $2)";
    /// Owners and assistants of conversations in id order.
    tenant HOLDERS = "select id, owner, assistant from conversation where ws = $1 and id > $2 order by id limit $3";
    /// Clears the member as owner and assistant of the conversations of a range, except those it has still to leave.
    tenant DETACH_HOLDER_IN = "update conversation set owner = case when owner = $2 then null else owner end,
            assistant = case when assistant = $2 then null else assistant end,
            updated_at = case when updated_at > $5 then updated_at else $5 end
        where ws = $1 and (owner = $2 or assistant = $2) and id > $3 and id <= $4
          and number not in (select conversation from participant where ws = $1 and member = $2 and state = 'joined')";
    /// Revokes and unbinds its API keys.
    tenant DETACH_KEYS = "update api_key set member = null, revoked_at = coalesce(revoked_at, $3) where ws = $1 and member = $2";
    /// Clears the member as author of workflow versions.
    tenant DETACH_VERSIONS = "update workflow_version set author = null where ws = $1 and author = $2";
    /// Clears the member as agent of workflow drafts.
    tenant DETACH_WORKFLOWS = "update workflow set agent = null where ws = $1 and agent = $2";
    /// Clears its assignments in conversations.
    tenant CLEAR_ASSIGNMENTS = "update conversation set assignment = null where ws = $1
        and number in (select conversation from assignment where ws = $1 and member = $2 and conversation is not null)
        and assignment in (select number from assignment where ws = $1 and member = $2)";
    /// Deletes its assignments.
    tenant DELETE_ASSIGNMENTS = "delete from assignment where ws = $1 and member = $2";
    /// Deletes mentions of it.
    tenant DELETE_MENTIONS = "delete from mention where ws = $1 and member = $2";
    /// Detaches its labels.
    tenant DELETE_LABELS = "delete from member_label where ws = $1 and member = $2";
    /// Deletes the stored user ids of threads for it.
    tenant DELETE_THREAD_SUBJECTS = "delete from thread_subject where ws = $1 and member = $2";
    /// Deletes its saved filters.
    tenant DELETE_FILTERS = "delete from saved_filter where ws = $1 and owner = $2";
    /// Clears the member as author of message drafts.
    tenant DETACH_DRAFTS = "update draft set author = null where ws = $1 and author = $2";
    /// Deletes its participations.
    tenant DELETE_PARTICIPATIONS = "delete from participant where ws = $1 and member = $2";
    /// Its direct conversations.
    tenant DIRECT_CONVERSATIONS = "select conversation from direct_pair where ws = $1 and (low = $2 or high = $2)";
    /// Conversations with this subject, without direct ones.
    tenant CONVERSATIONS_FOR = "select number from conversation where ws = $1 and subject = $2 and kind <> 'direct' order by number";
    /// Time of its last read mark.
    tenant LAST_READ = "select max(read_at) from participant where ws = $1 and member = $2";
    /// Time of its last message, within the newest thousand `seq`s of each conversation.
    tenant LAST_SAID = "select max(t.created_at) from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation
        join message t on t.ws = c.ws and t.conversation = c.number and t.seq > c.last_seq - 1000 and t.author = p.member
        where p.ws = $1 and p.member = $2";
}
