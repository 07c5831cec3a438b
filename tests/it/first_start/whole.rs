//! The loop of the first start with a server, files and a keyboard: what is typed, what is sent, what lies on the disk.

use crate::gate::{Fate, Gate, within};
use crate::hostile::whole;
use crate::session::{CANARY, Cells, Keyboard, PATIENT, TOKEN};
use callset::api::{Client, Endpoint, Error};
use callset::app::msg::{Code, Key};
use callset::app::wizard::{FirstStartEnd, Given, Purpose, Step, Test, Wizard};
use callset::model::ApiVersion;
use callset::model::profile::{Profile, Source};
use callset::runtime::Network;
use callset::runtime::wizard::{FirstStart, FirstStartTools};
use callset::secrets::full_name;
use callset::start::Reach;
use callset::store::config::config_file;
use callset::store::{state_dir, trust};
use callset::term::events::TerminalEvent;
use callset::term::input::Input;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::mpsc;

struct Started {
    first: FirstStart<Cells>,
    keyboard: Keyboard,
    hands: mpsc::UnboundedSender<Vec<TerminalEvent>>,
    outcome: Option<FirstStartEnd>,
    home: TempDir,
}

impl Started {
    fn new(base_url: &str) -> Self {
        let home = TempDir::new().unwrap();
        let path = home.path().to_owned();
        let var = move |name: &str| (name == "HOME").then(|| OsString::from(&path));
        let config = config_file(&var).unwrap();
        let template = Profile { base_url: base_url.to_owned(), ..Profile::new("", 0) };
        let given = Given { template, purpose: Purpose::First, config: config.path.clone() };
        let connect = |profile: &Profile, credential| {
            let endpoint = Endpoint::new(&profile.base_url, ApiVersion::V3, profile.app_id);
            Client::new(endpoint.map_err(|why| Error::Setup(why.to_string()))?, credential, PATIENT)
        };
        let state = state_dir(&var);
        let reach: Reach = Arc::new(|_| Err("nothing is set up yet".to_owned()));
        let (var, connect, network) = (Arc::new(var), Arc::new(connect), Network::here);
        let tools = FirstStartTools { config, state, var, connect, reach, network };
        let (wizard, effects) = Wizard::new(given);
        let first = FirstStart::start(wizard, effects, Cells::new(80, 24), tools).unwrap();
        let (hands, keys) = mpsc::unbounded_channel();
        Self { first, keyboard: Keyboard::new(keys), hands, outcome: None, home }
    }

    fn input(&mut self, input: Input) -> &mut Self {
        self.hands.send(vec![TerminalEvent::Input(input)]).unwrap();
        self
    }

    fn press(&mut self, code: Code) -> &mut Self {
        self.input(Input::Key(Key::plain(code)))
    }

    fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Input::Pasted { text: text.to_owned(), cut: false })
    }

    /// Until it is so, or it has ended.
    async fn until(&mut self, what: impl Fn(&Wizard) -> bool) -> &mut Self {
        while self.outcome.is_none() && (!self.keyboard.keys.is_empty() || !what(self.first.wizard())) {
            let turn = within(self.first.turn(&mut self.keyboard)).await;
            self.outcome = turn.unwrap_or_else(|| panic!("nothing happens any more:\n{}", self.first.screen().text()));
            assert!(!format!("{:?}", self.first.wizard()).contains(CANARY), "S2: the credential is in the state");
        }
        self
    }

    /// Answers everything up to the last step; the test call has ended.
    async fn answered(&mut self) -> &mut Self {
        self.paste("1234567").press(Code::Enter).paste("staging").press(Code::Enter).press(Code::Enter);
        self.paste(TOKEN).press(Code::Enter);
        self.until(|wizard| wizard.places.is_some()).await;
        self.press(Code::Enter).press(Code::Enter);
        self.until(|wizard| {
            let review = wizard.review.as_ref();
            review.is_some_and(|review| review.lines.is_some() && matches!(review.test, Test::Ended(..)))
        })
        .await
    }

    /// Until it is written, or told that it is not.
    async fn written(&mut self) -> &mut Self {
        self.press(Code::Enter);
        self.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.failed.is_some())).await
    }

    #[track_caller]
    fn says(&mut self, words: &str) -> &mut Self {
        let shown: Vec<String> = self.first.screen().text().split_whitespace().map(str::to_owned).collect();
        assert!(shown.join(" ").contains(words), "{words:?} is not on\n{}", self.first.screen().text());
        self
    }

    fn config(&self) -> PathBuf {
        self.home.path().join(".config/callset/config.toml")
    }

    fn file(&self) -> PathBuf {
        self.home.path().join(".config/callset/staging.token")
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn s2_it_is_tested_shown_and_only_then_written() {
    let gate = Gate::sandbox().await;
    let mut start = Started::new(gate.url());
    start.answered().await;
    start.says("It works").says("token_file =").says("mode 0600").says("nothing is written yet");
    assert_eq!(gate.credentials(), [format!("Bearer {TOKEN}")]);
    assert_eq!(fs::read_dir(start.home.path()).unwrap().count(), 0, "nothing before Enter");
    start.written().await;
    let Some(FirstStartEnd::Written(profile)) = start.outcome.clone() else { panic!("{:?}", start.outcome) };
    let (config, file) = (start.config(), start.file());
    assert_eq!((profile.app_id, &profile.sources), (1_234_567, &vec![Source::File(file.clone())]));
    let read = callset::store::config::parse(&fs::read(&config).unwrap(), &config, None);
    assert_eq!((read.config.profiles, read.complaints), (vec![*profile.clone()], vec![]));
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{TOKEN}\n"));
    assert_eq!((mode(&config), mode(&file), mode(config.parent().unwrap())), (0o600, 0o600, 0o700));
    assert!(!fs::read_to_string(&config).unwrap().contains(CANARY));
    let state = start.home.path().join(".local/state/callset");
    let source = full_name(&profile.sources[0]);
    assert!(trust::approved(&state, &source, &profile.host().unwrap()), "what is kept for a host may go there");
    let (_, credential, _) = start.first.end();
    assert!(credential.is_none(), "it is read from where it is kept");
}

#[tokio::test]
async fn h1_n9_what_is_refused_is_told_and_may_be_kept_all_the_same() {
    let gate = Gate::sandbox().await;
    let refused = whole("401 Unauthorized", r#"{"message":"expired","category":"EXPIRED_AUTHENTICATION"}"#);
    gate.next([Fate::refused(refused), Fate::reset(false)]);
    let mut start = Started::new(gate.url());
    start.answered().await.says("HubSpot answered 401").says("The token has expired").says("Enter keep it");
    start.input(Input::Key(Key::ctrl('r')));
    start
        .until(
            |wizard| matches!(&wizard.review, Some(review) if review.test != Test::Running(std::time::Duration::ZERO)),
        )
        .await;
    start.until(|wizard| matches!(&wizard.review, Some(review) if matches!(review.test, Test::Ended(..)))).await;
    start.says("broke").written().await;
    assert!(matches!(start.outcome, Some(FirstStartEnd::Written(_))));
}

#[tokio::test]
async fn h3_an_app_without_settings_is_no_failure() {
    let gate = Gate::sandbox().await;
    gate.delete().await;
    let mut start = Started::new(gate.url());
    start.answered().await.says("It works: app 1234567 has no settings yet");
}

#[tokio::test]
async fn a_disk_that_says_no_is_told_and_the_next_attempt_goes_on() {
    let gate = Gate::sandbox().await;
    let mut start = Started::new(gate.url());
    start.answered().await;
    // A file where the folder should be.
    let folder = start.config().parent().unwrap().to_owned();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "").unwrap();
    start.written().await.says("It is not written").says("Enter try again");
    assert_eq!(start.outcome, None);
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    // Another callset is at the configuration, and does not come to an end.
    let lock = fs::File::open(&folder).unwrap();
    lock.lock().unwrap();
    start.written().await.says("the credential was kept already");
    assert!(start.file().exists() && !start.config().exists());
    // Its own file is in nobody's way.
    start.press(Code::Esc).press(Code::Esc).until(|wizard| wizard.places.is_some()).await;
    start.press(Code::Enter).press(Code::Enter);
    start.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.lines.is_some())).await;
    lock.unlock().unwrap();
    start.written().await;
    assert!(matches!(start.outcome, Some(FirstStartEnd::Written(_))));
    assert_eq!(fs::read_to_string(start.file()).unwrap(), format!("{TOKEN}\n"));
}

#[tokio::test]
async fn f2_a_profile_that_appears_meanwhile_stays() {
    let gate = Gate::sandbox().await;
    let mut start = Started::new(gate.url());
    start.answered().await;
    let config = start.config();
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let theirs = "[profiles.staging]\napp_id = 7\n";
    fs::write(&config, theirs).unwrap();
    start.written().await.says("there is a profile staging already");
    assert_eq!((fs::read_to_string(&config).unwrap().as_str(), start.file().exists()), (theirs, false));
    // Back to the name: everything else is still there.
    for _ in 0..5 {
        start.press(Code::Esc);
    }
    start.paste("2").press(Code::Enter).press(Code::Enter).press(Code::Enter);
    start.until(|wizard| wizard.step == Step::Keep && wizard.places.is_some()).await;
    start.press(Code::Enter).press(Code::Enter);
    start.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.lines.is_some())).await;
    start.written().await;
    assert!(matches!(&start.outcome, Some(FirstStartEnd::Written(profile)) if profile.name == "staging2"));
    assert!(fs::read_to_string(&config).unwrap().starts_with(theirs));
}

#[tokio::test]
async fn a_file_that_is_there_is_not_touched() {
    let gate = Gate::sandbox().await;
    let mut start = Started::new(gate.url());
    let file = start.file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "another").unwrap();
    start.paste("1234567").press(Code::Enter).paste("staging").press(Code::Enter).press(Code::Enter);
    start.paste(TOKEN).press(Code::Enter);
    start.until(|wizard| wizard.places.is_some()).await;
    start.press(Code::Enter).until(|wizard| wizard.wrong.is_some()).await;
    start.says("There is a file").says("↑↓ choose another");
    assert_eq!(fs::read_to_string(&file).unwrap(), "another");
    // In no place it is only for this run.
    start.press(Code::Left).press(Code::Enter).press(Code::Enter);
    start.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.lines.is_some())).await;
    start.says("export HUBSPOT_ACCESS_TOKEN=…").written().await;
    assert!(matches!(start.outcome, Some(FirstStartEnd::Written(_))));
    let (_, credential, _) = start.first.end();
    assert_eq!(credential.unwrap().hint(), "••••••••c41f");
    assert_eq!(fs::read_to_string(&file).unwrap(), "another");
}

#[tokio::test]
async fn u2_ten_megabytes_are_no_credential_and_no_name() {
    let mut start = Started::new("http://127.0.0.1:1");
    start.paste(&"7".repeat(10_000_000)).press(Code::Enter).until(|wizard| wizard.wrong.is_some()).await;
    start
        .input(Input::Key(Key::ctrl('u')))
        .paste("1")
        .press(Code::Enter)
        .paste("a")
        .press(Code::Enter)
        .press(Code::Enter);
    start.paste(&"x".repeat(10_000_000)).until(|wizard| wizard.wrong.is_some()).await;
    start.says("longer than any credential");
    start.paste(TOKEN).until(|wizard| wizard.characters == TOKEN.len()).await;
    start.press(Code::Backspace).until(|wizard| wizard.characters == TOKEN.len() - 1).await;
    start.input(Input::Key(Key::ctrl('q'))).until(|_| false).await;
    assert_eq!(start.outcome, Some(FirstStartEnd::Left(0)));
    assert_eq!(fs::read_dir(start.home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_enter_that_is_held_down_writes_nothing() {
    let gate = Gate::sandbox().await;
    let mut started = Started::new(gate.url());
    started.answered().await;
    // It is opened again, by the first of three; the others came too soon to have read it.
    started.press(Code::Esc);
    started.until(|wizard| wizard.review.is_none()).await;
    started.keyboard.pace = std::time::Duration::from_millis(33);
    started.press(Code::Enter);
    started.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.lines.is_some())).await;
    started.press(Code::Enter).press(Code::Enter);
    started.until(|_| true).await;
    assert!(started.first.wizard().review.as_ref().is_some_and(|review| !review.writing) && started.outcome.is_none());
    started.keyboard.pace = std::time::Duration::from_millis(200);
    started.press(Code::Enter);
    started.until(|wizard| wizard.review.as_ref().is_some_and(|review| review.failed.is_some())).await;
    assert!(started.outcome.is_some(), "{:?}", started.first.wizard());
}
