//! `parlor help TOPIC`: short texts about what no single command explains.

/// Returns the text about a topic.
pub(super) fn find(topic: &str) -> Option<&'static str> {
    match topic {
        "limits" => Some(LIMITS),
        "ids" => Some(IDS),
        "errors" => Some(ERRORS),
        _ => None,
    }
}

const LIMITS: &str = "\
Limits

A request has a body of at most 1 MiB (body_limit) and is answered within 30 s
(timeout). A file has at most 25 MiB (file_limit). A message has 1 to 65,536
characters. Metadata of an object has 64 KiB as JSON.

Nothing limits the rate of requests with a good credential unless you set
requests_per_minute. Wrong credentials are limited to 60 a minute and address,
and so are requests that make something without one.

A request over a limit is answered with 413 or 429; Retry-After says when to
try again. `parlor requests --failed` lists them, `parlor config diff` shows
which limits you have changed, and docs/limits.md has all of them.";

const IDS: &str = "\
Ids

Every entity has one identity of 128 bits, and a number that is unique in its
workspace. Each API shows the same identity in its own form:

  0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6    a UUID
  0192f0c15a2b7c3d8e4fa1b2c3d4e5f6        the same as 32 hex digits
  space_01j3rc2ppbfgyrwkx1pb1x9sfp        the same in base 32, with a word
  12                                      the number

Each API accepts only its own form. Commands accept any of them for a
conversation; for a member a UUID, a number, or the principal text under which
it signs in. An id of another workspace is answered like one that does not
exist.";

const ERRORS: &str = "\
Errors

An error of a command is two lines on standard error, the cause and the
remedy, and an exit code:

  0  done
  1  the command was run and failed
  2  the command line or a setting is wrong
  3  the server or the database cannot be reached
  4  it is not allowed in the present state
  5  there is no such entity

An error of an API has the form and the codes of that API, and the header
X-Request-Id. `parlor explain ID` says which rule has refused the request and
what to do; `parlor requests --failed` lists such requests. `parlor doctor`
checks the installation. docs/errors.md compares the APIs.";
