//! File fixtures of a tenant.

use std::collections::BTreeMap;

use parlor_engine::file::{StoreFile, Target, Upload};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::file::FilePath;
use parlor_model::id::{ConversationId, FileId, SpaceId};
use parlor_testkit::TestServer;

use crate::fixtures::{FixtureEntities, FixtureEntity};

/// A file of a space, and one of a conversation.
pub(crate) async fn create_files(
    server: &TestServer,
    ctx: &Ctx,
    room: SpaceId,
    group: ConversationId,
    fresh: &str,
) -> FixtureEntities {
    let engine = &server.engine;
    let path = format!("file-{fresh}.txt");
    let name = FilePath::parse(&path, "path").unwrap();
    let in_space = Target::Space(room, name.clone());
    let attached = Target::Conversation(ConversationKey::Id(group), name);
    let mut ids = Vec::new();
    for target in [in_space, attached] {
        let id: FileId = engine.scan_upper_bound().into();
        let mut upload = Upload::begin(engine, ctx, 1_024);
        upload.write(b"a file").await.unwrap();
        let command = StoreFile {
            id,
            target,
            media_type: Some("text/plain".to_owned()),
        };
        upload.store(engine, ctx, command).await.unwrap();
        ids.push(id);
    }
    BTreeMap::from([
        ("path", FixtureEntity::from_text(path)),
        ("attachment", FixtureEntity::new(ids[1].uuid(), 0)),
    ])
}
