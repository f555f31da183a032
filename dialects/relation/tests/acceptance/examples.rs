//! The vendor's example as a program.

use std::path::Path;

use parlor_testkit::{both, command};

use crate::fixtures::{create_member, is_uuid};

both! {
    async fn the_curl_example_creates_a_channel(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/create-channel.sh");
        let printed = command::run_example(
            &file,
            &[
                ("PARLOR_URL", &server.url),
                ("PARLOR_API_KEY", &server.a.key),
                ("PARLOR_TOKEN", &ada.token),
            ],
        )
        .await;
        let answer: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert_eq!((&answer["code"], &answer["desc"]), (&"0".into(), &"success".into()));
        let channel = answer["data"]["channelUuid"].as_str().unwrap();
        assert!(is_uuid(channel));
        assert_eq!(ada.members(&server, channel).await.len(), 3);
    }
}
