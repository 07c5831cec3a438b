//! Asks for an account's consent in a browser: the authorize page, what comes back from it, and the first exchange.
//!
//! ```text
//!   authorize page ── state, challenge ──> browser ── redirect URL ?code=…&state=… ──> code
//!                                                                                        │ verifier
//!   access token, refresh token <── /oauth/VERSION/token <───────────────────────────────┘
//! ```
//!
//! State and verifier are new for each login. The browser gets the state and the hash of the verifier only, so that
//! what it shows and keeps is of no use to anybody else (RFC 7636).

use super::oauth::{self, ExchangeError, Tokens};
use super::{Credential, Endpoint, Timeouts};
use crate::model::address::is_loopback;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::ExposeSecret;
use std::fmt;
use url::{Url, form_urlencoded};

/// The authorize page of `HubSpot`.
const AUTHORIZE: &str = "https://app.hubspot.com/oauth/authorize";

/// How many random bytes state and verifier have.
const RANDOM: usize = 32;

/// The longest error that is repeated, in characters.
const WORDS_LIMIT: usize = 100;

/// A login in the browser that waits for consent.
pub struct BrowserLogin {
    /// Where the browser is sent with the code. The app has to list it, letter by letter.
    pub redirect: Url,
    client_id: String,
    scopes: String,
    state: String,
    verifier: Credential,
}

impl fmt::Debug for BrowserLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserLogin").field("redirect", &self.redirect.as_str()).finish_non_exhaustive()
    }
}

/// Why what came back is no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCode {
    /// It does not belong to this login: its state is another one, or is missing.
    Another,
    /// The user refused it, or HubSpot did, with this error.
    Refused(String),
    /// It holds neither a code nor an error.
    Nothing,
}

impl BrowserLogin {
    /// A new login, with these scopes separated by spaces.
    ///
    /// # Errors
    ///
    /// The redirect URL cannot be one, or the system has no random numbers; as a sentence without a full stop.
    pub fn new(client_id: &Credential, redirect: &str, scopes: &str) -> Result<Self, String> {
        let redirect = redirect_url(redirect)?;
        let random = || {
            let mut bytes = [0; RANDOM];
            let filled = SystemRandom::new().fill(&mut bytes);
            filled.map(|()| URL_SAFE_NO_PAD.encode(bytes)).map_err(|_| "The system has no random numbers".to_owned())
        };
        let (verifier, _) = Credential::bearer(&random()?).map_err(|why| why.to_string())?;
        Ok(Self {
            redirect,
            client_id: client_id.expose_secret().to_owned(),
            scopes: scopes.to_owned(),
            state: random()?,
            verifier,
        })
    }

    /// The address that the user opens. Holds no secret.
    pub fn url(&self, endpoint: &Endpoint) -> Url {
        // A proxy of the API shows no pages. What runs on this machine is the sandbox, which has one.
        let page = Url::parse(AUTHORIZE).ok().filter(|_| !is_loopback(&endpoint.base_url));
        let mut url = page.unwrap_or_else(|| oauth::below(&endpoint.base_url, "/oauth/authorize"));
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.expose_secret().as_bytes()));
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", self.redirect.as_str())
            .append_pair("scope", &self.scopes)
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// The code in the query of the redirect URL.
    ///
    /// # Errors
    ///
    /// [`NoCode`].
    pub fn code_in(&self, query: &str) -> Result<Credential, NoCode> {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let (code, error) = (value("code"), value("error"));
        if code.is_none() && error.is_none() {
            return Err(NoCode::Nothing);
        }
        if value("state").as_deref() != Some(self.state.as_str()) {
            return Err(NoCode::Another);
        }
        if let Some(error) = error {
            return Err(NoCode::Refused(error.chars().take(WORDS_LIMIT).collect()));
        }
        Credential::bearer(&code.unwrap_or_default()).map(|(code, _)| code).map_err(|_| NoCode::Nothing)
    }

    /// The code in a text that the user pasted: the whole address that the browser came to, or the code alone.
    ///
    /// # Errors
    ///
    /// [`NoCode`].
    pub fn code_of(&self, pasted: &str) -> Result<Credential, NoCode> {
        let pasted = pasted.trim();
        if let Some((_, query)) = pasted.split_once('?') {
            return self.code_in(query.split('#').next().unwrap_or_default());
        }
        if pasted.contains("code=") || pasted.contains("error=") {
            return self.code_in(pasted);
        }
        if pasted.contains("://") {
            return Err(NoCode::Nothing);
        }
        Credential::bearer(pasted).map(|(code, _)| code).map_err(|_| NoCode::Nothing)
    }

    /// Exchanges the code for tokens. Waits for the answer, so it belongs on a thread of its own.
    ///
    /// # Errors
    ///
    /// [`ExchangeError`], without any part of a secret.
    pub fn exchange(
        &self,
        endpoint: &Endpoint,
        client_secret: &Credential,
        code: &Credential,
        timeouts: Timeouts,
    ) -> Result<Tokens, ExchangeError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", client_secret.expose_secret()),
            ("redirect_uri", self.redirect.as_str()),
            ("code", code.expose_secret()),
            ("code_verifier", self.verifier.expose_secret()),
        ];
        let shield = code.clone().after(&client_secret.clone().after(&self.verifier));
        oauth::asked(endpoint, &form, &shield, None, timeouts)
    }
}

/// Can this be a redirect URL? `HubSpot` takes https, and http on this machine.
fn redirect_url(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|_| "The redirect URL is no address: it looks like http://localhost:3000/path")?;
    let is_fine = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    if is_fine && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() {
        Ok(url)
    } else {
        Err("The redirect URL is https, or http://localhost, and has no query".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ApiVersion;

    const REDIRECT: &str = "http://localhost:3000/oauth-callback";

    fn consent() -> BrowserLogin {
        BrowserLogin::new(&Credential::bearer("id").unwrap().0, REDIRECT, "developers-read developers-write").unwrap()
    }

    fn query(url: &Url, name: &str) -> String {
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    }

    #[test]
    fn the_browser_gets_the_state_and_the_hash_of_the_verifier_alone() {
        let endpoint = |base: &str| Endpoint::new(base, ApiVersion::V3, 7).unwrap();
        let (one, other) = (consent(), consent());
        let url = one.url(&endpoint("https://api.hubapi.com"));
        assert!(
            url.as_str().starts_with(
                "https://app.hubspot.com/oauth/authorize?client_id=id&redirect_uri=http%3A%2F%2Flocalhost"
            )
        );
        assert_eq!(query(&url, "scope"), "developers-read developers-write");
        assert!(!url.as_str().contains(one.verifier.expose_secret()));
        let hash = digest(&SHA256, one.verifier.expose_secret().as_bytes());
        assert_eq!(query(&url, "code_challenge"), URL_SAFE_NO_PAD.encode(hash));
        assert_eq!(one.verifier.expose_secret().len(), 43);
        assert_ne!(one.state, other.state);
        assert_ne!(one.verifier.expose_secret(), other.verifier.expose_secret());
        assert!(!format!("{one:?}").contains(one.state.as_str()));
        let here = one.url(&endpoint("http://127.0.0.1:9/x"));
        assert!(here.as_str().starts_with("http://127.0.0.1:9/x/oauth/authorize?"), "{here}");
        assert!(one.url(&endpoint("https://proxy.acme.dev")).as_str().starts_with(AUTHORIZE));
    }

    #[test]
    fn a_code_belongs_to_the_login_that_asked_for_it() {
        let consent = consent();
        let state = &consent.state;
        let code = |text: &str| consent.code_of(text).map(|code| code.expose_secret().to_owned());
        let fine = Ok("na1-c0de".to_owned());
        for pasted in [
            format!("{REDIRECT}?code=na1-c0de&state={state}"),
            format!("  {REDIRECT}?state={state}&code=na1%2Dc0de#top\n"),
            format!("code=na1-c0de&state={state}"),
            "na1-c0de".to_owned(),
            " \"na1-c0de\" ".to_owned(),
        ] {
            assert_eq!(code(&pasted), fine, "{pasted}");
        }
        for pasted in
            ["http://localhost/?code=x", "code=x", "http://localhost/?code=x&state=", "?code=x&state=y", "?error=x"]
        {
            assert_eq!(code(pasted), Err(NoCode::Another), "{pasted}");
        }
        let refused = format!("?error=access_denied&state={state}");
        assert_eq!(code(&refused), Err(NoCode::Refused("access_denied".to_owned())));
        for pasted in [
            "",
            " ",
            "http://localhost:3000/oauth-callback",
            "http://localhost:3000/?x=y",
            "two words",
            &format!("?code=&state={state}"),
        ] {
            assert_eq!(code(pasted), Err(NoCode::Nothing), "{pasted}");
        }
    }

    #[test]
    fn a_redirect_url_is_https_or_on_this_machine() {
        for url in [REDIRECT, "https://acme.dev/callback", "http://127.0.0.1:8080"] {
            assert!(redirect_url(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "localhost:3000",
            "http://acme.dev/",
            "ftp://localhost/",
            "http://localhost/?a=b",
            "http://me@localhost/#x",
        ] {
            assert!(redirect_url(url).is_err(), "{url}");
        }
    }
}
