//! A program whose files are in a bucket.

use parlor_testkit::TestBucket;
use serde_json::{Value, json};

use crate::program::{Program, block_on, client, run_with_file, temp_dir};

const TEXT: &str = "what the bucket has";

async fn post(program: &Program, path: &str, body: Value) -> Value {
    let url = format!("{}/api/v1{path}", program.url);
    let request = client().post(url).bearer_auth(program.key()).json(&body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

#[test]
fn files_in_a_bucket_outlive_the_program() {
    block_on(async {
        let bucket = TestBucket::start().await;
        let settings = bucket.settings("a/b");
        let folder = temp_dir();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "a secret\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&secret, mode).unwrap();
        let files = format!(
            "s3://{}/{}",
            settings.location.bucket, settings.location.prefix
        );
        let variables = [
            ("PARLOR_FILES", files.as_str()),
            ("PARLOR_S3__ENDPOINT", bucket.proxy.url.as_str()),
            // It looks like a number.
            ("PARLOR_S3__ACCESS_KEY_ID", "1234567890"),
            (
                "PARLOR_S3__SECRET_ACCESS_KEY_FILE",
                secret.to_str().unwrap(),
            ),
        ];
        let data = folder.path().join("data");
        let program = Program::start(&data, &[], &variables);
        let space = post(&program, "/space/create", json!({})).await["id"].clone();
        let space = space.as_str().unwrap().to_owned();
        let file = json!({ "file": format!("data:text/plain,{TEXT}") });
        post(
            &program,
            &format!("/space/{space}/storage/upload/a.txt"),
            file,
        )
        .await;
        let log = program.stop();
        assert!(!log.contains("a secret") && !log.contains(TEXT));

        let program = Program::start(&data, &[], &variables);
        let url = format!(
            "{}/api/v1/space/{space}/storage/download/a.txt",
            program.url
        );
        let link = client()
            .get(url)
            .bearer_auth(program.key())
            .send()
            .await
            .unwrap();
        let link: Value = link.json().await.unwrap();
        let received = client()
            .get(link["url"].as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(received.text().await.unwrap(), TEXT);
        assert!(!data.join("files").exists());
    });
}

#[test]
fn settings_of_a_bucket_that_cannot_be_used_are_refused() {
    let section = "[s3]\naccess_key_id = 'a'\nsecret_access_key = 'b'\n";
    let bucket = "files = 's3://chat-files/a'\n";
    for (text, error) in [
        (
            bucket.to_owned(),
            "`files` names a bucket, and there is no section `s3`",
        ),
        (
            section.to_owned(),
            "the section `s3` is given, and `files` names no bucket",
        ),
        (
            format!("files = 's3://chat files'\n{section}"),
            "`files` must name a bucket of 3 to 63 letters, digits, dots and hyphens",
        ),
        (
            format!("{bucket}{section}endpoint = 'ftp://s3.example.org'\n"),
            "`s3.endpoint` must be an http or https URL without a path, such as https://s3.example.org",
        ),
        (
            format!("{bucket}[s3]\naccess_key_id = 'a'\n"),
            "`s3.secret_access_key` or its file must be given",
        ),
        (
            format!("{bucket}{section}secret_access_key_file = 'c'\n"),
            "`s3.secret_access_key` must not be given beside its file",
        ),
    ] {
        let outcome = run_with_file(&text);
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains(error), "{error} in {outcome:?}");
        assert!(!outcome.stderr.contains("= 'b'"), "{outcome:?}");
    }
}
