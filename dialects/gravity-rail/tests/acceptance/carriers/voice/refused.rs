//! Requests that are not the carrier's, or name no call.

use super::{TOKEN, encode_form, on_both, sign};

const STEPS: [&str; 4] = [
    "start",
    "turn?position=1&silences=0",
    "wait?seq=0",
    "status",
];

#[test]
fn request_that_the_carrier_has_not_signed_is_refused() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let body = encode_form(&[
            ("CallSid", "CA1"),
            ("CallStatus", "completed"),
            ("SpeechResult", "Hello"),
            ("From", "+15005550123"),
            ("To", "+15005550001"),
        ]);
        let mut paths = STEPS.map(|step| voice.call_path(&chat, step)).to_vec();
        paths.extend([voice.path("/calls"), voice.path("/status")]);
        for path in paths {
            let url = format!("{}{path}", voice.setup.server.url);
            let other_query = sign(TOKEN, &format!("{url}&x=1"), &body).await;
            let other_token = sign("another", &url, &body).await;
            for signature in ["", "AAAA", &other_query, &other_token] {
                let (status, _) = voice.post_signed(&path, &body, signature).await;
                assert_eq!(status, 401, "{path} {signature}");
            }
            let changed = body.replace("CA1", "CA2");
            let good = sign(TOKEN, &url, &body).await;
            let (status, _) = voice.post_signed(&path, &changed, &good).await;
            assert_eq!(status, 401, "{path}");
            let get = voice.setup.server.get(&path).send().await;
            assert_eq!((get.status, get.header("allow")), (405, "POST"), "{path}");
        }
        let found = voice.fetch(&chat).await;
        assert_eq!(
            (&found["messageCount"], &found["call"]["status"]),
            (&0.into(), &"queued".into())
        );
        assert_eq!(voice.chats().await.len(), 1);
    });
}

#[test]
fn call_of_another_workspace_or_of_another_id_is_unknown() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let fields = |sid| {
            [
                ("CallSid", sid),
                ("CallStatus", "ringing"),
                ("SpeechResult", "Hello"),
            ]
        };
        let own = voice.setup.server.a.workspace.to_string();
        let other = voice.setup.server.b.workspace.to_string();
        for step in STEPS {
            let path = voice.call_path(&chat, step);
            let foreign = path.replace(&own, &other);
            let call = chat["call"]["id"].as_str().unwrap();
            let unknown = path.replace(call, "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001");
            let no_id = path.replace(call, "call");
            let no_workspace = path.replace(&own, "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001");
            for (path, sid) in [
                (&foreign, "CA1"),
                (&unknown, "CA1"),
                (&no_id, "CA1"),
                (&no_workspace, "CA1"),
                // The carrier has given the call another id.
                (&path, "CA2"),
            ] {
                let (status, answer) = voice.post(path, &fields(sid)).await;
                assert_eq!(status, 404, "{path} {answer}");
            }
            let (status, _) = voice.post(&path, &[("CallStatus", "ringing")]).await;
            assert_eq!(status, 400, "{path} without an id of the carrier");
        }
        let status = voice.path("/status");
        assert_eq!(voice.post(&status, &fields("CA2")).await.0, 404);
        let strange = [("CallSid", "CA1"), ("CallStatus", "strange")];
        assert_eq!(voice.post(&status, &strange).await.0, 400);
        let found = voice.fetch(&chat).await;
        assert_eq!(
            (&found["messageCount"], &found["call"]["status"]),
            (&0.into(), &"queued".into())
        );
    });
}
