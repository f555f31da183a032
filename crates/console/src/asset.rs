//! Files of the pages: style, script and pictures. Their address names their content, so browsers keep them for a year.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use parlor_kit::response;

/// Route of all files.
pub(crate) const ROUTE: &str = "/console/asset/{digest}/{name}";

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A file.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
}

macro_rules! assets {
    ($($name:literal $media_type:ident;)*) => {
        &[$(Asset { name: $name, media_type: $media_type, text: include_str!(concat!("asset/", $name)) },)*]
    };
}

/// Every file in the folder `asset`.
const ASSETS: &[Asset] = assets! {
    "console.css" CSS;
    "console.js" JS;
    "conversation.js" JS;
    "copy.js" JS;
    "inbox.js" JS;
    "keys.js" JS;
    "live.js" JS;
    "setup.js" JS;
    "start.js" JS;
    "icon.svg" SVG;
};

/// Path of the files. One digest stands for all of them, so that modules can import each other by name.
static BASE_PATH: LazyLock<String> = LazyLock::new(|| {
    let mut digest = [
        crc32fast::Hasher::new(),
        crc32fast::Hasher::new_with_initial(1),
    ];
    for asset in ASSETS {
        for hasher in &mut digest {
            hasher.update(asset.name.as_bytes());
            hasher.update(asset.text.as_bytes());
        }
    }
    let mut path = "/console/asset/".to_owned();
    for hasher in digest {
        // Writing into a string does not fail.
        let _ = write!(path, "{:08x}", hasher.finalize());
    }
    path
});

/// Returns the path of the files without a trailing slash.
pub(crate) fn base_path() -> &'static str {
    &BASE_PATH
}

/// Answers a file. A page of an earlier version names another digest and gets the file of today, which is not kept.
pub(crate) async fn handle(Path((digest, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return response::empty(StatusCode::NOT_FOUND);
    };
    let bytes = asset.text.as_bytes().to_vec();
    let mut answer = response::from_bytes(StatusCode::OK, asset.media_type, bytes);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    if base_path().strip_prefix("/console/asset/") == Some(digest.as_str()) {
        let for_a_year = HeaderValue::from_static("public, max-age=31536000, immutable");
        headers.insert(CACHE_CONTROL, for_a_year);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that all scripts and all styles may have.
    const BUDGETS: [(&str, usize); 2] = [(JS, 40_000), (CSS, 20_000)];

    #[test]
    fn files_stay_within_their_budget_and_make_no_html() {
        for (media_type, budget) in BUDGETS {
            let files = ASSETS.iter().filter(|asset| asset.media_type == media_type);
            let bytes: usize = files.map(|asset| asset.text.len()).sum();
            assert!(bytes <= budget, "{media_type}: {bytes} bytes");
        }
        for asset in ASSETS {
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "eval(",
                "://",
            ] {
                let is_namespace = asset.media_type == SVG && word == "://";
                assert!(
                    is_namespace || !asset.text.contains(word),
                    "{}: {word}",
                    asset.name
                );
            }
        }
    }
}
