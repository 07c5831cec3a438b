//! The preview from the key to the page: the loop that the program runs, and a browser made of bytes.

use super::loaded;
use crate::gate::{Gate, within};
use crate::preview::{Live, is_answered, port_and_path};
use crate::session::Session;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A session with the preview on, whose page is open in a browser.
async fn previewing(gate: &Gate) -> (Session, Live, (u16, String)) {
    let mut session = loaded(gate).await;
    // There is no browser to open, so the page about it says where it is.
    session.key("f6").until("There is no program here that opens a browser").await.until("http://localhost:").await;
    let address = session.app().preview.as_ref().unwrap().address.clone().unwrap().url;
    session.key("esc").read().await;
    let at = port_and_path(&address);
    let live = Live::open(at.0, &at.1, &[]).await;
    session.until("the dialer is loading").await;
    (session, live, at)
}

async fn post((port, path): &(u16, String), seen: &str) {
    let body = format!(r#"{{"page":1,"seen":[{seen}]}}"#);
    let mut stream = TcpStream::connect(("127.0.0.1", *port)).await.unwrap();
    let head = format!(
        "POST {path}seen HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

#[tokio::test]
async fn a_nudge_is_on_the_page_before_it_is_saved() {
    let gate = Gate::sandbox().await;
    let (mut session, mut live, _) = previewing(&gate).await;
    live.until(r#""size":[400,650]"#).await;
    session.focus("Width").await.key("right").read().await;
    live.until(r#""size":[401,650],"saved":[400,650]"#).await;
    session.key("ctrl-z").read().await;
    live.until(r#""size":[400,650],"saved":[400,650]"#).await;
    assert_eq!(gate.patches(), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_page_sees_is_one_line_and_a_page() {
    let gate = Gate::sandbox().await;
    let (mut session, mut live, at) = previewing(&gate).await;
    post(&at, r#"{"what":"loaded","blocked":false}"#).await;
    session.until("preview: loaded, waiting for SYNC_ACK").await;
    live.until("Loaded, waiting for SYNC_ACK").await;
    post(&at, r#"{"what":"synced","version":"0.9.7"}"#).await;
    post(&at, r#"{"what":"said","kind":"INITIALIZED","data":"{}","width":420,"height":650}"#).await;
    // A title has the words that one line has room for.
    session.until("preview: initialised, asks 420 × 650 (settings say 400 × 650) F6 more").await;
    // Hostile text is seen as what it is; the session looks at each cell.
    post(&at, r#"{"what":"said","kind":"\u001b[2J","data":"\u202eevil https://a.dev/?token=s3cret"}"#).await;
    post(&at, r#"{"what":"synced","version":"\u001b]52;c;eA==\u0007"}"#).await;
    session.keys("f6 end").until("␛[2J").await.says("⟨RLO⟩evil").says_not("s3cret").says("token=…");
    session.key("home").read().await.until("yes, by SDK ␛]52").await;
}

#[tokio::test]
async fn it_ends_from_its_page_and_with_the_editor() {
    let gate = Gate::sandbox().await;
    let (mut session, live, at) = previewing(&gate).await;
    session.keys("f6 delete").until("The preview has ended").await;
    assert!(within(live.ended()).await.unwrap().contains("event: bye"));
    session.key("f6").until("http://localhost:").await;
    let address = session.app().preview.as_ref().unwrap().address.clone().unwrap().url;
    let again = port_and_path(&address);
    assert_ne!(again.1, at.1, "an address is used once");
    let live = Live::open(again.0, &again.1, &[]).await;
    session.until("The dialer is loading").await;
    session.keys("esc ctrl-q").settled().await;
    assert!(!session.is_running());
    drop(session);
    assert!(live.ended().await.contains("event: bye"));
    assert!(!is_answered(again.0, &again.1).await);
}

#[tokio::test]
async fn a_url_with_the_credential_never_gets_on_the_page() {
    let gate = Gate::sandbox().await;
    let (mut session, live, _) = previewing(&gate).await;
    session.focus("URL").await.paste(&format!("https://a.dev/?x={}", crate::session::TOKEN)).read().await;
    session.keys("f6 delete").until("The preview has ended").await;
    let told = live.ended().await;
    assert!(!told.contains(crate::session::CANARY), "{told}");
}
