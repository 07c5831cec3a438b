//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::api::{Client, Credential, Endpoint, Timeouts, wire};
use callset::app::effect::Exit;
use callset::app::{App, Target};
use callset::cli::profile::{self, Places};
use callset::cli::{Cli, Command, Editor, SandboxOptions, Surroundings};
use callset::model::Resource;
use callset::runtime::{Connect, Runtime, World, disk::Shelf, tty::Tty};
use callset::sandbox::{self, Sandbox};
use callset::store::{self, Place};
use callset::term::{self, events::Events};
use callset::ui::text::visible;
use callset::ui::theme::Theme;
use clap::Parser;
use jiff::Timestamp;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// What the demo sends for a token; the sandbox takes any.
const DEMO_TOKEN: &str = "demo-token-of-the-sandbox";

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are ours and go to stdout; what is wrong repeats what was given, which may hold anything.
        Err(answer) if !answer.use_stderr() => return print(&answer),
        Err(error) => {
            say(&error.render().to_string());
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("cannot start: {error}")),
    };
    let code = match &cli.command {
        Some(Command::Sandbox(options)) => runtime.block_on(run_sandbox(options)),
        Some(Command::Profile(action)) => profiles(action),
        None => runtime.block_on(edit(&cli.editor)),
    };
    // A thread still reading certificates must not hold up the end.
    runtime.shutdown_background();
    code
}

/// Prints help or version. A reader that has gone is no failure.
fn print(answer: &clap::Error) -> ExitCode {
    let _ = answer.print();
    ExitCode::SUCCESS
}

/// One sentence on stderr, exit code 2: nothing was started.
fn refuse(why: &str) -> ExitCode {
    say(&format!("callset: {why}"));
    ExitCode::from(2)
}

fn say(words: &str) {
    let lines: Vec<String> = words.lines().map(visible).collect();
    term::say(&lines.join("\n"));
}

/// The commands about profiles: no screen, no network.
fn profiles(action: &profile::Action) -> ExitCode {
    let var = |name: &str| std::env::var_os(name);
    let places = Places { file: store::config::config_file(var), state: store::state_dir(var) };
    let outcome = profile::run(action, &places, profile::secret, |_| {
        Err("credentials can not be kept in a file or the keyring yet: use --env or --command".to_owned())
    });
    for line in &outcome.printed {
        // A reader that has gone is no failure.
        let _ = writeln!(io::stdout(), "{}", visible(line));
    }
    outcome.said.iter().for_each(|line| say(line));
    ExitCode::from(outcome.code)
}

async fn run_sandbox(options: &SandboxOptions) -> ExitCode {
    let mut setup = sandbox::Options::new(Timestamp::now);
    setup.port = options.port;
    setup.latency = options.latency;
    setup.failures.clone_from(&options.fail);
    setup.accepts = options.accepts;
    let mut sandbox = match Sandbox::bind(setup).await {
        Ok(sandbox) => sandbox,
        Err(error) => return refuse(&format!("cannot listen on 127.0.0.1 port {}: {error}", options.port)),
    };
    sandbox.seed_demo(options.app_id);
    if writeln!(io::stdout(), "{}", sandbox.base_url()).and_then(|()| io::stdout().flush()).is_err() {
        return ExitCode::FAILURE;
    }
    match sandbox.serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("callset: the sandbox stopped: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn edit(options: &Editor) -> ExitCode {
    let token = std::env::var("HUBSPOT_ACCESS_TOKEN").ok().filter(|token| !token.trim().is_empty());
    let (app_id, token) = match (options.app(), token) {
        (Some(app_id), _) if options.demo => (app_id, DEMO_TOKEN.to_owned()),
        (Some(app_id), Some(token)) => (app_id, token),
        (None, Some(_)) => return refuse("give the app's id with --app or HUBSPOT_APP_ID; --demo needs neither"),
        (Some(_), None) => {
            return refuse("set HUBSPOT_ACCESS_TOKEN to an OAuth access token of the app's account; --demo needs none");
        }
        (None, None) => {
            return refuse(
                "give the app's id with --app or HUBSPOT_APP_ID and an access token in HUBSPOT_ACCESS_TOKEN; --demo needs \
                 neither",
            );
        }
    };
    let credential = match Credential::bearer(&token) {
        Ok((credential, _)) => credential,
        Err(error) => return refuse(&format!("HUBSPOT_ACCESS_TOKEN can not be used: {error}")),
    };
    if let Some(missing) = term::missing() {
        return refuse(&format!("{missing}; the editor needs one"));
    }
    let base_url = if options.demo {
        match demo(app_id).await {
            Ok(base_url) => base_url,
            Err(error) => return refuse(&format!("cannot start the sandbox: {error}")),
        }
    } else {
        options.base_url.clone()
    };
    let endpoint = match Endpoint::new(&base_url, options.api_version, app_id) {
        Ok(endpoint) => endpoint,
        Err(error) => return refuse(&format!("--base-url can not be used: {error}")),
    };
    let target = target(&endpoint, &credential, options);
    // The sandbox has another port each time, and its draft still is its own.
    let host = if options.demo { "demo".to_owned() } else { target.host.clone() };
    let dir = store::state_dir(|name| std::env::var_os(name));
    let shelf = Shelf { dir, place: Place { host, app_id } };
    let connect: Connect = Arc::new(move |credential| Client::new(endpoint.clone(), credential, Timeouts::default()));
    match run(target, theme(options), World { connect, credential, shelf }).await {
        Ok(exit) => {
            if let Some(farewell) = &exit.farewell {
                say(farewell);
            }
            ExitCode::from(exit.code)
        }
        Err(error) => {
            say(&format!("callset: the terminal can not be used: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Starts the sandbox beside us.
async fn demo(app_id: i32) -> io::Result<String> {
    let mut sandbox = Sandbox::bind(sandbox::Options::new(Timestamp::now)).await?;
    sandbox.seed_demo(app_id);
    let base_url = sandbox.base_url();
    tokio::spawn(sandbox.serve());
    Ok(base_url)
}

fn theme(options: &Editor) -> Theme {
    let surroundings = Surroundings::new(|name| std::env::var_os(name));
    Theme { colour: surroundings.colour(options.color), ascii: options.ascii || surroundings.ascii() }
}

fn target(endpoint: &Endpoint, credential: &Credential, options: &Editor) -> Target {
    let host = endpoint.base_url.host_str().unwrap_or_default();
    Target {
        app_id: endpoint.app_id,
        host: endpoint.base_url.port().map_or(host.to_owned(), |port| format!("{host}:{port}")),
        base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
        paths: Resource::ALL.map(|resource| (resource, wire::path(endpoint.version, endpoint.app_id, resource))).into(),
        credential_hint: credential.hint(),
        sandbox: options.demo,
        watch: options.watch,
        seed: u64::from(std::process::id()),
    }
}

/// Runs the editor; the terminal is the shell's again when this returns.
async fn run(target: Target, theme: Theme, world: World) -> io::Result<Exit> {
    let mut events = Events::new()?;
    let screen = Tty::new(theme)?;
    let (app, effects) = App::new(target);
    let mut runtime = Runtime::start(app, effects, screen, world)?;
    Ok(runtime.run(&mut events).await)
}
