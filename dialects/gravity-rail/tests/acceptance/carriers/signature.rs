//! Signatures of a carrier's requests.

use parlor_testkit::{TestServer, command};

/// Signs as the carrier does: HMAC-SHA1 over the address and the sorted fields.
const SIGN: &str = "
import base64, hashlib, hmac, sys
from urllib.parse import parse_qsl
token, url, body = sys.argv[1:]
fields = sorted(parse_qsl(body, keep_blank_values=True))
text = url + ''.join(name + value for name, value in fields)
print(base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode())
";
/// Signs a form that is posted to a URL with the token of an account.
pub(super) async fn sign(token: &str, url: &str, body: &str) -> String {
    let arguments = ["-c", SIGN, token, url, body];
    let output = command::run("python3", &arguments, &[]).await;
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Posts a form with a signature; returns the status and the answer.
pub(super) async fn post_signed_form(
    server: &TestServer,
    path: &str,
    body: &str,
    signature: &str,
) -> (u16, String) {
    let request = server
        .post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", signature);
    let response = request.body(body.to_owned()).send().await;
    (response.status, response.text())
}
