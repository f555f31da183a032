//! What every store of bytes does, in a folder and in a bucket.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::time::{Duration, SystemTime};

use parlor_engine::file::{BlobStore, PIECE_BYTES};
use parlor_files::{FolderBlobs, S3Blobs};
use parlor_model::Timestamp;
use parlor_model::error::ErrorKind;
use parlor_model::file::{ContentHash, Location};
use parlor_testkit::TestBucket;
use parlor_testkit::backend::block_on;
use uuid::Uuid;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn location(id: u128) -> Location {
    Location {
        ws: 1,
        id: Uuid::from_u128(id),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the stores have times of their own"
)]
fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_micros(i64::try_from(now.unwrap().as_micros()).unwrap())
}

fn after(time: Timestamp, more: Duration) -> Timestamp {
    Timestamp::from_micros(time.micros() + i64::try_from(more.as_micros()).unwrap())
}

async fn sealed_pieces_are_read_back_and_removed(blobs: &dyn BlobStore) {
    let (place, hash) = (location(1), ContentHash([9; 32]));
    blobs.append(place, 0, vec![1; PIECE_BYTES]).await.unwrap();
    blobs.append(place, 1, vec![2; 3]).await.unwrap();
    blobs.seal(place, hash).await.unwrap();
    assert_eq!(blobs.read(place, hash, 0).await.unwrap(), [1; PIECE_BYTES]);
    assert_eq!(blobs.read(place, hash, 1).await.unwrap(), [2; 3]);
    assert!(blobs.read(place, hash, 2).await.is_err(), "nothing follows");
    let other = blobs.read(location(7), hash, 0).await;
    assert_eq!(*other.unwrap_err().kind(), ErrorKind::Internal);
    for _ in 0..2 {
        blobs.remove(place, Some(hash)).await.unwrap();
        blobs.remove(place, None).await.unwrap();
    }
    assert!(blobs.read(place, hash, 0).await.is_err());
}

/// Returns what is found by a search at each hour of a day.
async fn strays_of_a_day(blobs: &dyn BlobStore, start: Timestamp) -> Vec<Location> {
    let mut found = Vec::new();
    for hour in 0..24 {
        let now = after(start, HOUR * hour);
        for part in 0..=u8::MAX {
            let strays = blobs.strays(1, part, now).await.unwrap();
            found.extend(strays.into_iter().map(|stray| stray.location));
        }
    }
    found.sort_unstable_by_key(|location| location.id);
    found.dedup();
    found
}

async fn bytes_older_than_a_day_are_strays(blobs: &dyn BlobStore) {
    let (sealed, aborted, hash) = (location(1), location(2), ContentHash([0xc3; 32]));
    for place in [sealed, aborted] {
        blobs.append(place, 0, vec![1]).await.unwrap();
    }
    blobs.seal(sealed, hash).await.unwrap();
    assert_eq!(strays_of_a_day(blobs, now()).await, []);
    let tomorrow = after(now(), HOUR * 25);
    assert_eq!(strays_of_a_day(blobs, tomorrow).await, [sealed, aborted]);
}

#[test]
fn folder_stores_bytes() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::new(folder.path().join("files"));
        sealed_pieces_are_read_back_and_removed(&blobs).await;
        bytes_older_than_a_day_are_strays(&blobs).await;
    });
}

#[test]
fn bucket_stores_bytes_and_says_why_it_does_not() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let bucket = TestBucket::start().await;
        let blobs = |prefix| S3Blobs::new(&bucket.settings(prefix), folder.path().join(prefix));
        sealed_pieces_are_read_back_and_removed(&blobs("a/b").unwrap()).await;
        bytes_older_than_a_day_are_strays(&blobs("").unwrap()).await;

        let mut settings = bucket.settings("c");
        settings.location.bucket = "no-such-bucket".to_owned();
        let absent = S3Blobs::new(&settings, folder.path().join("c")).unwrap();
        absent.append(location(3), 0, vec![1]).await.unwrap();
        let error = absent
            .seal(location(3), ContentHash([1; 32]))
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unavailable);
        assert!(format!("{error:?}").contains("no such bucket"), "{error:?}");

        bucket.proxy.refuse_connections();
        let away = blobs("a/b").unwrap();
        let error = away
            .read(location(1), ContentHash([9; 32]), 0)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unavailable);
    });
}
