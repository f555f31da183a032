//! What a carrier reads in an answer.

use parlor_testkit::command;
use serde::Deserialize;

/// Parses with a library that refuses what is no XML.
const PARSE: &str = "
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.argv[1].encode())
assert root.tag == 'Response', root.tag
print(json.dumps({
    'says': [say.text for say in root.iter('Say')],
    'actions': [gather.get('action') for gather in root.iter('Gather') if gather.get('input') == 'speech'],
    'redirects': [redirect.text for redirect in root.findall('Redirect')],
    'languages': [part.get('language') for part in root.iter() if part.tag in ('Gather', 'Say')],
    'hangs_up': root.find('Hangup') is not None,
}))
";

/// An answer of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Twiml {
    /// Texts that are said.
    pub(super) says: Vec<String>,
    /// Where what is heard goes.
    pub(super) actions: Vec<String>,
    /// Where the call goes on.
    pub(super) redirects: Vec<String>,
    pub(super) hangs_up: bool,
    /// Languages of what is heard and said.
    pub(super) languages: Vec<Option<String>>,
}

impl Twiml {
    pub(super) async fn parse(text: &str) -> Self {
        let output = command::run("python3", &["-c", PARSE, text], &[]).await;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text} {stderr}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Returns where what is heard goes.
    #[track_caller]
    pub(super) fn action(&self) -> &str {
        let [action] = self.actions.as_slice() else {
            panic!("{self:?}")
        };
        action
    }

    /// Returns where the call goes on.
    #[track_caller]
    pub(super) fn redirect(&self) -> &str {
        let [redirect] = self.redirects.as_slice() else {
            panic!("{self:?}")
        };
        redirect
    }

    /// Asserts that the call is ended without a word.
    #[track_caller]
    pub(super) fn assert_hangs_up(&self) {
        let silent = Self {
            hangs_up: true,
            ..Self::default()
        };
        assert_eq!(*self, silent);
    }
}
