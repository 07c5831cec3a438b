//! The sentences about an OAuth login and its exchange for a token.

use crate::model::login::{Denial, Login, LoginPart};

/// Why there is no access token, and what to do about it. `says` are the words of the answer.
pub fn denied(denial: Denial, login: &Login, base_url: &str, says: Option<&str>) -> String {
    let from = |part: LoginPart| login.place(part).words();
    let why = match denial {
        Denial::ClientId => format!(
            "HubSpot knows no app with the client id of {}: compare it with the app's page",
            from(LoginPart::ClientId)
        ),
        Denial::ClientSecret => format!(
            "HubSpot does not take the client secret of {}: copy it again from the app's page, where it may have been \
             replaced",
            from(LoginPart::ClientSecret)
        ),
        Denial::Client => format!(
            "HubSpot does not take the client id of {} with the client secret of {}: copy both from the page of one app",
            from(LoginPart::ClientId),
            from(LoginPart::ClientSecret)
        ),
        Denial::RefreshToken => format!(
            "HubSpot does not take the refresh token of {} any more: it was revoked, the app was uninstalled, or the \
             text is another one. Log in again",
            from(LoginPart::RefreshToken)
        ),
        Denial::OtherApp => format!(
            "The refresh token of {} was given to another app than that of the client id of {}: both have to be one \
             app's",
            from(LoginPart::RefreshToken),
            from(LoginPart::ClientId)
        ),
        Denial::Redirect => {
            "The redirect URL is not one that the app lists, or not the one that the code was given for: compare them \
             letter by letter"
                .to_owned()
        }
        Denial::Code => "The code was used already, has expired or is not whole: log in again".to_owned(),
        Denial::Scope => "The app may not ask for these scopes: add them on the app's page".to_owned(),
        Denial::AccessKey => "HubSpot does not take the personal access key".to_owned(),
        Denial::Endpoint => return no_endpoint(base_url),
        Denial::Other(status) => format!("HubSpot gave no access token for the login (status {status})"),
    };
    match says {
        Some(says) => format!("{why}. HubSpot says: {}.", says.trim_end_matches('.')),
        None => format!("{why}."),
    }
}

/// There is nothing that gives tokens at this address.
pub fn no_endpoint(base_url: &str) -> String {
    format!("There is no token endpoint below {base_url}: look at the profile's base URL.")
}

/// The personal access key of the HubSpot CLI is not accepted. `says` are the words of the answer.
pub fn key_denied(source: &str, says: Option<&str>) -> String {
    let says = says.map_or(String::new(), |says| format!(" HubSpot says: {}.", says.trim_end_matches('.')));
    format!(
        "HubSpot does not take the personal access key of {source} any more: hs account auth makes a new one.{says}"
    )
}

/// The account of the HubSpot CLI is of another of HubSpot's systems than the profile's address.
pub fn other_system(source: &str, is_qa: bool) -> String {
    let (what, url) = if is_qa {
        ("of HubSpot's test system", "https://api.hubapiqa.com")
    } else {
        ("no one of HubSpot's test system", "https://api.hubapi.com")
    };
    format!("The account of {source} is {what}: it takes the base URL {url}.")
}

/// HubSpot gave another refresh token, and its source did not take it.
pub fn not_kept(source: &str, why: &str) -> String {
    let why = why.trim_end_matches('.');
    format!(
        "HubSpot gave another refresh token, which is not in {source}: {why}. This run goes on with it; the next one \
         may have to log in again."
    )
}

/// Another callset holds the lock for too long, as the end of a sentence.
pub const NO_TURN: &str = "another callset asks for a token and does not come to an end";

/// The scope that saving takes.
const WRITE: &str = "developers-write";

/// The scopes are known, and the one for saving is not among them.
pub fn lacks(scopes: &[String]) -> Option<String> {
    let lacks = !scopes.is_empty() && !scopes.iter().any(|scope| scope == WRITE);
    lacks.then(|| format!("This login has not the scope {WRITE}: HubSpot will refuse each save."))
}
