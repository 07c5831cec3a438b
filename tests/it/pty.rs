//! A terminal for the real program: a pty, a screen made of what comes out of it, and ways to wait.
//!
//! ```text
//!   test ── send, resize, kill ──> pty ──> program
//!     ^                             │
//!     └── wait_for <── screen <── channel <── a thread that reads, a thread that waits for the end
//! ```
//!
//! Nothing here waits for time. A test says what has to become true on the screen and blocks until bytes made it true;
//! the deadline is only there so that a test that cannot go on fails and shows the screen it had. One exception: what comes
//! at once is a paste, so keys are pressed a moment after what one saw or pressed last.

use portable_pty::{CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Action, tcflow};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use vt100::{CursorStyle, MouseProtocolEncoding, MouseProtocolMode, Screen};

/// The program under test.
pub(crate) const CALLSET: &str = env!("CARGO_BIN_EXE_callset");

/// How long anything may take before a test has failed. Far more than it ever takes, also on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// Keys that are pressed are so far apart.
const PACE: Duration = Duration::from_millis(30);

/// Someone who has seen something presses a key so much later.
const SIGHT: Duration = Duration::from_millis(150);

/// A program to be started in a terminal of its own, with nothing of the environment of whoever runs the tests.
pub(crate) struct Setup {
    command: CommandBuilder,
    home: Arc<TempDir>,
    columns: u16,
    rows: u16,
    ahead: &'static str,
    answers: bool,
}

impl Setup {
    /// callset with these arguments.
    pub(crate) fn callset(args: &[&str]) -> Self {
        Self::program(CALLSET, args)
    }

    /// Any program, in 80 columns and 24 rows. `$CALLSET` is the path of callset, for shells.
    pub(crate) fn program(program: impl AsRef<Path>, args: &[&str]) -> Self {
        Self::in_home(Arc::new(TempDir::new().unwrap()), program, args)
    }

    /// The program's home, before it starts.
    pub(crate) fn folder(&self) -> Arc<TempDir> {
        Arc::clone(&self.home)
    }

    /// callset with these arguments, in the home of an earlier program.
    pub(crate) fn again(home: Arc<TempDir>, args: &[&str]) -> Self {
        Self::in_home(home, CALLSET, args)
    }

    /// The same in the home of an earlier program.
    pub(crate) fn in_home(home: Arc<TempDir>, program: impl AsRef<Path>, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(program.as_ref());
        command.args(args);
        command.env_clear();
        command.cwd(home.path());
        let home_of = |name: &str| home.path().join(name);
        for (name, path) in [
            ("HOME", home.path().to_owned()),
            ("TMPDIR", home.path().to_owned()),
            ("XDG_CONFIG_HOME", home_of("config")),
            ("XDG_STATE_HOME", home_of("state")),
            ("XDG_DATA_HOME", home_of("data")),
            ("XDG_CACHE_HOME", home_of("cache")),
            ("XDG_RUNTIME_DIR", home_of("run")),
        ] {
            command.env(name, path);
        }
        let fixed =
            [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC")];
        for (name, value) in fixed.into_iter().chain([("RUST_BACKTRACE", "0"), ("CALLSET", CALLSET)]) {
            command.env(name, value);
        }
        Self { command, home, columns: 80, rows: 24, ahead: "", answers: true }
    }

    /// With this variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without this variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// In a terminal of this size; 0 is taken as well.
    pub(crate) fn sized(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// In a terminal that answers nothing by itself.
    pub(crate) fn silent(mut self) -> Self {
        self.answers = false;
        self
    }

    /// With these keys typed before it starts.
    pub(crate) fn typed_ahead(mut self, keys: &'static str) -> Self {
        self.ahead = keys;
        self
    }

    /// Starts it.
    pub(crate) fn start(self) -> Pty {
        let pair = native_pty_system().openpty(size(self.columns, self.rows)).unwrap();
        let before = termios(&*pair.master);
        let mut writer = pair.master.take_writer().unwrap();
        writer.write_all(self.ahead.as_bytes()).unwrap();
        let mut child = pair.slave.spawn_command(self.command).unwrap();
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
        let (sender, happenings) = channel();
        let closing = Arc::new(AtomicBool::new(false));
        let reads = Arc::new(AtomicBool::new(true));
        let reader = pair.master.try_clone_reader().unwrap();
        let reader = thread::spawn({
            let (sender, closing, reads) = (sender.clone(), Arc::clone(&closing), Arc::clone(&reads));
            move || read(reader, &sender, &closing, &reads)
        });
        let reader = reader.thread().clone();
        thread::spawn(move || {
            let status = child.wait().unwrap();
            let end = status.signal().map_or(End::Code(status.exit_code()), |signal| End::Signal(signal.to_owned()));
            // Nobody listens after a test has failed.
            let _ = sender.send(Happening::Ended(end));
        });
        let parser = vt100::Parser::new_with_callbacks(cells(self.rows), cells(self.columns), 0, Modes::default());
        Pty {
            writer: Some(writer),
            master: Some(pair.master),
            slave: Some(pair.slave),
            happenings,
            closing,
            reads,
            reader,
            parser,
            raw: Vec::new(),
            answers: self.answers,
            size: (self.columns, self.rows),
            last: Instant::now(),
            pace: SIGHT,
            pid,
            closed: false,
            end: None,
            before,
            after: None,
            home: self.home,
        }
    }
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Code(u32),
    Signal(String),
}

enum Happening {
    Wrote(Vec<u8>),
    Closed,
    Ended(End),
}

/// The private modes that the screen has no name for, among them focus reports (1004) and synchronized output (2026).
#[derive(Default)]
struct Modes {
    on: BTreeSet<u16>,
    /// Was the kind of terminal asked for?
    is_asked: bool,
}

impl vt100::Callbacks for Modes {
    fn unhandled_csi(&mut self, _: &mut Screen, i1: Option<u8>, _: Option<u8>, params: &[&[u16]], end: char) {
        self.is_asked |= i1.is_none() && end == 'c';
        for &mode in params.iter().filter(|_| i1 == Some(b'?')).filter_map(|param| param.first()) {
            match end {
                // Lines that wrap are as it was.
                'h' if mode != 7 => _ = self.on.insert(mode),
                'l' => _ = self.on.remove(&mode),
                _ => {}
            }
        }
    }
}

/// A program in a terminal.
pub(crate) struct Pty {
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    /// Kept open so that the modes of the line can still be read when the program has gone.
    slave: Option<Box<dyn SlavePty + Send>>,
    happenings: Receiver<Happening>,
    closing: Arc<AtomicBool>,
    /// Does the terminal read? And who does.
    reads: Arc<AtomicBool>,
    reader: Thread,
    parser: vt100::Parser<Modes>,
    raw: Vec<u8>,
    /// Does the terminal answer questions?
    answers: bool,
    size: (u16, u16),
    /// When something was pressed or seen.
    last: Instant,
    /// How much later the next key is pressed.
    pace: Duration,
    pid: Pid,
    closed: bool,
    end: Option<End>,
    before: String,
    after: Option<String>,
    home: Arc<TempDir>,
}

impl Pty {
    /// Presses keys, no sooner than someone could who saw what was waited for.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let apart = self.last.elapsed();
        thread::sleep(self.pace.saturating_sub(apart));
        self.send_now(bytes);
    }

    /// Sends bytes, right behind those before.
    pub(crate) fn send_now(&mut self, bytes: impl AsRef<[u8]>) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
        writer.flush().unwrap();
        (self.last, self.pace) = (Instant::now(), PACE);
    }

    /// Goes to the end of the first row, which is the name.
    pub(crate) fn begin_at_name(&mut self) {
        self.send("\x1b[1;5H");
        self.send("\x1b[F");
    }

    /// Blocks until the screen is as wanted. Frames that the terminal is asked to show in one go are looked at whole.
    pub(crate) fn wait_for(&mut self, what: &str, mut wanted: impl FnMut(&Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while self.is_mid_frame() || !wanted(self.parser.screen()) {
            if !self.take_one(deadline) {
                self.fail(what);
            }
        }
        (self.last, self.pace) = (Instant::now(), SIGHT);
    }

    /// Blocks until the text is somewhere on the screen.
    pub(crate) fn wait_for_text(&mut self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    /// Blocks until these bytes have come out.
    pub(crate) fn wait_for_bytes(&mut self, bytes: &str) {
        let deadline = Instant::now() + DEADLINE;
        while !self.raw.windows(bytes.len()).any(|window| window == bytes.as_bytes()) {
            if !self.take_one(deadline) {
                self.fail(bytes);
            }
        }
    }

    /// Blocks until the program has ended and all that it wrote is here.
    pub(crate) fn wait_exit(&mut self) -> End {
        let deadline = Instant::now() + DEADLINE;
        while self.end.is_none() || !self.closed {
            if !self.take_one(deadline) {
                self.fail("the end of the program");
            }
        }
        self.end.clone().unwrap()
    }

    /// Blocks until the program has ended, whatever it wrote.
    pub(crate) fn wait_end(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        while self.end.is_none() {
            if !self.take_one(deadline) {
                self.fail("the end of the program");
            }
        }
    }

    /// Takes all that has already come out, without waiting.
    pub(crate) fn take_ready(&mut self) {
        while let Ok(happening) = self.happenings.try_recv() {
            self.take(happening);
        }
    }

    /// Gives the window another size; 0 is taken as well.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.master.as_ref().unwrap().resize(size(columns, rows)).unwrap();
        self.size = (columns, rows);
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Shows this many cells, whatever size the line has.
    pub(crate) fn show_as(&mut self, columns: u16, rows: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Presses nothing for a while: what is tested is time.
    pub(crate) fn pause(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while self.take_one(deadline) {}
    }

    /// Loses what is on the screen, as a terminal does with the parts that are cut off when it is made smaller.
    pub(crate) fn forget_screen(&mut self) {
        self.parser.process(b"\x1b[2J");
    }

    /// Stops what the program writes, or lets it through again: what Ctrl-S and Ctrl-Q do on a line that heeds them.
    pub(crate) fn hold_output(&self, held: bool) {
        let name = self.master.as_ref().unwrap().tty_name().unwrap();
        let line = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        tcflow(line, if held { Action::OOff } else { Action::OOn }).unwrap();
    }

    /// Stops reading, or goes on: as a frozen ssh, which takes one more piece and then no more.
    pub(crate) fn freeze(&self, frozen: bool) {
        self.reads.store(!frozen, Ordering::SeqCst);
        self.reader.unpark();
    }

    /// Sends the program that was started a signal.
    pub(crate) fn kill(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// The leader of the process group that has the terminal now.
    pub(crate) fn foreground(&self) -> Pid {
        Pid::from_raw(self.master.as_ref().unwrap().process_group_leader().unwrap()).unwrap()
    }

    /// Closes the terminal, as when its window is closed: nothing of it is left open on this side.
    pub(crate) fn vanish(&mut self) {
        // The thread that reads blocks on a descriptor of its own. Another size makes the program write, and lets it go.
        self.closing.store(true, Ordering::SeqCst);
        let (columns, rows) = self.size;
        self.resize(columns - 1, rows);
        let deadline = Instant::now() + DEADLINE;
        while !self.closed {
            if !self.take_one(deadline) {
                self.fail("a frame of another size");
            }
        }
        self.slave = None;
        self.writer = None;
        self.master = None;
    }

    /// Have all modes been given back? Those of the line are compared with what they were before the program started.
    pub(crate) fn assert_given_back(&self) {
        assert_eq!(self.modes(), Vec::<String>::new(), "modes left on\n{}", self.show());
        let screen = self.screen();
        let pen = (screen.fgcolor(), screen.bgcolor(), screen.bold(), screen.inverse(), screen.underline());
        assert_eq!(pen, (vt100::Color::Default, vt100::Color::Default, false, false, false), "attributes left on");
        if let Some(after) = &self.after {
            assert_eq!(*after, self.before, "the line's own modes");
        }
    }

    /// What is switched on, in words.
    pub(crate) fn modes(&self) -> Vec<String> {
        let screen = self.screen();
        let named = [
            ("alternate screen", screen.alternate_screen()),
            ("bracketed paste", screen.bracketed_paste()),
            ("mouse", screen.mouse_protocol_mode() != MouseProtocolMode::None),
            ("mouse coordinates", screen.mouse_protocol_encoding() != MouseProtocolEncoding::Default),
            ("cursor hidden", screen.hide_cursor()),
            ("cursor shape", screen.cursor_style() != CursorStyle::Default),
            ("application keys", screen.application_cursor() || screen.application_keypad()),
        ];
        let named = named.into_iter().filter(|(_, on)| *on).map(|(name, _)| name.to_owned());
        named.chain(self.parser.callbacks().on.iter().map(ToString::to_string)).collect()
    }

    /// Is the line in raw mode: no echo, no lines, no signals from keys?
    pub(crate) fn is_raw(&self) -> bool {
        termios(&**self.master.as_ref().unwrap()) != self.before
    }

    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// Every byte that came out.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What came after the screen was given back.
    pub(crate) fn farewell(&self) -> String {
        let raw = String::from_utf8_lossy(&self.raw);
        raw.rsplit_once("\x1b[?1049l").map_or(String::new(), |(_, after)| after.replace("\r\n", "\n"))
    }

    /// A file in the program's home.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The program's home, for another program.
    pub(crate) fn home(&self) -> Arc<TempDir> {
        Arc::clone(&self.home)
    }

    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    fn is_mid_frame(&self) -> bool {
        self.parser.callbacks().on.contains(&2026)
    }

    fn take_one(&mut self, deadline: Instant) -> bool {
        match self.happenings.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(happening) => {
                self.take(happening);
                true
            }
            Err(_) => false,
        }
    }

    fn take(&mut self, happening: Happening) {
        match happening {
            Happening::Wrote(bytes) => {
                self.parser.process(&bytes);
                self.raw.extend_from_slice(&bytes);
                // Every terminal tells its kind.
                if std::mem::take(&mut self.parser.callbacks_mut().is_asked) && self.answers {
                    let _ = self.writer.as_mut().map(|writer| writer.write_all(b"\x1b[?62;22c"));
                }
            }
            Happening::Closed => self.closed = true,
            Happening::Ended(end) => {
                self.after = self.master.as_ref().map(|master| termios(&**master));
                // The reader now gets what is still on the line, and then its end.
                self.slave = None;
                self.end = Some(end);
            }
        }
    }

    fn fail(&self, what: &str) -> ! {
        panic!("waited in vain for: {what}\n{}", self.show());
    }

    fn show(&self) -> String {
        let tail = self.raw.len().saturating_sub(400);
        let screen = self.screen();
        format!(
            "size {:?}, cursor {:?}, end {:?}\n┌────\n{}\n└────\nlast bytes: {}",
            self.size,
            screen.cursor_position(),
            self.end,
            screen.contents(),
            self.raw[tail..].escape_ascii()
        )
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.end.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

fn read(mut from: Box<dyn Read + Send>, to: &Sender<Happening>, closing: &AtomicBool, reads: &AtomicBool) {
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if to.send(Happening::Wrote(buffer[..n].to_vec())).is_err() || closing.load(Ordering::SeqCst) {
            break;
        }
        while !reads.load(Ordering::SeqCst) {
            thread::park();
        }
    }
    drop(from);
    let _ = to.send(Happening::Closed);
}

/// The modes of the line, to be compared.
fn termios(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Our own screen cannot be smaller than a cell.
fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN)
}
