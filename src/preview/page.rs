//! The page as it is served: the one file of it, with a nonce for its script and style, and with the origin that it may frame.

use crate::model::preview::Scene;
use axum::http::HeaderValue;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write as _;

/// The file. It loads nothing from anywhere.
const PAGE: &str = include_str!("../../assets/preview.html");

/// What stands in the file for the nonce, and for the JSON.
const NONCE: &str = "__NONCE__";
const ORIGIN: &str = "\"__ORIGIN__\"";

/// 128 bits that nobody can guess, as text. `None` if the system gives none.
pub(super) fn random() -> Option<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

/// The page for this scene, and its policy. `None` if there are no random numbers.
pub(super) fn rendered(scene: &Scene) -> Option<(String, HeaderValue)> {
    let (nonce, origin) = (random()?, scene.origin());
    // A quote or an angle bracket could end the data. The origin has neither, and JSON would not mind.
    let allowed = serde_json::to_string(&origin).ok()?.replace('<', "\\u003c");
    let text = PAGE.replace(NONCE, &nonce).replace(ORIGIN, &allowed);
    let framed = origin.as_deref().unwrap_or("'none'");
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; frame-src {framed}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Some((text, HeaderValue::try_from(policy).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_allows_its_own_script_and_one_origin() {
        let scene = Scene { url: "https://a.dev/w?key=s3cret'\"</script>".to_owned(), ..Scene::default() };
        let (text, policy) = rendered(&scene).unwrap();
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("; frame-src https://a.dev; "), "{policy}");
        let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(nonce.len(), 32);
        // Each element that the browser runs or applies has the nonce, and the url is not in it.
        let elements = text.matches("<script").count() + text.matches("<style").count();
        assert_eq!(text.matches(&format!(" nonce=\"{nonce}\"")).count(), elements);
        assert!(!text.contains("s3cret") && !text.contains("__"), "{text}");
        assert!(text.contains(r#"{"origin":"https://a.dev"}"#));
        assert_ne!(rendered(&scene).unwrap().0, text, "a nonce is used once");
        let (text, policy) = rendered(&Scene::default()).unwrap();
        assert!(policy.to_str().unwrap().contains("; frame-src 'none'; "));
        assert!(text.contains(r#"{"origin":null}"#));
    }

    #[test]
    fn the_file_loads_nothing() {
        for word in [
            "http://",
            "https://",
            "src=",
            "href=\"/",
            "@import",
            "url(",
            "innerHTML",
            "eval(",
            " style=\"",
            " onclick",
        ] {
            assert!(!PAGE.contains(word), "{word}");
        }
    }
}
