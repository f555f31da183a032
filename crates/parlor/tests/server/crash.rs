//! A killed process loses no acknowledged write.
//!
//! Proves INV-1 (`docs/invariants.md`).

use std::sync::{Arc, Mutex};

use parlor_testkit::tokio::task::JoinSet;
use serde_json::Value;

use crate::program::{Program, block_on, client, temp_dir};

const MAX_CONCURRENT: usize = 16;
const ANSWERS_BEFORE_KILL: usize = 200;

#[test]
fn every_answered_create_survives_a_kill_in_the_middle_of_a_storm() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let mut program = Program::start(&data, &[], &[]);
    let (url, key) = (format!("{}/api/v1/chats/", program.url), program.key());
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    block_on(async {
        let mut storm = JoinSet::new();
        for worker in 0..MAX_CONCURRENT {
            let (url, key, answered) = (url.clone(), key.clone(), answered.clone());
            let client = client();
            storm.spawn(async move {
                for turn in 0.. {
                    let body = format!(r#"{{"user_id":"user {worker}","title":"chat {turn}"}}"#);
                    let request = client.post(&url).header("x-api-key", &key);
                    let request = request
                        .header("content-type", "application/json")
                        .body(body);
                    // The server is gone: this writer has finished.
                    let Ok(response) = request.send().await else {
                        return;
                    };
                    let status = response.status().as_u16();
                    let Ok(text) = response.text().await else {
                        return;
                    };
                    assert_eq!(status, 201, "{text}");
                    let chat: Value = serde_json::from_str(&text).unwrap();
                    let id = chat["id"].as_str().unwrap().to_owned();
                    let mut answered = answered.lock().unwrap();
                    answered.push(id);
                    if answered.len() == ANSWERS_BEFORE_KILL {
                        return;
                    }
                }
            });
        }
        // The first to finish has seen enough answers; the others are still writing.
        storm.join_next().await.unwrap().unwrap();
        program.signal("KILL");
        program.wait();
        while let Some(ended) = storm.join_next().await {
            ended.unwrap();
        }
    });
    let answered = answered.lock().unwrap().clone();
    assert!(answered.len() >= ANSWERS_BEFORE_KILL);

    let again = Program::start(&data, &[], &[]);
    block_on(async {
        let client = client();
        for id in &answered {
            let url = format!("{}/api/v1/chats/{id}", again.url);
            let response = client
                .get(&url)
                .header("x-api-key", &key)
                .send()
                .await
                .unwrap();
            assert_eq!(
                response.status().as_u16(),
                200,
                "{id} was answered and is gone"
            );
        }
    });
    again.stop();
    let database = rusqlite::Connection::open(data.join("parlor.db")).unwrap();
    let sound: String = database
        .query_row("pragma integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let dangling: i64 = database
        .query_row("select count(*) from pragma_foreign_key_check", (), |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(dangling, 0);
}
