//! The examples at the start of each `--help`.

pub(super) const CALLSET: &str = "\
Examples:
  callset                                   the editor, on the default profile
  callset --demo                            the editor, on an app that is made up
  callset get width -o value                one value
  callset set isReady=true                  save it
  callset get -o toml > app.toml            all of it as a file, which callset apply takes
";

pub(super) const GET: &str = "\
Examples:
  callset get                               all fields
  callset get width -o value                the bare value
  callset get --json | jq .settings.url     for programs
  callset get -o toml > app.toml            a file that callset apply takes
  callset get url -o env                    CALLSET_URL=…, for a shell
";

pub(super) const SET: &str = "\
Examples:
  callset set width=420 isReady=on          what differs is sent, in one PATCH
  callset set url=- < url.txt               the value from standard input; @file reads a file
  callset set width=420 --dry-run           what would be sent
  callset set isReady=true --if isReady=false
  callset set -p live isReady=true --confirm 7654321
";

pub(super) const DIFF: &str = "\
Examples:
  callset diff app.toml                     what callset apply would change
  callset diff app.toml --exit-code         3 if it would change something
  callset diff --with live                  another profile against this one
";

pub(super) const APPLY: &str = "\
Examples:
  callset apply app.toml                    make it so; what is absent is not touched
  callset apply app.toml --dry-run --exit-code
  callset apply - < app.json                JSON, if it begins with {
  callset apply app.toml --create           set up what is not there, with every field
";

pub(super) const EDIT: &str = "\
Examples:
  callset edit                              $VISUAL, $EDITOR, else editor, vi or nano
  callset edit --editor=nano                another one
  callset edit --dry-run                    what would be sent

Errors are told in the file, above their lines, and it is opened again. Left as
it is, or emptied, it changes nothing. If something goes wrong, the file stays,
and is named.
";

pub(super) const CREATE: &str = "\
Examples:
  callset create app.toml                   set up what the file says, with every field
  callset create                            the settings, with the values that the editor begins with
  callset create --dry-run                  what would be sent
";

pub(super) const DELETE: &str = "\
Examples:
  callset delete channel-connection --confirm 1234567
  callset delete settings --dry-run         what would be gone
  callset history restore 1                 set it up again with its last values
";

pub(super) const WATCH: &str = "\
Examples:
  callset watch                             {\"at\":…,\"resource\":\"settings\",\"changed\":{\"width\":[400,380]},…}
  callset watch --every 1s | jq -c .changed
";

pub(super) const FOLLOW: &str = "\
Examples:
  callset -p dev follow                     beside `ngrok http 3000`, in a Procfile
  callset follow --tunnel cloudflared --path /widget
  callset follow --json                     a JSON line for each change
";

pub(super) const SETTLE: &str = "\
Examples:
  callset settle                            after an exit with 7: was it saved?
  callset settle --json
";

pub(super) const HISTORY: &str = "\
Examples:
  callset history                           the saves, 1 is the newest
  callset history show 1
  callset history restore 1                 save the values that it has replaced

The table masks what may be secret in URLs. The other formats hold the values as
they are, so that they can be applied.
";

pub(super) const DRAFT: &str = "\
Examples:
  callset draft                             what editors left unsaved
  callset draft show run-…
  callset draft discard run-…               into the trash, for 30 days
";

pub(super) const CURL: &str = "\
Examples:
  callset curl width=420                    the PATCH for a shell; the token stays a variable
  callset curl                              the GET
";

pub(super) const OVERRIDE: &str = "\
Examples:
  callset override url=https://localhost:3000    the name is as on the server
  callset override --remove                      takes it out again
";

pub(super) const PREVIEW: &str = "\
Examples:
  callset preview                           opens the page in a browser; prints its address, then each step
  callset -p dev preview --no-open
  callset preview --json                    a JSON line for each step
";

pub(super) const PROFILE: &str = "\
Examples:
  pass show hubspot | callset profile add dev --app 1234567 --keyring
  callset profile add ci --app 1234567 --env CI_HUBSPOT_TOKEN
  callset profile list
  callset profile edit dev --production true
  callset profile test dev
";

pub(super) const SANDBOX: &str = "\
Examples:
  callset sandbox --port 8080               prints http://127.0.0.1:8080
  callset sandbox --latency 2s --fail 503:0.2
  callset sandbox --token-life 30s --rotate    tokens for a login that end soon
  HUBSPOT_ACCESS_TOKEN=any-token-will-do callset get --app 1234567 --base-url http://127.0.0.1:8080
";

pub(super) const COMPLETIONS: &str = "\
Examples:
  callset completions bash > ~/.local/share/bash-completion/completions/callset
  callset completions zsh > ~/.zfunc/_callset
  callset completions fish > ~/.config/fish/completions/callset.fish
";

pub(super) const MAN: &str = "\
Examples:
  callset man | man -l -
  callset man ~/.local/share/man/man1       one page a command
";

pub(super) const SCHEMA: &str = "\
Examples:
  callset schema apply > callset-apply.schema.json
  callset schema output
";

pub(super) const CHECK: &str = "\
Examples:
  callset check https://dialer.acme.dev/widget
  callset check                             the URLs of the default profile
  callset check -p live --json | jq -r '.findings[0].text'
";

pub(super) const DOCTOR: &str = "\
Examples:
  callset doctor                            all of it, for the default profile
  callset doctor -p live --json
  callset doctor --offline                  without the network
";

pub(super) const AUTH: &str = "\
Examples:
  callset auth status -p live               where the credential comes from, never its value
  callset auth login live                   in a browser, for tokens that are renewed
  pass show hubspot | callset auth set live
  callset auth forget live                  remove it from the keyring
";

pub(super) const HELP: &str = "\
Examples:
  callset help set                          a command, with examples
  callset help exit-codes                   what exit codes say
  callset help files                        where what is kept, and the file that apply takes
";
