//! Files and their contents.

use crate::statement::statements;

macro_rules! content {
    () => {
        "c.number, c.hash, c.size, c.location, c.claims"
    };
}
macro_rules! whole {
    () => {
        concat!(
            "f.number, f.id, f.path, f.media_type, f.updated_at, ",
            content!(),
            ", f.message, f.is_original from file f join file_content c on c.ws = f.ws and c.number = f.content"
        )
    };
}

statements! {
    /// Inserts a content, or claims the one with its hash for one more file.
    tenant CLAIM_HASH = "insert into file_content (ws, hash, size, location, claims, created_at)
        values ($1, $2, $3, $4, 1, $5)
        on conflict (ws, hash) do update set claims = file_content.claims + 1";
    /// Claims a content for one more file.
    tenant CLAIM = "update file_content set claims = claims + 1 where ws = $1 and number = $2";
    /// The content with a hash.
    tenant OF_HASH = concat!("select ", content!(), " from file_content c where c.ws = $1 and c.hash = $2");
    /// Unreferenced contents after a number.
    tenant UNUSED = concat!("select ", content!(), " from file_content c where c.ws = $1 and c.number > $2
        and not exists (select 1 from file f where f.ws = c.ws and f.content = c.number) order by c.number limit $3");
    /// Deletes an unreferenced content that was not claimed since it was read.
    tenant DISCARD = "delete from file_content where ws = $1 and number = $2 and claims = $3
        and not exists (select 1 from file f where f.ws = $1 and f.content = $2)";
    /// The content whose bytes are at a location.
    tenant AT_LOCATION = "select number from file_content where ws = $1 and location = $2";

    /// Inserts a file at a path of a space, or replaces the file there.
    tenant PUT = "insert into file (ws, id, space, path, media_type, content, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)
        on conflict (ws, space, path) where space is not null do update
            set id = excluded.id, media_type = excluded.media_type, content = excluded.content,
                created_at = excluded.created_at, updated_at = excluded.updated_at";
    /// Inserts a file of a conversation.
    tenant ATTACH = "insert into file (ws, id, conversation, path, media_type, content, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// Inserts a file of a message.
    tenant ATTACH_TO_MESSAGE = "insert into file
            (ws, id, conversation, path, media_type, content, created_at, updated_at, message, is_original)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)";
    /// Gives a file of a conversation to a message, unless it has one.
    tenant GIVE_TO_MESSAGE = "update file set message = $4 where ws = $1 and conversation = $2 and id = $3 and message is null";
    /// Files of a message, in the order in which they were stored.
    tenant OF_MESSAGE = concat!("select ", whole!(), " where f.ws = $1 and f.message = $2 order by f.number limit $3");
    /// Deletes the files of a message.
    tenant DELETE_OF_MESSAGE = "delete from file where ws = $1 and message = $2";
    /// The file at a path of a space.
    tenant AT_PATH = concat!("select ", whole!(), " where f.ws = $1 and f.space = $2 and f.path = $3");
    /// Space and path of a file by id.
    tenant PLACE_OF_ID = "select space, path from file where ws = $1 and id = $2";
    /// Files of a space after a path, and before another if one is given.
    tenant BELOW = concat!("select ", whole!(), " where f.ws = $1 and f.space = $2 and f.path > $3
        and (cast($4 as text) is null or f.path < $4) order by f.path limit $5");
    /// A file of a conversation.
    tenant ATTACHED = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2 and f.id = $3");
    /// A file of a conversation by row number.
    tenant ATTACHED_NUMBER = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2 and f.number = $3");
    /// A file of any conversation.
    tenant OF_ANY_CONVERSATION = concat!("select ", whole!(), " where f.ws = $1 and f.id = $2 and f.conversation is not null");
    /// Files of a conversation after one, oldest first.
    tenant ATTACHMENTS = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2 and f.id > $3
        order by f.id limit $4");
    /// A page of the files of a conversation, oldest first.
    tenant ATTACHMENT_PAGE = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2
        order by f.id limit $3 offset $4");
    /// Number of files of a conversation.
    tenant COUNT_ATTACHMENTS = "select count(*) from file where ws = $1 and conversation = $2";
    /// Changes the path of a file.
    tenant MOVE = "update file set path = $3, updated_at = $4 where ws = $1 and number = $2";
    /// Deletes a file.
    tenant DELETE = "delete from file where ws = $1 and number = $2";
    /// Deletes the files of a space between two paths, both exclusive.
    tenant DELETE_BELOW = "delete from file where ws = $1 and space = $2 and path > $3 and path < $4";
    /// Deletes the files of a space.
    tenant DELETE_OF_SPACE = "delete from file where ws = $1 and space = $2";
    /// Deletes the files of a conversation.
    tenant DELETE_OF_CONVERSATION = "delete from file where ws = $1 and conversation = $2";

    /// Inserts a chunk of bytes.
    tenant ADD_CHUNK = "insert into file_chunk (ws, location, place, bytes, stored_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing";
    /// A chunk by index.
    tenant CHUNK = "select bytes from file_chunk where ws = $1 and location = $2 and place = $3";
    /// Deletes all chunks of a location.
    tenant DELETE_CHUNKS = "delete from file_chunk where ws = $1 and location = $2";
    /// Locations whose first chunk is older than a time and that belong to no content.
    tenant STRAY_CHUNKS = "select k.location from file_chunk k where k.ws = $1 and k.place = 0 and k.stored_at < $2
        and not exists (select 1 from file_content c where c.ws = k.ws and c.location = k.location) limit $3";
}
