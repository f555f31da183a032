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
            " from file f join file_content c on c.ws = f.ws and c.number = f.content"
        )
    };
}

statements! {
    /// Inserts a content.
    tenant INSERT_CONTENT = "insert into file_content (ws, hash, size, location, claims, created_at)
        values ($1, $2, $3, $4, 1, $5) returning number";
    /// The content with a hash.
    tenant OF_HASH = "select number from file_content where ws = $1 and hash = $2";
    /// Claims a content for one more file.
    tenant CLAIM = "update file_content set claims = claims + 1 where ws = $1 and number = $2";
    /// A content by number.
    tenant CONTENT = concat!("select ", content!(), " from file_content c where c.ws = $1 and c.number = $2");
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
    /// The file at a path of a space.
    tenant AT_PATH = concat!("select ", whole!(), " where f.ws = $1 and f.space = $2 and f.path = $3");
    /// Space and path of a file by id.
    tenant PLACE_OF_ID = "select space, path from file where ws = $1 and id = $2";
    /// Files of a space after a path, and before another if one is given.
    tenant BELOW = concat!("select ", whole!(), " where f.ws = $1 and f.space = $2 and f.path > $3
        and (cast($4 as text) is null or f.path < $4) order by f.path limit $5");
    /// A file of a conversation.
    tenant ATTACHED = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2 and f.id = $3");
    /// Files of a conversation after one, oldest first.
    tenant ATTACHMENTS = concat!("select ", whole!(), " where f.ws = $1 and f.conversation = $2 and f.id > $3
        order by f.id limit $4");
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
