//! Members.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
    () => {
        concat!(
            member_ref!("m"),
            ", m.role, m.scopes, m.description, m.email, m.phone, m.nick, m.photo, m.preferences, m.metadata,
               m.sms_opted_out, m.email_opted_out, m.verified_at, m.archived_at, m.created_at, m.updated_at,
               m.fingerprint, m.wallet, m.instructions from member m"
        )
    };
}

statements! {
    /// Makes a member; nothing comes back when one of its unique names is taken.
    tenant INSERT = "insert into member (ws, id, kind, handle, external_id, fingerprint, wallet, role, scopes, name,
            description, email, phone, nick, photo, preferences, metadata, verified_at, created_at, updated_at, instructions)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20)
        on conflict do nothing returning number";
    /// A member by id.
    tenant BY_ID = concat!("select ", columns!(), " where m.ws = $1 and m.id = $2");
    /// A member by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where m.ws = $1 and m.number = $2");
    /// A member by the customer's own id.
    tenant BY_EXTERNAL = concat!("select ", columns!(), " where m.ws = $1 and m.external_id = $2");
    /// A member by fingerprint.
    tenant BY_FINGERPRINT = concat!("select ", columns!(), " where m.ws = $1 and m.fingerprint = $2");
    /// A member by handle.
    tenant BY_HANDLE = concat!("select ", columns!(), " where m.ws = $1 and m.handle = $2");
    /// A member by wallet address.
    tenant BY_WALLET = concat!("select ", columns!(), " where m.ws = $1 and m.wallet = $2");
    /// The members with an email address, by its normal form: first the one whom it names.
    tenant BY_EMAIL = concat!("select ", columns!(), " where m.ws = $1 and m.email_key = $2 order by m.email_apart limit $3");
    /// The members with a phone number, by its normal form: first the one whom it names.
    tenant BY_PHONE = concat!("select ", columns!(), " where m.ws = $1 and m.phone_key = $2 order by m.phone_apart limit $3");
    /// A member by its id where the customer has no id for it, else by the customer's own id.
    tenant BY_ID_OR_EXTERNAL = concat!("select * from (select ", columns!(), " where m.ws = $1 and m.id = $2 and m.external_id is null
        union all select ", columns!(), " where m.ws = $1 and m.external_id = $3) found
        order by case when external_id is null then 0 else 1 end limit 1");
    /// Writes the normal forms of a member's addresses, and by what each is held apart from another member's.
    tenant SET_ADDRESS_KEYS = "update member set email_key = $3, email_apart = $4, phone_key = $5, phone_apart = $6
        where ws = $1 and number = $2";
    /// Writes a phone number in its normal form.
    tenant SET_PHONE = "update member set phone = $3 where ws = $1 and number = $2";
    /// Members with an address, in the order they were made, after a number.
    tenant WITH_ADDRESS = concat!("select ", columns!(), " where m.ws = $1 and m.number > $2
        and (m.email is not null or m.phone is not null) order by m.number limit $3");
    /// Email addresses that more than one member has, after one of them.
    tenant SHARED_EMAILS = "select distinct email_key from member where ws = $1 and email_apart <> 0 and email_key > $2
        order by email_key limit $3";
    /// Phone numbers that more than one member has, after one of them.
    tenant SHARED_PHONES = "select distinct phone_key from member where ws = $1 and phone_apart <> 0 and phone_key > $2
        order by phone_key limit $3";
    /// A member without one, or with one that was made for it, gets a fingerprint.
    tenant SET_FINGERPRINT = "update member set fingerprint = $3 where ws = $1 and number = $2";
    /// What sixteen members are called and how they look; fewer are told by naming one of them again.
    tenant FACES = concat!("select ", member_ref!("m"), ", m.photo, m.wallet from member m where m.ws = $1
        and m.number in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");
    /// What a member says of itself; null keeps.
    tenant SET_FACE = "update member set name = coalesce(cast($3 as text), name), photo = coalesce(cast($4 as text), photo),
            updated_at = $5
        where ws = $1 and number = $2";
    /// Only the number and id of a customer's own id: the fast half of find-or-make.
    tenant REF_BY_EXTERNAL = concat!("select ", member_ref!("m"), " from member m where m.ws = $1 and m.external_id = $2");
    /// Who acts: number, id, kind, role, scopes and token epoch, by handle.
    tenant ACTOR_BY_HANDLE = "select number, id, kind, role, scopes, token_epoch from member
        where ws = $1 and handle = $2 and archived_at is null";
    /// Who acts, by id.
    tenant ACTOR_BY_ID = "select number, id, kind, role, scopes, token_epoch from member
        where ws = $1 and id = $2 and archived_at is null";
    /// Writes every changeable column.
    tenant UPDATE = "update member set role = $3, scopes = $4, name = $5, description = $6, email = $7, phone = $8, nick = $9,
            preferences = $10, metadata = $11, sms_opted_out = $12, email_opted_out = $13, verified_at = $14,
            archived_at = $15, fingerprint = $16, updated_at = $17, instructions = $18
        where ws = $1 and number = $2";
    /// The epoch of a member's tokens, from the beginning.
    tenant SET_TOKEN_EPOCH = "update member set token_epoch = $3 where ws = $1 and number = $2";
    /// Ends every token that was issued to a member.
    tenant RAISE_TOKEN_EPOCH = "update member set token_epoch = token_epoch + 1, updated_at = $3 where ws = $1 and number = $2";
    /// A member nobody has given a profile yet becomes what it is now known to be.
    tenant ADOPT = "update member set wallet = $3, name = $4, kind = $5, updated_at = $6 where ws = $1 and number = $2";
    /// A member without one gets the customer's own id.
    tenant NAME_EXTERNAL = "update member set external_id = $3 where ws = $1 and number = $2 and external_id is null";
    /// The customer's own id becomes another, or none.
    tenant SET_EXTERNAL = "update member set external_id = $3 where ws = $1 and number = $2";
    /// Removes a member nothing refers to any more.
    tenant DELETE = "delete from member where ws = $1 and number = $2";
    /// A numbered page, oldest first; $4 null or a kind.
    tenant PAGE = concat!("select ", columns!(), " where m.ws = $1 and (cast($4 as text) is null or m.kind = $4)
        order by m.number limit $2 offset $3");
    /// How many there are; $2 null or a kind.
    tenant COUNT = "select cast(count(*) as bigint) from member where ws = $1 and (cast($2 as text) is null or kind = $2)";
    /// A numbered page of assistants, oldest first; those put away ($4) or the others.
    tenant ASSISTANTS = concat!("select ", columns!(), " where m.ws = $1 and m.kind = 'assistant' and (m.archived_at is not null) = $4
        order by m.number limit $2 offset $3");
    /// How many of those there are.
    tenant COUNT_ASSISTANTS = "select cast(count(*) as bigint) from member
        where ws = $1 and kind = 'assistant' and (archived_at is not null) = $2";
    /// When a member was made, by id.
    tenant CREATED_AT = "select created_at from member where ws = $1 and id = $2";
    /// Contacts newest first, strictly before a time and an id: everybody but assistants and the owner.
    tenant CONTACTS_DESC = concat!("select ", columns!(), " where m.ws = $1 and (m.created_at, m.id) < ($2, $3)
        and m.kind <> 'assistant' and coalesce(m.role, '') <> 'owner' order by m.created_at desc, m.id desc limit $4");
    /// Contacts oldest first, strictly after a time and an id; ids up to another.
    tenant CONTACTS_ASC = concat!("select ", columns!(), " where m.ws = $1 and (m.created_at, m.id) > ($2, $3)
        and case when m.id <= $5 then 1 else 0 end = 1
        and m.kind <> 'assistant' and coalesce(m.role, '') <> 'owner' order by m.created_at, m.id limit $4");
    /// Spaces lose this contact.
    tenant DETACH_SPACES = "update space set contact = null, updated_at = $3 where ws = $1 and contact = $2";
    /// Own spaces lose their owner.
    tenant DISOWN_SPACES = "update space set owner = null, updated_at = $3 where ws = $1 and owner = $2";
    /// Conversations lose this subject.
    tenant DETACH_SUBJECT = "update conversation set subject = null,
            updated_at = case when updated_at > $3 then updated_at else $3 end where ws = $1 and subject = $2";
    /// Conversations it takes part in lose this owner or assistant.
    tenant DETACH_CONVERSATIONS = "update conversation set owner = case when owner = $2 then null else owner end,
            assistant = case when assistant = $2 then null else assistant end,
            updated_at = case when updated_at > $3 then updated_at else $3 end
        where ws = $1 and (owner = $2 or assistant = $2)
          and number in (select conversation from participant where ws = $1 and member = $2)";
    /// Owners and assistants of conversations in the order of the conversations' ids.
    tenant HOLDERS = "select id, owner, assistant from conversation where ws = $1 and id > $2 order by id limit $3";
    /// Conversations of a range lose this owner or assistant, but for those that it has still to leave.
    tenant DETACH_HOLDER_IN = "update conversation set owner = case when owner = $2 then null else owner end,
            assistant = case when assistant = $2 then null else assistant end,
            updated_at = case when updated_at > $5 then updated_at else $5 end
        where ws = $1 and (owner = $2 or assistant = $2) and id > $3 and id <= $4
          and number not in (select conversation from participant where ws = $1 and member = $2 and state = 'joined')";
    /// The newest messages lose this author, who can repeat none of them any more: two nobodies may have chosen the same
    /// id.
    tenant DETACH_AUTHOR = "update message set author = null, client_id = null
        where ws = $1 and author = $2 and number > $3 and number < 9223372036854775807";
    /// Authors of messages in the order of the messages' ids.
    tenant AUTHORS = "select id, author from message where ws = $1 and id > $2 order by id limit $3";
    /// Messages of a range lose this author, who can repeat none of them any more.
    tenant DETACH_AUTHOR_IN = "update message set author = null, client_id = null
        where ws = $1 and author = $2 and id > $3 and id <= $4";
    /// Actors of log entries in their order.
    tenant ACTORS = "select conversation, seq, actor from log_entry
        where ws = $1 and (conversation, seq) > ($2, $3) order by conversation, seq limit $4";
    /// Entries of a range lose this actor.
    tenant DETACH_ACTOR_IN = "update log_entry set actor = null
        where ws = $1 and actor = $2 and (conversation, seq) > ($3, $4) and (conversation, seq) <= ($5, $6)";
    /// Log entries of conversations it takes part in lose this actor.
    tenant DETACH_ACTOR = "update log_entry set actor = null where ws = $1 and actor = $2
        and conversation in (select conversation from participant where ws = $1 and member = $2)";
    /// Keys that acted for it end and lose it.
    tenant DETACH_KEYS = "update api_key set member = null, revoked_at = coalesce(revoked_at, $3) where ws = $1 and member = $2";
    /// Workflow versions it published lose their author.
    tenant DETACH_VERSIONS = "update workflow_version set author = null where ws = $1 and author = $2";
    /// Drafts lose this agent.
    tenant DETACH_WORKFLOWS = "update workflow set agent = null where ws = $1 and agent = $2";
    /// Conversations lose an assignment for it.
    tenant CLEAR_ASSIGNMENTS = "update conversation set assignment = null where ws = $1
        and number in (select conversation from assignment where ws = $1 and member = $2 and conversation is not null)
        and assignment in (select number from assignment where ws = $1 and member = $2)";
    /// Assignments for it go.
    tenant DELETE_ASSIGNMENTS = "delete from assignment where ws = $1 and member = $2";
    /// Nobody mentions it any more.
    tenant DELETE_MENTIONS = "delete from mention where ws = $1 and member = $2";
    /// Its labels come off.
    tenant DELETE_LABELS = "delete from member_label where ws = $1 and member = $2";
    /// How the makers of threads for it spelled it is forgotten.
    tenant DELETE_THREAD_SUBJECTS = "delete from thread_subject where ws = $1 and member = $2";
    /// Its own questions to lists go.
    tenant DELETE_FILTERS = "delete from saved_filter where ws = $1 and owner = $2";
    /// What it has not finished saying loses its author.
    tenant DETACH_DRAFTS = "update draft set author = null where ws = $1 and author = $2";
    /// It takes part nowhere any more.
    tenant DELETE_PARTICIPATIONS = "delete from participant where ws = $1 and member = $2";
    /// The direct conversations it was one of the two in.
    tenant DIRECT_CONVERSATIONS = "select conversation from direct_pair where ws = $1 and (low = $2 or high = $2)";
    /// The conversations that are for it, direct ones apart.
    tenant CONVERSATIONS_FOR = "select number from conversation where ws = $1 and subject = $2 and kind <> 'direct' order by number";
    /// When it last marked something as read.
    tenant LAST_READ = "select max(read_at) from participant where ws = $1 and member = $2";
    /// When it last said something; of each conversation the newest thousand positions count.
    tenant LAST_SAID = "select max(t.created_at) from participant p
        join conversation c on c.ws = p.ws and c.number = p.conversation
        join message t on t.ws = c.ws and t.conversation = c.number and t.seq > c.last_seq - 1000 and t.author = p.member
        where p.ws = $1 and p.member = $2";
}
